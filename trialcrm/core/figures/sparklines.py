"""A trend in the space of a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from .scales import Scale

WIDTH, HEIGHT, EDGE = 72, 24, 3


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`points` is ready for an SVG polyline in a view box of 72 by 24; the values stand beside it in words."""

    values: tuple[float, ...]
    points: str
    last_x: float
    last_y: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def first(self) -> float:
        return self.values[0]

    @property
    def last(self) -> float:
        return self.values[-1]


def sparkline(values: Sequence[float]) -> Sparkline:
    """The line through the values, oldest first; a flat or single-valued series runs through the middle.

    Raises:
        ValueError: when there is no value.
    """
    if not values:
        raise ValueError("a sparkline needs at least one value")
    series = tuple(values) if len(values) > 1 else (values[0], values[0])
    across = Scale(0, len(series) - 1, WIDTH - 2 * EDGE)
    up = Scale(min(series), max(series), HEIGHT - 2 * EDGE)
    places = [
        (round(EDGE + across.place(number), 1), round(HEIGHT - EDGE - up.place(value), 1))
        for number, value in enumerate(series)
    ]
    points = " ".join(f"{x:g},{y:g}" for x, y in places)
    return Sparkline(tuple(values), points, *places[-1])
