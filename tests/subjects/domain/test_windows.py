from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subjects.domain.windows import (
    Timing,
    Window,
    add_months,
    latest_baseline,
    offset_of_study_day,
    overlaps,
    planned_window,
    study_day,
    target_date,
)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
BASELINE = date(2014, 1, 2)


@pytest.mark.parametrize(
    ("anchor", "on", "day"),
    [
        (BASELINE, date(2013, 12, 26), -7),
        (BASELINE, date(2014, 1, 1), -1),
        (BASELINE, date(2014, 1, 2), 1),
        (BASELINE, date(2014, 1, 3), 2),
        (BASELINE, date(2014, 7, 2), 182),
        (date(2012, 2, 28), date(2012, 2, 29), 2),
        (date(2012, 2, 28), date(2012, 3, 1), 3),
    ],
)
def test_the_first_dose_is_study_day_1_and_there_is_no_day_0(anchor, on, day):
    assert study_day(on, anchor) == day


def test_without_a_full_date_there_is_no_study_day():
    assert study_day(None, BASELINE) is None
    assert study_day(BASELINE, None) is None


@given(DAYS, DAYS)
def test_a_study_day_leads_back_to_its_date(on, anchor):
    day = study_day(on, anchor)
    assert day not in (None, 0)
    assert target_date(anchor, offset_of_study_day(day)) == on


def test_day_0_stands_for_no_offset():
    with pytest.raises(ValueError, match="no study day 0"):
        offset_of_study_day(0)


@pytest.mark.parametrize(
    ("offset", "tolerance", "opens_on_day", "closes_on_day"),
    [
        (14, 3, 12, 18),
        (28, 3, 26, 32),
        (42, 3, 40, 46),
        (56, 3, 54, 60),
        (84, 4, 81, 89),
        (112, 4, 109, 117),
        (140, 4, 137, 145),
        (168, 4, 165, 173),
        (182, 3, 180, 186),
    ],
)
def test_an_offset_is_a_difference_so_week_4_is_study_day_29(offset, tolerance, opens_on_day, closes_on_day):
    window = planned_window(BASELINE, offset, tolerance, tolerance)
    assert study_day(window.target, BASELINE) == offset + 1
    assert study_day(window.opens, BASELINE) == opens_on_day
    assert study_day(window.closes, BASELINE) == closes_on_day


@pytest.mark.parametrize(
    ("offset", "tolerance", "target", "actual", "distance", "deviation", "timing"),
    [
        (14, 3, date(2014, 1, 16), date(2014, 1, 16), 0, 0, Timing.IN_WINDOW),
        (28, 3, date(2014, 1, 30), date(2014, 1, 30), 0, 0, Timing.IN_WINDOW),
        (42, 3, date(2014, 2, 13), date(2014, 2, 12), -1, 0, Timing.IN_WINDOW),
        (56, 3, date(2014, 2, 27), date(2014, 3, 5), 6, 3, Timing.LATE),
        (84, 4, date(2014, 3, 27), date(2014, 3, 26), -1, 0, Timing.IN_WINDOW),
        (112, 4, date(2014, 4, 24), date(2014, 5, 7), 13, 9, Timing.LATE),
        (140, 4, date(2014, 5, 22), date(2014, 5, 21), -1, 0, Timing.IN_WINDOW),
        (168, 4, date(2014, 6, 19), date(2014, 6, 18), -1, 0, Timing.IN_WINDOW),
        (182, 3, date(2014, 7, 3), date(2014, 7, 2), -1, 0, Timing.IN_WINDOW),
    ],
)
def test_the_visits_of_one_participant_are_measured_from_baseline(
    offset, tolerance, target, actual, distance, deviation, timing
):
    window = planned_window(BASELINE, offset, tolerance, tolerance)
    assert window.target == target
    assert window.distance_to_target(actual) == distance
    assert window.deviation_days(actual) == deviation
    assert window.timing(actual) == timing


def test_both_edges_belong_to_the_window():
    window = planned_window(BASELINE, 14, 3, 3)
    assert window.contains(window.opens)
    assert window.contains(window.closes)
    assert window.deviation_days(window.opens - timedelta(days=1)) == -1
    assert window.deviation_days(window.closes + timedelta(days=2)) == 2
    assert window.timing(window.opens - timedelta(days=1)) == Timing.EARLY


@given(DAYS, st.integers(-30, 400), st.integers(0, 30), st.integers(0, 30), DAYS)
def test_deviation_is_zero_exactly_inside_and_has_the_sign_of_the_distance(anchor, offset, before, after, on):
    window = planned_window(anchor, offset, before, after)
    deviation = window.deviation_days(on)
    assert (deviation == 0) is window.contains(on) is (window.timing(on) == Timing.IN_WINDOW)
    assert deviation * window.distance_to_target(on) >= 0
    assert abs(deviation) <= abs(window.distance_to_target(on))


def test_a_window_must_hold_its_target():
    with pytest.raises(ValueError, match="cannot aim"):
        Window(target=date(2014, 1, 10), opens=date(2014, 1, 11), closes=date(2014, 1, 12))
    with pytest.raises(ValueError, match="cannot aim"):
        planned_window(BASELINE, 14, -1, 3)


@pytest.mark.parametrize(
    ("on", "months", "result"),
    [
        (date(2014, 1, 31), 1, date(2014, 2, 28)),
        (date(2012, 1, 31), 1, date(2012, 2, 29)),
        (date(2014, 3, 31), -1, date(2014, 2, 28)),
        (date(2014, 11, 15), 3, date(2015, 2, 15)),
        (date(2014, 1, 1), -1, date(2013, 12, 1)),
        (date(2012, 2, 29), 12, date(2013, 2, 28)),
        (date(2014, 5, 20), 0, date(2014, 5, 20)),
    ],
)
def test_calendar_months_end_on_the_last_day_where_the_month_is_shorter(on, months, result):
    assert add_months(on, months) == result


def test_neighbouring_windows_overlap_when_they_share_a_day():
    week_2 = planned_window(BASELINE, 14, 3, 3)
    assert not overlaps(week_2, planned_window(BASELINE, 21, 3, 3))
    assert overlaps(week_2, planned_window(BASELINE, 20, 3, 3))
    assert overlaps(planned_window(BASELINE, 20, 3, 3), week_2)


def test_baseline_is_possible_up_to_the_last_day_of_screening():
    assert latest_baseline(date(2014, 1, 2), 14) == date(2014, 1, 16)
