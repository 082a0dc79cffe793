"""From values to places on an axis."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from a range of values onto 0 to `length`; what lies outside is held at the edge."""

    low: float
    high: float
    length: float = 100

    def place(self, value: float) -> float:
        """Where the value lies, rounded to two digits so that pages stay small."""
        if self.high <= self.low:
            return round(self.length / 2, 2)
        share = (value - self.low) / (self.high - self.low)
        return round(min(max(share, 0), 1) * self.length, 2)


def round_up(value: float) -> int:
    """The next round number (1, 2 or 5 times a power of ten) that is not below the value; at least 1."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if factor * step >= value:
                return factor * step
        step *= 10
