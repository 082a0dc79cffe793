import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialcrm.core.figures import sparkline


def test_a_rising_series_runs_from_the_lower_left_to_the_upper_right():
    assert sparkline([1, 2, 3]).points == "3,21 36,12 69,3"


def test_a_flat_series_runs_through_the_middle():
    assert sparkline([4, 4]).points == "3,12 69,12"


def test_a_single_value_is_a_level_line():
    drawn = sparkline([7])
    assert drawn.points == "3,12 69,12"
    assert (drawn.first, drawn.last) == (7, 7)


def test_no_value_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        sparkline([])


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60))
def test_every_point_lies_inside_the_drawing(values):
    for point in sparkline(values).points.split():
        x, y = map(float, point.split(","))
        assert 0 <= x <= 72
        assert 0 <= y <= 24
