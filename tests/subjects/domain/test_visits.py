"""Where a visit stands to its window, which day is suggested, and how visits are numbered and ordered."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subjects.domain.visits import (
    APPOINTMENT_LIFECYCLE,
    BOOKED,
    HOLDING,
    OPEN,
    VISIT_LIFECYCLE,
    Anchor,
    AppointmentStatus,
    VisitStatus,
    WindowState,
    in_order_of_anchors,
    is_weekday,
    out_of_window_words,
    suggested_day,
    unscheduled_number,
    window_state,
)
from subjects.domain.windows import Window, planned_window

WEEK_4 = planned_window(date(2026, 3, 9), 28, 3, 3)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@dataclass(frozen=True)
class Planned:
    visit_num: Decimal
    anchor: str
    anchor_visit_num: Decimal | None = None


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 4, 2), WindowState.UPCOMING),
        (date(2026, 4, 3), WindowState.OPEN),
        (date(2026, 4, 5), WindowState.OPEN),
        (date(2026, 4, 6), WindowState.CLOSING),
        (date(2026, 4, 9), WindowState.CLOSING),
        (date(2026, 4, 10), WindowState.OVERDUE),
    ],
)
def test_an_open_visit_stands_to_its_window_by_the_day(today, state):
    assert window_state(WEEK_4, VisitStatus.PLANNED, None, today) == state


@given(DAYS, DAYS)
def test_a_visit_done_is_in_its_window_or_out_of_it_whatever_the_day_is(today, started_on):
    expected = WindowState.IN_WINDOW if WEEK_4.contains(started_on) else WindowState.OUT_OF_WINDOW
    assert window_state(WEEK_4, VisitStatus.COMPLETED, started_on, today) == expected


def test_what_is_over_or_has_no_window_stands_to_none():
    assert window_state(None, VisitStatus.PLANNED, None, date(2026, 4, 6)) is None
    assert window_state(WEEK_4, VisitStatus.MISSED, None, date(2026, 4, 20)) is None


@pytest.mark.parametrize(
    ("window", "not_before", "day"),
    [
        # Monday 6 April is a weekday itself.
        (WEEK_4, date(2026, 3, 9), date(2026, 4, 6)),
        # A target on Saturday goes to the Friday before it, one on Sunday to the Monday after.
        (planned_window(date(2026, 4, 11), 0, 3, 3), date(2026, 3, 9), date(2026, 4, 10)),
        (planned_window(date(2026, 4, 12), 0, 3, 3), date(2026, 3, 9), date(2026, 4, 13)),
        # Days that are past are not suggested.
        (WEEK_4, date(2026, 4, 8), date(2026, 4, 8)),
        # No weekday inside: the nearest outside.
        (planned_window(date(2026, 4, 11), 0, 0, 0), date(2026, 3, 9), date(2026, 4, 10)),
        # The window is over: the next weekday.
        (WEEK_4, date(2026, 4, 18), date(2026, 4, 20)),
    ],
)
def test_the_suggestion_is_the_nearest_weekday_still_to_come(window, not_before, day):
    assert suggested_day(window, not_before) == day


@given(DAYS, st.integers(0, 10), st.integers(0, 10), st.integers(-400, 400))
def test_no_weekday_inside_the_window_is_nearer_to_the_target_than_the_suggestion(target, before, after, shift):
    window = Window(target, target - timedelta(days=before), target + timedelta(days=after))
    not_before = target + timedelta(days=shift)
    found = suggested_day(window, not_before)
    assert is_weekday(found)
    assert found >= not_before
    inside = [window.opens + timedelta(days=n) for n in range(before + after + 1)]
    possible = [day for day in inside if is_weekday(day) and day >= not_before]
    nearest = min((abs((day - target).days) for day in possible), default=None)
    assert not possible or abs((found - target).days) == nearest


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 4, 2), "1 day before the window opens on 3 Apr 2026."),
        (date(2026, 4, 1), "2 days before the window opens on 3 Apr 2026."),
        (date(2026, 4, 3), ""),
        (date(2026, 4, 9), ""),
        (date(2026, 4, 10), "1 day after the window closes on 9 Apr 2026."),
        (date(2026, 4, 15), "6 days after the window closes on 9 Apr 2026."),
    ],
)
def test_the_warning_says_how_far_from_which_edge(on, words):
    assert out_of_window_words(WEEK_4, on) == words


def test_an_unscheduled_visit_skips_numbers_that_are_planned_or_taken():
    planned = [Decimal(text) for text in ("3", "3.5", "8", "8.1", "9")]
    assert unscheduled_number(Decimal(7), planned) == Decimal("7.1")
    assert unscheduled_number(Decimal(8), planned) == Decimal("8.2")
    assert unscheduled_number(Decimal("8.1"), [*planned, Decimal("8.2")]) == Decimal("8.3")


def test_a_visit_comes_after_the_one_it_is_counted_from():
    plan = [
        Planned(Decimal(2), Anchor.VISIT, Decimal(3)),
        Planned(Decimal(3), Anchor.BASELINE),
        Planned(Decimal("3.5"), Anchor.VISIT, Decimal("4.5")),
        Planned(Decimal(4), Anchor.BASELINE),
        Planned(Decimal("4.5"), Anchor.PREVIOUS_VISIT),
    ]
    ordered = [item.visit_num for item in in_order_of_anchors(plan)]
    assert ordered == [Decimal(text) for text in ("3", "4", "2", "4.5", "3.5")]


def test_visits_counted_in_a_circle_have_no_date_and_are_left_out():
    plan = [
        Planned(Decimal(3), Anchor.BASELINE),
        Planned(Decimal(4), Anchor.VISIT, Decimal(5)),
        Planned(Decimal(5), Anchor.VISIT, Decimal(4)),
    ]
    assert [item.visit_num for item in in_order_of_anchors(plan)] == [Decimal(3)]


def test_a_completed_visit_goes_on_only_to_its_signature():
    assert VISIT_LIFECYCLE.moves[VisitStatus.COMPLETED] == {VisitStatus.SIGNED}
    assert VISIT_LIFECYCLE.is_final(VisitStatus.SIGNED)


def test_only_a_booked_visit_moves_and_a_missed_one_is_completed_late():
    moved = {status for status in VisitStatus if VisitStatus.RESCHEDULED in VISIT_LIFECYCLE.moves[status]}
    assert moved == BOOKED
    assert VISIT_LIFECYCLE.moves[VisitStatus.MISSED] == {VisitStatus.COMPLETED}
    assert BOOKED < OPEN


def test_an_appointment_that_ended_without_taking_place_frees_its_provider():
    ended = {AppointmentStatus.RESCHEDULED, AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW}
    assert not ended & HOLDING
    assert all(APPOINTMENT_LIFECYCLE.is_final(status) for status in ended)
