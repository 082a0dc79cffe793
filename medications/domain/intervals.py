"""Adherence over time: one interval from each dispensing to the matching return or the next dispensing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import groupby

from .adherence import (
    RULES,
    AdherenceStatus,
    Count,
    Diary,
    DoseStatus,
    Rules,
    day_based,
    overall,
    status_of,
)
from .codes import Frequency
from .slots import Dose, Regimen, doses

INCOMPLETE = (DoseStatus.MISSED, DoseStatus.PARTIAL)


@dataclass(frozen=True, slots=True)
class Handed:
    """A kit that was handed out, in units; `returned` is None while nobody has counted."""

    dispensed_on: date
    dispensed: int
    returned_on: date | None = None
    returned: int | None = None
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """What is logged about one dose; an extra dose and one taken when needed have no slot."""

    slot_at: datetime | None
    day: date
    status: str
    units: Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """`ends_on` is the day of return or of the next kit, whose own dose no longer belongs here; None while open."""

    starts_on: date
    ends_on: date | None
    count: Count
    diary: Diary
    days: int
    days_missed: int

    @property
    def percent(self) -> Fraction | None:
        return self.count.percent

    @property
    def status(self) -> AdherenceStatus:
        return status_of(self.percent)

    @property
    def day_percent(self) -> Fraction | None:
        return day_based(self.days, self.days_missed)


@dataclass(frozen=True, slots=True)
class Course:
    """One medicine of one participant: its intervals, and all of them together."""

    intervals: tuple[Interval, ...]

    @property
    def percent(self) -> Fraction | None:
        """Pill count over all intervals that were counted; None where none was."""
        return overall(item.count for item in self.intervals if item.percent is not None)

    @property
    def status(self) -> AdherenceStatus:
        return status_of(self.percent)

    @property
    def diary(self) -> Diary:
        """Entries of all intervals together."""
        return together(item.diary for item in self.intervals)


def together(diaries: Iterable[Diary]) -> Diary:
    """Several diaries as one: sums of units, doses and entries."""
    known = list(diaries)
    return Diary(
        taken=sum((item.taken for item in known), Fraction(0)),
        due=sum(item.due for item in known),
        entered=sum(item.entered for item in known),
        expected=sum((item.expected for item in known), Fraction(0)),
    )


def course(
    handed: Iterable[Handed],
    regimens: Iterable[Regimen],
    entries: Iterable[Entry],
    *,
    zone: str,
    now: datetime,
    today: date,
    rules: Rules = RULES,
) -> Course:
    """The intervals of one medicine. Kits handed out on one day count together."""
    orders, logged = list(regimens), list(entries)
    ordered = sorted(handed, key=lambda item: item.dispensed_on)
    groups = [list(group) for _on, group in groupby(ordered, key=lambda item: item.dispensed_on)]
    following = [*(group[0].dispensed_on for group in groups[1:]), None]
    found = []
    # Where nothing was handed out yet there is no interval, although one thing follows: nothing.
    for group, after in zip(groups, following, strict=False):
        ends_on = _end(group, after)
        until = (ends_on or today + timedelta(days=1)) + timedelta(days=int(rules.count_return_day and bool(ends_on)))
        planned = list(doses(orders, group[0].dispensed_on, until, zone))
        due = [dose for dose in planned if dose.slot_at <= now]
        own = [item for item in logged if group[0].dispensed_on <= item.day < until]
        found.append(
            Interval(
                starts_on=group[0].dispensed_on,
                ends_on=ends_on,
                count=_count(group, planned, _as_needed(orders)),
                diary=_diary(due, own),
                days=len({dose.day for dose in planned}),
                days_missed=len({item.day for item in own if item.status in INCOMPLETE}),
            )
        )
    return Course(tuple(found))


def _end(group: list[Handed], after: date | None) -> date | None:
    returns = [item.returned_on for item in group if item.returned_on]
    back = max(returns) if len(returns) == len(group) else None
    return min((on for on in (back, after) if on), default=None)


def _as_needed(orders: list[Regimen]) -> bool:
    return any(item.frequency == Frequency.PRN for item in orders)


def _count(group: list[Handed], planned: list[Dose], as_needed: bool) -> Count:
    counted = [item.returned for item in group if item.returned is not None]
    return Count(
        dispensed=Fraction(sum(item.dispensed for item in group)),
        returned=Fraction(sum(counted)) if len(counted) == len(group) else None,
        lost=Fraction(sum(item.lost for item in group)),
        expected=None if as_needed else sum((dose.units for dose in planned), Fraction(0)),
    )


def _diary(due: list[Dose], logged: list[Entry]) -> Diary:
    slots = {dose.slot_at for dose in due}
    entered = {item.slot_at for item in logged if item.slot_at in slots}
    counted = [item for item in logged if item.slot_at is None or item.slot_at in slots]
    return Diary(
        taken=sum((item.units for item in counted), Fraction(0)),
        due=len(due),
        entered=len(entered),
        expected=sum((dose.units for dose in due), Fraction(0)),
    )
