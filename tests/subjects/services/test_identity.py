"""The identity of a subject: sealed, corrected with a reason, and kept out of every other text."""

from dataclasses import replace
from datetime import date

import pytest

from subjects import selectors, services
from subjects.models import Identity, SubjectKey
from trialcrm.audit.models import AuditLog
from trialcrm.core.decisions import Refused

GRACE = Identity(full_name="Grace Okafor", date_of_birth=date(1955, 4, 2))


def change(trial, subject, **facts):
    reason = facts.pop("reason", "Corrected from the passport")
    return services.change_identity(
        by=trial.coordinator, subject=subject, identity=replace(GRACE, **facts), reason=reason
    )


def test_a_corrected_birth_date_corrects_the_age_at_consent(trial):
    subject = trial.registered()
    before = subject.age
    change(trial, subject, date_of_birth=date(1945, 4, 2))
    subject.refresh_from_db()
    assert subject.age == before + 10


def test_values_of_an_identity_never_enter_the_log(trial):
    subject = trial.registered(phone="+1 555 010 0123", email="grace@example.org")
    change(trial, subject, full_name="Canary Zebra", phone="+1 555 010 0199")
    words = ("Grace", "Okafor", "Canary", "1955-04-02", "010 0123", "010 0199", "grace@")
    for entry in AuditLog.objects.all():
        text = f"{entry.summary} {entry.payload} {entry.reason}"
        assert not any(word in text for word in words)


@pytest.mark.parametrize("reason", ["Okafor was misspelt", "She is called Zebra now", "born 1955-04-02"])
def test_the_reason_names_neither_the_old_nor_the_new_person(trial, reason):
    subject = trial.registered()
    with pytest.raises(Refused) as refusal:
        change(trial, subject, full_name="Canary Zebra", reason=reason)
    assert refusal.value.field == "reason"


def test_an_identity_keeps_a_name(trial):
    with pytest.raises(Refused) as refusal:
        change(trial, trial.registered(), full_name=" ")
    assert refusal.value.field == "full_name"


def test_a_record_number_belongs_to_one_person_at_a_site_and_may_exist_elsewhere(trial):
    trial.registered(medical_record_number="H-1234")
    other = trial.registered()
    with pytest.raises(Refused) as refusal:
        change(trial, other, medical_record_number="h-1234 ")
    assert refusal.value.field == "medical_record_number"
    trial.registered(site=trial.other_site, medical_record_number="H-1234")


@pytest.mark.parametrize("part", ["investigator", "pharmacist", "monitor", "outsider", "manager"])
def test_only_the_sites_coordinator_changes_an_identity(trial, part):
    subject = trial.registered()
    with pytest.raises(Refused):
        services.change_identity(
            by=getattr(trial, part), subject=subject, identity=GRACE, reason="Corrected from the passport"
        )


def test_an_erased_identity_is_neither_read_nor_changed_and_blocks_no_text(trial):
    subject = trial.registered()
    SubjectKey.objects.filter(subject=subject).delete()
    subject.refresh_from_db()
    assert selectors.identity_of(trial.coordinator, subject, where="test") is None
    with pytest.raises(Refused):
        change(trial, subject)
    services.refuse_identity_in(subject, notes="Anything goes")


def test_a_corrected_name_is_found_and_the_old_one_no_longer(trial):
    subject = trial.registered()
    change(trial, subject, full_name="Grace Obi-Marsh")
    assert selectors.subjects_named(trial.coordinator, "marsh") == [subject.pk]
    assert selectors.subjects_named(trial.coordinator, "Obi-Marsh") == [subject.pk]
    assert selectors.subjects_named(trial.coordinator, "okafor") == []
