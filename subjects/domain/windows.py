"""Visit arithmetic: study days, target dates and windows. Calendar dates at the site only, never times.

Offsets are differences in days (baseline = 0), study days count baseline as 1: an offset of 28 is study day
29. Sources: SDTM Implementation Guide 4.4.4 for the study day; the windows are a study's own protocol.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Timing(StrEnum):
    """Where an actual date lies against a window."""

    EARLY = "early"
    IN_WINDOW = "in_window"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a visit may take place, both ends included, and the day it is aimed at.

    Raises `ValueError` where the target does not lie between the two ends.
    """

    target: date
    opens: date
    closes: date

    def __post_init__(self) -> None:
        if not self.opens <= self.target <= self.closes:
            raise ValueError(f"A window from {self.opens} to {self.closes} cannot aim at {self.target}.")

    def contains(self, on: date) -> bool:
        """Whether `on` lies in the window, its first and last day included."""
        return self.opens <= on <= self.closes

    def deviation_days(self, on: date) -> int:
        """Days outside the window: 0 inside, negative before it opens, positive after it closes."""
        if self.contains(on):
            return 0
        return (on - (self.opens if on < self.opens else self.closes)).days

    def distance_to_target(self, on: date) -> int:
        """Days from the target: negative before, positive after."""
        return (on - self.target).days

    def timing(self, on: date) -> Timing:
        """Whether `on` is early, in the window or late."""
        if self.contains(on):
            return Timing.IN_WINDOW
        return Timing.EARLY if on < self.opens else Timing.LATE


def study_day(on: date | None, anchor: date | None) -> int | None:
    """The study day of `on`, `anchor` being day 1 and the day before it day -1: there is no day 0.

    Nothing where either date is missing or known only in part. Never subtract study days to get a duration:
    the missing day 0 makes it wrong across the anchor.
    """
    if on is None or anchor is None:
        return None
    days = (on - anchor).days
    return days + 1 if days >= 0 else days


def offset_of_study_day(day: int) -> int:
    """The difference in days from the anchor that a study day stands for. Raises `ValueError` for day 0."""
    if day == 0:
        raise ValueError("There is no study day 0.")
    return day - 1 if day > 0 else day


def target_date(anchor_date: date, offset_days: int) -> date:
    """The day a visit is aimed at: `offset_days` (signed) after its anchor."""
    return anchor_date + timedelta(days=offset_days)


def planned_window(anchor_date: date, offset_days: int, before: int, after: int) -> Window:
    """The window of a visit planned `offset_days` from its anchor, `before` and `after` in whole days.

    Raises `ValueError` where `before` or `after` is negative.
    """
    target = target_date(anchor_date, offset_days)
    return Window(target, target - timedelta(days=before), target + timedelta(days=after))


def add_months(on: date, months: int) -> date:
    """`on` moved by calendar months.

    A day that the month does not have becomes its last (31 January + 1: 28 or 29 February).
    """
    year, month_index = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month_index + 1, min(on.day, monthrange(year, month_index + 1)[1]))


def overlaps(first: Window, second: Window) -> bool:
    """Whether a day lies in both windows.

    Between neighbouring visits of one schedule that is a configuration error.
    """
    return first.opens <= second.closes and second.opens <= first.closes


def latest_baseline(consent: date, max_days: int) -> date:
    """The last day on which baseline may take place when screening may last `max_days` days from consent."""
    return consent + timedelta(days=max_days)
