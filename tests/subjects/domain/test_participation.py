"""The table of participation, the moves on offer, and the reasons for an end."""

from datetime import date

import pytest

from subjects.domain.participation import (
    ENDED,
    LEAVING,
    MOVES,
    STOPPING,
    SUBJECT_LIFECYCLE,
    EndReason,
    SubjectState,
    age_on,
    moves_from,
)

#: States reached by screening's own acts, and by registering.
BY_SCREENING = {
    SubjectState.PRESCREEN,
    SubjectState.SCREENING,
    SubjectState.SCREEN_FAILED,
    SubjectState.RESCREEN,
    SubjectState.ELIGIBLE,
}


def test_every_state_of_the_table_is_reached_by_an_act():
    assert {move.to for move in MOVES} | BY_SCREENING == set(SubjectState)


def test_every_move_on_offer_is_listed_somewhere_in_the_table():
    reached = set().union(*SUBJECT_LIFECYCLE.moves.values())
    assert {move.to for move in MOVES} <= reached


def test_death_alone_is_final_and_follows_every_other_state():
    assert [state for state in SubjectState if SUBJECT_LIFECYCLE.is_final(state)] == [SubjectState.DIED]
    assert all(SubjectState.DIED in SUBJECT_LIFECYCLE.moves[state] for state in set(SubjectState) - {SubjectState.DIED})


@pytest.mark.parametrize("state", sorted(ENDED - {SubjectState.LOST_TO_FOLLOW_UP, SubjectState.DIED}))
def test_an_end_leads_nowhere_but_to_another_attempt_or_a_death(state):
    assert SUBJECT_LIFECYCLE.moves[state] <= {SubjectState.RESCREEN, SubjectState.DIED}


def test_nobody_unscreened_is_randomised_or_treated():
    for state in BY_SCREENING - {SubjectState.ELIGIBLE}:
        assert not {move.slug for move in moves_from(state)} & {"enrol", "randomise", "start-treatment", "complete"}


def test_reasons_that_acts_of_their_own_record_are_not_offered_for_leaving():
    own = {EndReason.COMPLETED, EndReason.DEATH, EndReason.SCREEN_FAILURE}
    assert not own & (LEAVING | STOPPING)
    assert EndReason.LOST_TO_FOLLOW_UP not in LEAVING


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1951, 7, 30), date(2026, 7, 29), 74),
        (date(1951, 7, 30), date(2026, 7, 30), 75),
        (date(1952, 2, 29), date(2026, 2, 28), 73),
        (None, date(2026, 1, 1), None),
    ],
)
def test_age_counts_completed_years(born, on, age):
    assert age_on(born, on) == age
