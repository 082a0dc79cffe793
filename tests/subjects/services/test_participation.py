"""A subject's way through the study."""

import pytest

from subjects import services
from subjects.domain.studies import Blinding
from subjects.models import Study, SubjectIdentity
from trialcrm.audit.models import AuditLog
from trialcrm.core.decisions import Refused


def test_a_registered_subject_gets_an_id_that_says_nothing_about_the_person(trial):
    subject = trial.registered(full_name="Grace Okafor")
    assert subject.subject_id == "701-001"
    assert subject.state == "screening"
    assert SubjectIdentity.objects.get(subject=subject).reveal().full_name == "Grace Okafor"
    assert not AuditLog.objects.filter(payload__icontains="Okafor").exists()


def test_the_dated_schedule_follows_the_first_dose(trial):
    subject = trial.on_treatment(first_dose_days_ago=10)
    assert subject.visits.count() == 7


def test_an_eligible_participant_of_an_open_study_is_enrolled_without_randomisation(trial):
    subject = trial.eligible()
    Study._base_manager.filter(pk=subject.study_id).update(blinding=Blinding.OPEN)
    enrolled = services.enrol(by=trial.coordinator, subject=subject, enrolled_on=trial.today())
    assert (enrolled.state, enrolled.randomisation_number) == ("enrolled", "")
    assert enrolled.dispositions.filter(decoded="ENROLLED").exists()


def test_nobody_is_enrolled_in_a_blinded_study_without_randomisation(trial):
    with pytest.raises(Refused, match="randomised"):
        services.enrol(by=trial.coordinator, subject=trial.eligible(), enrolled_on=trial.today())
