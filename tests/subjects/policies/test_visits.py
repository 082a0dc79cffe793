"""Who books and records visits, in which state of the visit, the participant and the study."""

from datetime import timedelta

import pytest

from subjects import policies, services
from subjects.domain.studies import StudyStatus
from subjects.models import Study, Visit
from trialcrm.core import clock

RULES = (
    policies.schedule_visit,
    policies.complete_visit,
    policies.cancel_visit,
)


@pytest.fixture
def visit(trial) -> Visit:
    return visit_of(trial.on_treatment())


def visit_of(subject) -> Visit:
    return Visit.objects.select_related("subject__site", "study", "site").get(subject=subject, visit_num="4")


@pytest.mark.parametrize("part", ["coordinator", "investigator", "subinvestigator"])
def test_the_sites_coordinators_and_investigators_record_visits(trial, visit, part):
    assert all(rule(getattr(trial, part), visit) for rule in RULES)


@pytest.mark.parametrize("part", ["pharmacist", "monitor", "safety", "manager", "inspector", "outsider"])
def test_nobody_else_does_and_each_is_told_so(trial, visit, part):
    for rule in RULES:
        decision = rule(getattr(trial, part), visit)
        assert not decision
        assert decision.reason == "Your role does not record visits."


def test_nothing_is_entered_in_a_locked_study(trial, visit):
    Study._base_manager.filter(pk=visit.study_id).update(status=StudyStatus.LOCKED)
    visit = visit_of(visit.subject)
    assert "locked" in str(policies.complete_visit(trial.coordinator, visit).reason)


def test_nobody_is_booked_who_no_longer_takes_part(trial, visit):
    ended = {"ended_on": trial.today(), "reason": "Three calls, one letter, no answer."}
    services.lose_to_follow_up(by=trial.investigator, subject=visit.subject, **ended)
    visit = visit_of(visit.subject)
    assert not policies.schedule_visit(trial.coordinator, visit)
    assert "no longer takes part" in str(policies.add_unscheduled_visit(trial.coordinator, visit.subject).reason)


def test_a_visit_can_be_missed_from_the_day_after_its_window(trial, visit):
    last_moment = clock.at_noon(visit.closes_on, "America/New_York")
    with clock.frozen(last_moment):
        assert not policies.miss_visit(trial.coordinator, visit)
    with clock.frozen(last_moment + timedelta(days=1)):
        assert policies.miss_visit(trial.coordinator, visit)


def test_what_is_not_booked_is_not_moved(trial, visit):
    assert policies.reschedule_visit(trial.coordinator, visit).reason == "This visit is not booked."


def test_who_is_booked_records_visits_at_the_site(trial, visit):
    assert policies.conduct_visit(trial.investigator, visit)
    refused = policies.conduct_visit(trial.outsider, visit)
    assert (refused.allowed, refused.field) == (False, "coordinator")
