from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialcrm.core.figures import window_bar

TARGET = date(2014, 3, 27)
DAY = timedelta(days=1)


def bar(today, before=4, after=4, **marks):
    """A window around the target; all dates are days from it."""
    placed = {name: TARGET + offset * DAY for name, offset in marks.items()}
    return window_bar(TARGET - before * DAY, TARGET, TARGET + after * DAY, TARGET + today * DAY, **placed)


@pytest.mark.parametrize(
    ("today", "marks", "state", "days", "words"),
    [
        (20, {"actual": 0}, "in", 0, "in window"),
        (20, {"actual": 4}, "in", 0, "in window"),
        (20, {"actual": -4}, "in", 0, "in window"),
        (20, {"actual": 10}, "late", 6, "6 days late"),
        (20, {"actual": -5}, "early", 1, "1 day early"),
        (-8, {}, "upcoming", 4, "opens in 4 days"),
        (-4, {}, "open", 8, "8 days left"),
        (1, {}, "open", 3, "3 days left"),
        (4, {}, "open", 0, "last day"),
        (6, {}, "overdue", 2, "2 days overdue"),
    ],
)
def test_the_state_of_a_visit_is_told_in_days_from_its_window(today, marks, state, days, words):
    drawn = bar(today, **marks)
    assert (drawn.state, drawn.days, drawn.words) == (state, days, words)


def test_the_target_stands_in_the_middle_and_the_last_day_lies_inside_the_box():
    drawn = bar(4, actual=4)
    assert drawn.target_x == 50
    assert drawn.opens_x < drawn.target_x < drawn.actual_x < drawn.closes_x


def test_a_window_of_one_day_is_still_a_box():
    assert bar(0, before=0, after=0).width > 0


def test_a_booking_outside_tells_by_how_many_days():
    assert bar(0, booked=8).booked_off == 4
    assert bar(0, booked=-7).booked_off == -3
    assert bar(0, booked=2).booked_off == 0


def test_today_is_left_out_when_it_is_beyond_the_bar_but_a_late_visit_is_held_at_its_edge():
    drawn = bar(200, actual=100)
    assert drawn.today_x is None
    assert drawn.actual_x == 100


def test_bars_that_share_a_reach_share_their_scale():
    narrow = window_bar(TARGET, TARGET, TARGET, TARGET, reach=20)
    wide = window_bar(TARGET - 10 * DAY, TARGET, TARGET + 10 * DAY, TARGET, reach=20)
    assert wide.width == pytest.approx(narrow.width * 21, abs=0.05)


def test_a_window_that_does_not_hold_its_target_is_refused():
    with pytest.raises(ValueError, match="does not hold its target"):
        window_bar(TARGET, TARGET - DAY, TARGET + DAY, TARGET)


offsets = st.integers(-400, 400)


@given(before=st.integers(0, 60), after=st.integers(0, 60), today=offsets, booked=offsets, actual=offsets)
def test_no_mark_ever_leaves_the_bar(before, after, today, booked, actual):
    drawn = bar(today, before=before, after=after, booked=booked, actual=actual)
    places = [drawn.opens_x, drawn.target_x, drawn.closes_x, drawn.booked_x, drawn.actual_x]
    assert all(0 <= place <= 100 for place in places)
    assert drawn.today_x is None or 0 <= drawn.today_x <= 100
    assert (drawn.state == "in") == (-before <= actual <= after)
