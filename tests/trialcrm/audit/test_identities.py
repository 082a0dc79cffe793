"""Who somebody is never enters the log, and lies in the history only sealed."""

from datetime import date

import pytest

from subjects import services
from subjects.models import Identity, Subject, SubjectIdentity, SubjectKey
from tests.support.cast import Trial
from trialcrm.audit.models import AuditLog
from trialcrm.core import crypto

pytestmark = pytest.mark.django_db
CANARIES = ("Zephyrine", "Quill", "1931-02-03", "MRN-77-CANARY", "zq@canary.test", "+1 555 0199", "7 Canary Row")
IDENTITY = Identity(
    full_name="Zephyrine Quill",
    date_of_birth=date(1931, 2, 3),
    medical_record_number="MRN-77-CANARY",
    phone="+1 555 0199",
    email="zq@canary.test",
    address="7 Canary Row",
)


@pytest.fixture
def subject(trial: Trial) -> Subject:
    subject = trial.registered()
    services.change_identity(
        by=trial.coordinator, subject=subject, identity=IDENTITY, reason="the passport says otherwise"
    )
    return subject


def test_no_identifying_value_enters_the_log(subject: Subject) -> None:
    for row in AuditLog.objects.all():
        text = f"{row.summary} {row.reason} {row.payload}"
        assert not [canary for canary in CANARIES if canary in text]


def test_the_log_says_that_an_identifying_field_changed(subject: Subject) -> None:
    row = AuditLog.objects.get(action="identity.changed")
    changes = row.payload["records"][0]["changes"]

    assert {"field": "full_name", "withheld": True} in changes
    assert all(change == {"field": change["field"], "withheld": True} for change in changes)


def test_history_holds_identities_sealed_and_the_key_opens_them(subject: Subject) -> None:
    version = SubjectIdentity.history.filter(subject_id=subject.pk).first()

    assert not [canary for canary in CANARIES if canary in str(vars(version))]
    assert version.instance.reveal().full_name == "Zephyrine Quill"


def test_destroying_the_key_makes_the_identity_unreadable_also_in_history(subject: Subject) -> None:
    """GDPR Article 17: erasure, while the trail itself stays whole."""
    versions = list(SubjectIdentity.history.filter(subject_id=subject.pk))
    SubjectKey.objects.filter(subject=subject).update(wrapped=crypto.wrap(crypto.new_data_key()))

    for version in versions:
        with pytest.raises(crypto.Unreadable):
            version.instance.reveal()
