"""The clock: a deadline as a bar that fills, with the moments at which somebody is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .scales import Scale

WARN_AT, ALARM_AT = 50, 80


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the bar, as a percentage of the time allowed."""

    label: str
    at: datetime
    x: float
    is_passed: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """How much of the time allowed is used. `used` is a percentage, held at 100 once the time is over."""

    start: datetime
    due: datetime
    now: datetime
    used: float
    marks: tuple[Mark, ...]
    left: timedelta

    @property
    def is_over(self) -> bool:
        return self.left <= timedelta(0)

    @property
    def tone(self) -> str:
        if self.used >= ALARM_AT:
            return "critical"
        return "warning" if self.used >= WARN_AT else "neutral"

    @property
    def days(self) -> int:
        """Whole days of the time left or, once it is over, of the time since."""
        return abs(self.left).days

    @property
    def hours(self) -> int:
        return abs(self.left).seconds // 3600

    @property
    def minutes(self) -> int:
        return abs(self.left).seconds % 3600 // 60

    @property
    def words(self) -> str:
        """The time left in plain English, for exports; pages use the component, which is translated."""
        amount = f"{self.hours} h {self.minutes:02} min" if self.hours else f"{self.minutes} min"
        if self.days:
            amount = f"{self.days} d {self.hours} h"
        return f"{amount} late" if self.is_over else f"{amount} left"


def deadline(
    start: datetime, due: datetime, now: datetime, marks: Iterable[tuple[datetime | float, str]] = ()
) -> Deadline:
    """Place a running clock and its escalation marks; a mark is a moment, or a share (0 to 1) of the time allowed.

    All times must carry their zone; lengths are real elapsed time, so a night of summer time counts as it passed.

    Raises:
        ValueError: when the clock ends before it starts, or a time has no zone.
    """
    if any(moment.tzinfo is None for moment in (start, due, now)):
        raise ValueError("a clock needs times with their zone")
    if due <= start:
        raise ValueError(f"a clock that starts at {start} cannot end at {due}")
    scale = Scale(start.timestamp(), due.timestamp())
    length = due - start
    moments = [(at if isinstance(at, datetime) else start + length * at, label) for at, label in marks]
    placed = tuple(Mark(label, at, scale.place(at.timestamp()), at <= now) for at, label in sorted(moments))
    left = timedelta(seconds=due.timestamp() - now.timestamp())
    return Deadline(start, due, now, scale.place(now.timestamp()), placed, left)
