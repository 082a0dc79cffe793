"""Window bars, clocks, bars, the curve and the flow."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from trialcrm.core.figures import (
    Deadline,
    DoesNotAddUp,
    FlowArm,
    FlowCounts,
    Reason,
    WindowBar,
    bars,
    curve,
    deadline,
    flow,
    ledger,
    window_bar,
)

TARGET = date(2025, 9, 1)
AWARE = datetime(2025, 11, 20, 21, 0, tzinfo=UTC)


def _window(today: int, booked: int | None = None, actual: int | None = None) -> WindowBar:
    """A window of four days either side; the arguments are days from its target."""

    def day(offset: int | None) -> date | None:
        return None if offset is None else TARGET + timedelta(days=offset)

    return window_bar(
        opens=TARGET - timedelta(days=4),
        target=TARGET,
        closes=TARGET + timedelta(days=4),
        today=TARGET + timedelta(days=today),
        booked=day(booked),
        actual=day(actual),
    )


def _clock(used: float) -> Deadline:
    due = AWARE + timedelta(hours=24)
    marks = [(due - timedelta(hours=12), "12 h left"), (due - timedelta(hours=4), "4 h left")]
    return deadline(AWARE, due, AWARE + timedelta(hours=24 * used), marks)


def _counts() -> FlowCounts:
    return FlowCounts(
        assessed=306,
        randomised=254,
        excluded=(Reason("Criteria not met", 38), Reason("Declined", 11), Reason("Other", 3)),
        arms=(
            FlowArm("Arm A", 86, 86, 58, stopped=(Reason("Adverse event", 8), Reason("Lost to follow-up", 20))),
            FlowArm("Arm B", 84, 83, 27, 12, (Reason("Not eligible", 1),), (Reason("Adverse event", 45),)),
            FlowArm("Arm C", 84, 84, 25, 10, stopped=(Reason("Adverse event", 40), Reason("Withdrew", 9))),
        ),
    )


def _contradiction() -> str:
    try:
        flow(FlowCounts(assessed=306, randomised=254, excluded=(Reason("Criteria not met", 38),)))
    except DoesNotAddUp as error:
        return str(error)
    return ""


def _enrolment() -> Any:
    months = [date(2025, month, 1) for month in range(1, 13)]
    came = [0, 2, 5, 9, 12, 18, 24, 27, 33, 38]
    return curve(list(zip(months, came, strict=False)), [(months[0], 0), (months[-1], 60)])


def sample() -> dict[str, Any]:
    return {
        "windows": [
            ("Completed in its window", _window(12, actual=1)),
            ("Completed late", _window(12, actual=9)),
            ("Completed early", _window(12, actual=-6)),
            ("Opens later", _window(-9)),
            ("Open, booked", _window(-2, booked=1)),
            ("Last day", _window(4)),
            ("Booked outside its window", _window(0, booked=8)),
            ("Overdue", _window(7)),
        ],
        "clocks": [_clock(0.2), _clock(0.62), _clock(0.87), _clock(1.1)],
        "bars": bars(
            [
                ("Screened", 38, "#bars"),
                ("Passed", 27, "#bars"),
                ("Randomised", 24, "#bars"),
                ("On treatment", 19, "#bars"),
                ("Screen failed", 8, "#bars", "warning"),
            ]
        ),
        "curve": _enrolment(),
        "flow": flow(_counts()),
        "contradiction": _contradiction(),
        "ledger": ledger([("Dispensed K-0219", 30), ("Taken, by diary", -24), ("Missed", -2)], counted=4),
        "ledger_off": ledger([("Dispensed K-0231", 30), ("Taken, by diary", -28)], counted=5),
        "strip": [
            {"tone": "critical" if day in (6, 19) else "" if day in (13, 25) else "good", "title": f"{day + 1} Aug"}
            for day in range(28)
        ],
    }
