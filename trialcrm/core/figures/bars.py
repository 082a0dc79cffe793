"""Horizontal bars with their numbers, for funnels and other counts that compare."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """One row; `width` is a percentage of the longest bar, `step` (0 to 4) fades the rows of a funnel."""

    label: str
    value: int
    url: str
    tone: str
    width: float
    step: int


def bars(rows: Iterable[tuple[Any, ...]]) -> list[Bar]:
    """Bars from (label, value), (label, value, url) or (label, value, url, tone), in the order given.

    Raises:
        ValueError: when a count is negative.
    """
    padded = [(*row, "", "")[:4] for row in rows]
    if any(value < 0 for _, value, _, _ in padded):
        raise ValueError("a count cannot be negative")
    longest = max((value for _, value, _, _ in padded), default=0) or 1
    return [
        Bar(label, value, url, tone, round(100 * value / longest, 2), min(number, 4))
        for number, (label, value, url, tone) in enumerate(padded)
    ]
