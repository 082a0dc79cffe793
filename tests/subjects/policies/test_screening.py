"""Who answers criteria, decides an attempt, and confirms eligibility."""

from itertools import product

import pytest

from subjects import policies
from subjects.domain.participation import IN_SCREENING, SUBJECT_LIFECYCLE, SubjectState
from subjects.domain.screening import OPEN, ScreeningStatus
from subjects.models import Screening


@pytest.fixture
def attempt(trial):
    return Screening.objects.select_related("subject", "study", "site").get(subject=trial.registered())


def test_answers_are_given_while_the_attempt_is_open_and_the_participant_in_screening(trial, attempt):
    for status, state in product(ScreeningStatus, SubjectState):
        attempt.status, attempt.subject.state = status, state
        expected = status in OPEN and state in IN_SCREENING
        assert bool(policies.answer_criteria(trial.coordinator, attempt)) == expected, (status, state)
        assert bool(policies.decide_screening(trial.coordinator, attempt)) == expected, (status, state)


def test_eligibility_is_confirmed_on_a_pass_of_somebody_in_screening(trial, attempt):
    for status, state in product(ScreeningStatus, SubjectState):
        attempt.status, attempt.subject.state = status, state
        listed = SubjectState.ELIGIBLE in SUBJECT_LIFECYCLE.moves[state]
        expected = status == ScreeningStatus.PASSED and listed
        assert bool(policies.confirm_eligibility(trial.investigator, attempt)) == expected, (status, state)


def test_a_pass_is_revoked_before_randomisation_only(trial, attempt):
    attempt.status = ScreeningStatus.PASSED
    for state in SubjectState:
        attempt.subject.state = state
        expected = SubjectState.SCREEN_FAILED in SUBJECT_LIFECYCLE.moves[state]
        assert bool(policies.revoke_pass(trial.coordinator, attempt)) == expected, state


def test_another_attempt_follows_a_failure_only(trial, attempt):
    for state in SubjectState:
        attempt.subject.state = state
        assert bool(policies.rescreen(trial.investigator, attempt.subject)) == (state == SubjectState.SCREEN_FAILED)


@pytest.mark.parametrize(
    ("part", "answers", "confirms"),
    [
        ("coordinator", True, False),
        ("investigator", True, True),
        ("subinvestigator", True, True),
        ("pharmacist", False, False),
        ("monitor", False, False),
        ("manager", False, False),
        ("inspector", False, False),
        ("outsider", False, False),
        ("other_investigator", False, False),
    ],
)
def test_screening_belongs_to_its_site_and_eligibility_to_its_investigators(trial, attempt, part, answers, confirms):
    person = getattr(trial, part)
    assert bool(policies.answer_criteria(person, attempt)) == answers
    attempt.status = ScreeningStatus.PASSED
    assert bool(policies.confirm_eligibility(person, attempt)) == confirms
