"""The enrolment curve: how many came in, against how many were planned to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from .scales import Scale, round_up

TICKS = 4
Series = Sequence[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Point:
    on: date
    value: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Two lines in a view box of 100 by 100, its ticks, and the last counted value against the plan of that day.

    `value_ticks` run from the top down, `date_ticks` from left to right, both evenly spaced.
    """

    actual: tuple[Point, ...]
    planned: tuple[Point, ...]
    actual_points: str
    planned_points: str
    area_points: str
    value_ticks: tuple[int, ...]
    date_ticks: tuple[date, ...]
    reached: int
    expected: int

    @property
    def value_steps(self) -> int:
        return len(self.value_ticks) - 1

    @property
    def behind(self) -> int:
        """How many fewer than planned by the last counted day; negative when ahead."""
        return self.expected - self.reached


def curve(actual: Series, planned: Series) -> Curve:
    """Place the cumulated counts and the plan on common axes; both by date, oldest first.

    Raises:
        ValueError: when either is empty, not in the order of time, or the counts fall.
    """
    for name, series in (("actual", actual), ("planned", planned)):
        _check(name, series)
    days = [on for on, _ in (*actual, *planned)]
    step = round_up(max(value for _, value in (*actual, *planned)) / TICKS)
    top = step * TICKS
    across, up = Scale(min(days).toordinal(), max(days).toordinal()), Scale(0, top)
    came = tuple(Point(on, value, across.place(on.toordinal()), 100 - up.place(value)) for on, value in actual)
    plan = tuple(Point(on, value, across.place(on.toordinal()), 100 - up.place(value)) for on, value in planned)
    line = _points(came)
    return Curve(
        actual=came,
        planned=plan,
        actual_points=line,
        planned_points=_points(plan),
        area_points=f"{came[0].x:g},100 {line} {came[-1].x:g},100",
        value_ticks=tuple(range(top, -1, -step)),
        date_ticks=_dates(min(days), max(days)),
        reached=actual[-1][1],
        expected=_planned_on(planned, actual[-1][0]),
    )


def _check(name: str, series: Series) -> None:
    if not series:
        raise ValueError(f"the {name} curve is empty")
    for (earlier, lower), (later, higher) in pairwise(series):
        if later < earlier or higher < lower:
            raise ValueError(f"the {name} curve falls or runs back between {earlier} and {later}")


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{point.x:g},{point.y:g}" for point in points)


def _dates(first: date, last: date) -> tuple[date, ...]:
    span = (last - first).days
    if span < TICKS:
        return (first, last) if span else (first,)
    return tuple(first + timedelta(days=round(span * step / TICKS)) for step in range(TICKS + 1))


def _planned_on(planned: Series, day: date) -> int:
    """The plan on a day, straight between its points, level before the first and after the last."""
    earlier = [point for point in planned if point[0] <= day]
    later = [point for point in planned if point[0] > day]
    if not earlier or not later:
        return (earlier or later)[-1 if earlier else 0][1]
    (start, low), (end, high) = earlier[-1], later[0]
    return round(low + (high - low) * (day - start).days / (end - start).days)
