"""Signing a record: by oneself, in one's role, under what was shown; and what a later change does to it."""

from typing import Any

import pytest
from django.db.models import QuerySet

from subjects import services as subjects
from subjects.domain.screening import ScreeningStatus
from subjects.models import CriterionResult, Screening
from subjects.services import Given
from tests.support.cast import Trial
from tests.support.signing import proof_for
from trialcrm.audit.models import AuditLog
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, StaleRecord
from trialcrm.users.domain.signatures import Meaning, Proof
from trialcrm.users.models import Signature
from trialcrm.users.selectors import is_valid, last_signature, signatures_of
from trialcrm.users.services import sign
from trialcrm.users.services.proofs import witnessed

pytestmark = pytest.mark.django_db


def given() -> QuerySet[Signature]:
    """The signatures under attempts at screening; those under the delegation log were there before."""
    return Signature.objects.filter(entity_type=Screening._meta.label)


@pytest.fixture
def attempt(trial: Trial) -> Screening:
    return trial.passed()


@recorded("test.changed", "Changed for a test")
def change(*, by: Any, result: CriterionResult, evidence: str) -> CriterionResult:
    result.evidence = evidence
    result.save()
    return result


def confirm(trial: Trial, attempt: Screening) -> Signature:
    doctor = trial.investigator
    subjects.confirm_eligibility(by=doctor, screening=attempt, proof=proof_for(doctor, attempt))
    return given().get()


def test_a_signature_says_who_in_which_role_when_as_what_and_under_what(trial: Trial, attempt: Screening) -> None:
    with clock.frozen(clock.now()):
        signature, now = confirm(trial, attempt), clock.now()

    assert (signature.signer, signature.printed_name) == (trial.investigator, "Dr Hana Ito")
    assert (signature.role, signature.meaning) == ("Principal investigator", Meaning.ELIGIBLE)
    assert signature.signed_at == now
    assert (signature.site, signature.subject) == (attempt.site, attempt.subject)
    assert [item.name for item in signature.items][:2] == ["subject", "attempt"]
    assert "INCL01" in {item.name for item in signature.items}
    assert AuditLog.objects.filter(action="signature.given", entity_id=str(signature.pk)).count() == 1


def test_nobody_signs_for_somebody_else(trial: Trial, attempt: Screening) -> None:
    theirs = proof_for(trial.subinvestigator, attempt)
    with pytest.raises(Refused, match="for somebody else"):
        subjects.confirm_eligibility(by=trial.investigator, screening=attempt, proof=theirs)
    assert not given().exists()


@pytest.mark.parametrize("part", ["operator", "stranger"])
def test_only_somebody_with_a_role_in_the_study_signs(trial: Trial, attempt: Screening, part: str) -> None:
    person = getattr(trial, part)
    with pytest.raises(Refused, match="Only somebody with a role"):
        sign(by=person, record=attempt, meaning=Meaning.REVIEWED, proof=proof_for(person, attempt))


def test_what_changed_since_it_was_shown_is_not_signed(trial: Trial, attempt: Screening) -> None:
    shown = proof_for(trial.investigator, attempt)
    change(by=trial.coordinator, result=attempt.results.first(), evidence="Passport seen")

    with pytest.raises(StaleRecord, match="changed while it was open"):
        subjects.confirm_eligibility(by=trial.investigator, screening=attempt, proof=shown)
    attempt.refresh_from_db()
    assert attempt.eligible_on is None
    assert not given().exists()


def test_a_later_change_is_named_and_the_signature_stays(trial: Trial, attempt: Screening) -> None:
    signature = confirm(trial, attempt)
    assert is_valid(signature, attempt)

    change(by=trial.coordinator, result=attempt.results.order_by("criterion__order").first(), evidence="Passport seen")

    [signed] = signatures_of(attempt)
    assert signed.signature == signature
    assert [item.label for item in signed.changes] == ["INCL01 Aged 50 or over"]
    assert signed.changes[0].new.endswith("Passport seen")
    assert not is_valid(signature, attempt)
    assert last_signature(attempt, Meaning.ELIGIBLE) == signature


def test_a_signature_is_never_changed_by_the_application(trial: Trial, attempt: Screening) -> None:
    signature = confirm(trial, attempt)
    signature.printed_name = "Somebody Else"
    with pytest.raises(Refused, match="never changed"):
        signature.save()


def test_a_state_that_no_longer_allows_it_refuses_before_anything_is_signed(trial: Trial) -> None:
    attempt = trial.registered().screenings.get()
    assert attempt.status == ScreeningStatus.PENDING
    with pytest.raises(Refused):
        subjects.confirm_eligibility(
            by=trial.investigator, screening=attempt, proof=proof_for(trial.investigator, attempt)
        )
    assert not given().exists()


def test_a_proof_of_another_record_signs_nothing(trial: Trial, attempt: Screening) -> None:
    other = trial.passed(full_name="Ada Obi")
    with pytest.raises(StaleRecord):
        sign(
            by=trial.investigator,
            record=attempt,
            meaning=Meaning.ELIGIBLE,
            proof=Proof(trial.investigator.pk, "password", proof_for(trial.investigator, other).shown),
        )


def test_in_production_people_sign_for_themselves(trial: Trial, attempt: Screening, settings: Any) -> None:
    settings.MODE = "production"
    with pytest.raises(Exception, match="sign for themselves"):
        witnessed(trial.investigator, attempt)


def test_evidence_typed_by_the_service_is_part_of_what_is_signed(trial: Trial) -> None:
    subject = trial.registered()
    attempt = subject.screenings.get()
    criterion = subject.study.criteria.first()
    subjects.answer_criteria(
        by=trial.coordinator, screening=attempt, answers={criterion.pk: Given("Y", "Identity card seen")}
    )
    attempt.refresh_from_db()
    lines = {item.name: item.shown for item in attempt.signed_content()}
    assert lines[criterion.code] == "Yes · Identity card seen"
