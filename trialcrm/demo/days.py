"""Days and hours at a site: working_days, opening hours, who is free when, and the visits of today."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from trialcrm.core import clock

#: Half hours at which visits begin; nobody books over lunch.
HOURS = [time(hour, minute) for hour in (8, 9, 10, 11, 13, 14, 15, 16) for minute in (0, 30)][1:]
_APART = timedelta(minutes=30)
_CLOSED = {(12, 25), (12, 26), (1, 1)}


def moment(on: date, at: time, zone: str) -> datetime:
    return datetime.combine(on, at, ZoneInfo(zone)).astimezone(UTC)


def is_working_day(on: date) -> bool:
    return on.weekday() < 5 and (on.month, on.day) not in _CLOSED


def next_working_day(on: date) -> date:
    """The day itself, or the first one after a weekend or holiday."""
    while not is_working_day(on):
        on += timedelta(days=1)
    return on


def working_days(opens: date, closes: date) -> list[date]:
    """The working days from one day to another, or all days where there is none among them."""
    days = [opens + timedelta(days=count) for count in range((closes - opens).days + 1)]
    return [day for day in days if is_working_day(day)] or days


@dataclass
class Diary:
    """Who has an appointment when."""

    booked: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def free(self, provider: str, on: date, zone: str, rng: Random) -> datetime:
        """A time of the day at which the provider is free, now taken."""
        for at in (*rng.sample(HOURS, len(HOURS)), *(time(17, minute) for minute in (0, 30)), time(18)):
            start = moment(on, at, zone)
            if self.is_free(provider, start):
                return self.take(provider, start)
        raise LookupError(f"{provider} has no time left on {on}.")

    def is_free(self, provider: str, start: datetime) -> bool:
        return all(abs(start - other) >= _APART for other in self.booked[provider])

    def take(self, provider: str, start: datetime) -> datetime:
        self.booked[provider].append(start)
        return start


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit of today: booked for `starts_at`; `arrives_at` and `done_at` lie before now where it got that far."""

    starts_at: datetime
    arrives_at: datetime | None = None
    done_at: datetime | None = None


_TODAY = [time(9), time(9, 45), time(10, 30), time(11, 15), time(13, 15), time(14), time(15)]
_LATE_FROM, _LATEST_SHIFT = time(13, 30), timedelta(hours=4)


def slots_of_today(count: int, now: datetime, zone: str) -> list[Slot]:
    """The visits of today: some done, one person just arrived, the rest to come, at whatever hour the demo is built.

    From the early afternoon on it is a day with a late clinic; before the clinic opens, the first ones came early.
    """
    here = clock.local(now, zone)
    midday = datetime.combine(here.date(), _LATE_FROM, here.tzinfo)
    quarters = (here - midday) // timedelta(minutes=15)
    shift = min(max(quarters * timedelta(minutes=15), timedelta()), _LATEST_SHIFT)
    starts = [moment(here.date(), at, zone) + shift for at in _TODAY[:count]]
    begun = sum(start <= now for start in starts)
    arrived = min(max(begun - 1, min(2, count - 2)), max(count - 3, 1))
    midnight = moment(here.date(), time(), zone)
    return [_slot(start, arrived - index, now, midnight) for index, start in enumerate(starts)]


def _slot(start: datetime, ahead: int, now: datetime, midnight: datetime) -> Slot:
    """`ahead` counts those between this visit and the one who has just arrived; negative for visits still to come."""
    if ahead < 0:
        return Slot(start)
    latest = max(now - timedelta(minutes=9 * (ahead + 1)), midnight)
    done = min(start + timedelta(minutes=35), latest) if ahead else None
    arrived = min(start - timedelta(minutes=4), latest - timedelta(minutes=4 if done else 0))
    return Slot(start, max(arrived, midnight), done)


def spread(days: Iterable[date], wanted: date) -> list[date]:
    """The days, nearest to the wanted one first."""
    return sorted(days, key=lambda day: (abs(day - wanted), day))
