"""Who moves a subject, when, and what is said when it is not allowed."""

from itertools import product

import pytest

from subjects import policies
from subjects.domain.participation import MOVES, SUBJECT_LIFECYCLE, SubjectState
from subjects.domain.studies import Blinding, SiteStatus, StudyStatus
from trialcrm.access.asking import rule


@pytest.fixture
def subject(trial):
    """Somebody with consent and a first dose, so that nothing but the state decides."""
    found = trial.on_treatment()
    found.study.blinding = Blinding.OPEN
    return found


def test_a_rule_allows_exactly_what_the_table_lists(trial, subject):
    for state, move in product(SubjectState, MOVES):
        subject.state = state
        listed = move.to in SUBJECT_LIFECYCLE.moves[state]
        assert bool(rule(move.rule)(trial.investigator, subject)) == listed, (state, move.slug)


MEDICAL = {"stop-treatment", "complete", "withdraw", "lost", "died"}
BY_THE_SITE = {"enrol", "randomise", "start-treatment", "follow-up"}
NOBODY = ("pharmacist", "monitor", "safety", "manager", "inspector", "outsider", "stranger", "operator")


def test_a_move_belongs_to_its_roles_at_its_site_and_a_refusal_says_why(trial, subject):
    for part, move in product(("coordinator", "investigator", "subinvestigator", *NOBODY), MOVES):
        subject.state = next(state for state in SubjectState if move.to in SUBJECT_LIFECYCLE.moves[state])
        allowed = part.endswith("investigator") or (part == "coordinator" and move.slug in BY_THE_SITE)
        decision = rule(move.rule)(getattr(trial, part), subject)
        assert (bool(decision), bool(decision.reason)) == (allowed, not allowed), (part, move.slug)


def test_every_move_is_an_investigators_or_the_sites():
    assert {move.slug for move in MOVES} == MEDICAL | BY_THE_SITE


def test_a_blinded_study_enrols_nobody_without_randomisation(trial, subject):
    subject.state, subject.study.blinding = SubjectState.ELIGIBLE, Blinding.DOUBLE
    assert "randomised" in str(policies.enrol(trial.coordinator, subject).reason)
    assert "enrol" not in {move.slug for move in subject.next_moves}


def test_nobody_new_enters_a_study_that_does_not_recruit(trial):
    for status in StudyStatus:
        trial.site.study.status = status
        assert bool(policies.register_subject(trial.coordinator, trial.site)) == (status == StudyStatus.RECRUITING)


def test_nobody_new_enters_at_a_site_that_is_not_active(trial):
    for status in SiteStatus:
        trial.site.status = status
        assert bool(policies.register_subject(trial.coordinator, trial.site)) == (status == SiteStatus.ACTIVE)


@pytest.mark.parametrize("status", [StudyStatus.LOCKED, StudyStatus.ARCHIVED, StudyStatus.DRAFT])
def test_nothing_is_written_in_a_study_that_takes_no_entries(trial, subject, status):
    subject.study.status = status
    for decision in (
        policies.change_subject(trial.coordinator, subject),
        policies.change_identity(trial.coordinator, subject),
        policies.record_consent(trial.coordinator, subject),
        policies.withdraw(trial.investigator, subject),
    ):
        assert "nothing is entered in it" in str(decision.reason)


def test_consent_is_recorded_of_those_taking_part(trial, subject):
    over = {SubjectState.COMPLETED, SubjectState.WITHDRAWN, SubjectState.DIED, SubjectState.PRESCREEN}
    for state in SubjectState:
        subject.state = state
        assert bool(policies.record_consent(trial.coordinator, subject)) == (state not in over), state


def test_only_the_coordinator_keeps_identities(trial, subject):
    assert policies.change_identity(trial.coordinator, subject)
    for part in ("investigator", "pharmacist", "monitor", "manager", "outsider"):
        assert not policies.change_identity(getattr(trial, part), subject)
