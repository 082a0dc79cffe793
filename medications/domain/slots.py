"""Which doses are due when: computed from the orders and the kits in hand, never stored."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from .adherence import Period
from .codes import dose_times

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Regimen:
    """What one signed order says about doses. `until` is the first day without them; None while nothing ends it."""

    order_id: uuid.UUID
    frequency: str
    units_per_dose: Fraction
    starts_on: date
    until: date | None
    held: tuple[Period, ...] = ()

    def applies(self, on: date) -> bool:
        """Whether doses of the day are to be taken under it."""
        if on < self.starts_on or (self.until is not None and on >= self.until):
            return False
        return not any(period.contains(on) for period in self.held)


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose that is due: its moment in UTC, its local day, how many units, and under which order."""

    slot_at: datetime
    day: date
    units: Fraction
    order_id: uuid.UUID


def doses(regimens: Iterable[Regimen], since: date, until: date, zone: str) -> Iterator[Dose]:
    """The doses due from `since` up to and without `until`, by the site's calendar, in order of time."""
    known, on = list(regimens), since
    while on < until:
        yield from sorted(_doses_of_day(known, on, zone), key=lambda dose: dose.slot_at)
        on += _DAY


def _doses_of_day(regimens: list[Regimen], on: date, zone: str) -> Iterator[Dose]:
    for regimen in regimens:
        if regimen.applies(on):
            for at in dose_times(regimen.frequency, regimen.starts_on, on):
                slot_at = datetime.combine(on, at, ZoneInfo(zone)).astimezone(UTC)
                yield Dose(slot_at, on, regimen.units_per_dose, regimen.order_id)
