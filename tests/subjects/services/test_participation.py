"""A subject's way through the study."""

from trialcrm.audit.models import AuditLog
from subjects.models import SubjectIdentity


def test_a_registered_subject_gets_an_id_that_says_nothing_about_the_person(trial):
    subject = trial.registered(full_name="Grace Okafor")
    assert subject.subject_id == "701-001"
    assert subject.state == "screening"
    assert SubjectIdentity.objects.get(subject=subject).reveal().full_name == "Grace Okafor"
    assert not AuditLog.objects.filter(payload__icontains="Okafor").exists()


def test_the_dated_schedule_follows_the_first_dose(trial):
    subject = trial.on_treatment(first_dose_days_ago=10)
    assert subject.visits.count() == 7
