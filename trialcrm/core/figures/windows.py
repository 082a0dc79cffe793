"""The window bar: when a visit may happen, when it is booked, when it happened, and where today is."""

from dataclasses import dataclass
from datetime import date

from .scales import Scale

SHORTEST_REACH = 11
WIDER_THAN_WINDOW = 1.75


@dataclass(frozen=True, slots=True)
class WindowBar:
    """A visit window, inclusive of its first and last day, with its marks as percentages of the bar's width.

    `state` is one of: in, early, late (the visit happened), upcoming, open, overdue (it has not). `days` belongs to
    the state: days early or late, until it opens, left (0 on the last day), or past closing. `booked_off` is the
    signed number of days by which a booking misses the window. A mark beyond the bar has None as its place, except
    what happened or is booked, which is held at the edge so that it is never lost.
    """

    opens: date
    target: date
    closes: date
    today: date
    booked: date | None
    actual: date | None
    opens_x: float
    target_x: float
    closes_x: float
    today_x: float | None
    booked_x: float | None
    actual_x: float | None
    state: str
    days: int
    booked_off: int

    @property
    def width(self) -> float:
        return round(self.closes_x - self.opens_x, 2)

    @property
    def tone(self) -> str:
        """The status family that the state speaks in."""
        if self.state == "open":
            return "warning" if self.days <= 3 else "info"
        tones = {"in": "good", "early": "critical", "late": "critical", "overdue": "critical"}
        return tones.get(self.state, "neutral")

    @property
    def words(self) -> str:
        """The state in plain English, for exports; pages use the component, which is translated."""
        days = f"{self.days} day" if self.days == 1 else f"{self.days} days"
        sentences = {
            "in": "in window",
            "early": f"{days} early",
            "late": f"{days} late",
            "upcoming": f"opens in {days}",
            "overdue": f"{days} overdue",
        }
        return sentences.get(self.state) or (f"{days} left" if self.days else "last day")


def window_bar(
    opens: date,
    target: date,
    closes: date,
    today: date,
    *,
    booked: date | None = None,
    actual: date | None = None,
    reach: int | None = None,
) -> WindowBar:
    """Place a visit's window and dates on a bar centred on the target.

    Whole days, both edges inclusive. `reach` is how many days the bar shows on each side of the target; bars in one
    list that share it can be compared by eye. Left out, it grows with the window.

    Raises:
        ValueError: when the dates are not in the order opens, target, closes.
    """
    if not opens <= target <= closes:
        raise ValueError(f"a window from {opens} to {closes} does not hold its target {target}")
    reach = reach or _reach(opens, target, closes)
    scale = Scale(-reach - 0.5, reach + 0.5)

    def place(day: date | None, nudge: float = 0) -> float | None:
        return None if day is None else scale.place((day - target).days + nudge)

    state, days = _state(opens, closes, today, actual)
    return WindowBar(
        opens=opens,
        target=target,
        closes=closes,
        today=today,
        booked=booked,
        actual=actual,
        # A day is as wide as a day: the last day of a window lies inside the box.
        opens_x=scale.place((opens - target).days - 0.5),
        target_x=scale.place(0),
        closes_x=scale.place((closes - target).days + 0.5),
        today_x=place(today) if abs((today - target).days) <= reach else None,
        booked_x=place(booked),
        actual_x=place(actual),
        state=state,
        days=days,
        booked_off=_outside(booked, opens, closes) if booked else 0,
    )


def _reach(opens: date, target: date, closes: date) -> int:
    half = max((target - opens).days, (closes - target).days)
    return max(SHORTEST_REACH, round(half * WIDER_THAN_WINDOW))


def _outside(day: date, opens: date, closes: date) -> int:
    """Signed days from the nearest edge; 0 inside."""
    if day < opens:
        return (day - opens).days
    return max((day - closes).days, 0)


def _state(opens: date, closes: date, today: date, actual: date | None) -> tuple[str, int]:
    if actual is not None:
        off = _outside(actual, opens, closes)
        return ("in" if off == 0 else "early" if off < 0 else "late"), abs(off)
    if today < opens:
        return "upcoming", (opens - today).days
    if today > closes:
        return "overdue", (today - closes).days
    return "open", (closes - today).days
