from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialcrm.core.figures import curve

PLAN = [(date(2025, 1, 1), 0), (date(2025, 12, 31), 364)]


def test_the_last_count_is_held_against_the_plan_of_that_day():
    drawn = curve([(date(2025, 1, 1), 0), (date(2025, 1, 31), 20)], PLAN)
    assert (drawn.reached, drawn.expected, drawn.behind) == (20, 30, 10)


def test_ahead_of_plan_is_a_negative_lag():
    assert curve([(date(2025, 1, 11), 25)], PLAN).behind == -15


def test_the_plan_is_level_after_its_end():
    assert curve([(date(2026, 6, 1), 300)], PLAN).expected == 364


def test_value_ticks_are_round_evenly_spaced_and_hold_every_value():
    ticks = curve([(date(2025, 5, 1), 38)], [(date(2025, 1, 1), 0), (date(2025, 12, 1), 60)]).value_ticks
    assert ticks == (80, 60, 40, 20, 0)


def test_both_lines_share_their_axes():
    drawn = curve([(date(2025, 1, 1), 0), (date(2025, 12, 31), 364)], PLAN)
    assert drawn.actual_points == drawn.planned_points
    assert drawn.area_points.startswith("0,100 ")
    assert drawn.area_points.endswith("100,100")


@pytest.mark.parametrize(
    "actual",
    [
        [],
        [(date(2025, 2, 1), 3), (date(2025, 1, 1), 4)],
        [(date(2025, 1, 1), 4), (date(2025, 2, 1), 3)],
    ],
)
def test_a_curve_that_is_empty_runs_back_or_falls_is_refused(actual):
    with pytest.raises(ValueError, match="actual curve"):
        curve(actual, PLAN)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12))
def test_every_point_lies_inside_the_drawing(counts):
    actual = [(date(2025, month, 1), value) for month, value in enumerate(sorted(counts), 1)]
    drawn = curve(actual, PLAN)
    assert all(0 <= point.x <= 100 and 0 <= point.y <= 100 for point in (*drawn.actual, *drawn.planned))
    steps = {high - low for high, low in pairwise(drawn.value_ticks)}
    assert len(steps) == 1
    assert drawn.value_ticks[0] >= max(*counts, 364)
