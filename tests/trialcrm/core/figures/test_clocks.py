from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from trialcrm.core.figures import deadline

START = datetime(2026, 3, 7, 21, 0, tzinfo=UTC)
DUE = START + timedelta(hours=24)


def clock(hours, marks=()):
    return deadline(START, DUE, START + timedelta(hours=hours), marks)


@pytest.mark.parametrize(
    ("hours", "used", "tone", "words"),
    [
        (0, 0, "neutral", "1 d 0 h left"),
        (6, 25, "neutral", "18 h 00 min left"),
        (12, 50, "warning", "12 h 00 min left"),
        (20.8, 86.67, "critical", "3 h 12 min left"),
        (23.75, 98.96, "critical", "15 min left"),
        (24, 100, "critical", "0 min late"),
        (26.5, 100, "critical", "2 h 30 min late"),
        (75, 100, "critical", "2 d 3 h late"),
    ],
)
def test_a_clock_fills_and_tells_the_time_left(hours, used, tone, words):
    drawn = clock(hours)
    assert (drawn.used, drawn.tone, drawn.words) == (used, tone, words)


def test_marks_are_moments_or_shares_and_know_whether_they_passed():
    drawn = clock(13, [(0.8, "80 %"), (DUE - timedelta(hours=12), "12 h left")])
    assert [(mark.label, mark.x, mark.is_passed) for mark in drawn.marks] == [
        ("12 h left", 50, True),
        ("80 %", 80, False),
    ]


def test_a_night_of_summer_time_counts_as_it_passed():
    new_york = ZoneInfo("America/New_York")
    aware = datetime(2026, 3, 7, 16, 0, tzinfo=new_york)
    due = datetime(2026, 3, 8, 17, 0, tzinfo=new_york)
    assert deadline(aware, due, aware).left == timedelta(hours=24)


def test_a_clock_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="cannot end"):
        deadline(DUE, START, START)


def test_times_without_zone_are_refused():
    with pytest.raises(ValueError, match="zone"):
        deadline(START.replace(tzinfo=None), DUE, DUE)
