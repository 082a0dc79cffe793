"""Attempts at screening: answers, results, eligibility, and another attempt."""

from datetime import timedelta

import pytest

from subjects import services
from subjects.domain.participation import SubjectState
from subjects.domain.screening import FailReason, ScreeningStatus
from subjects.models import EligibilityCriterion, Screening, Subject
from subjects.services import Given
from tests.support.cast import BUILDER
from tests.support.days import in_days
from trialcrm.core import clock
from trialcrm.core.decisions import Refused
from trialcrm.users.services.proofs import witnessed


@pytest.fixture
def attempt(trial):
    return Screening.objects.get(subject=trial.registered())


def criterion(trial, code):
    return trial.study.criteria.get(code=code)


def answer(trial, attempt, code, given, **more):
    answers = {criterion(trial, code).pk: Given(*given)}
    return services.answer_criteria(by=trial.coordinator, screening=attempt, answers=answers, **more)


def failed(trial, days_ago=0, **facts):
    with clock.frozen(in_days(-days_ago)):
        attempt = Screening.objects.get(subject=trial.registered(**facts))
        return services.fail_screening(
            by=trial.coordinator, screening=attempt, decided_on=trial.today(), fail_reason=FailReason.OTHER
        )


def withdraw_consent(trial, subject):
    services.withdraw_consent(by=trial.coordinator, consent=subject.consents.get(), withdrawn_on=trial.today())


def confirm(by, attempt):
    services.confirm_eligibility(by=by, screening=attempt, proof=witnessed(by, attempt))


def test_a_first_answer_and_evidence_added_later_need_no_reason(trial, attempt):
    answer(trial, attempt, "INCL01", ("Y",))
    answer(trial, attempt, "INCL01", ("Y", "Passport"))
    assert attempt.results.get().evidence == "Passport"


@pytest.mark.parametrize("given", [("N", "Passport"), ("Y", "Birth certificate"), ("Y", ""), ("", "Passport")])
def test_what_was_recorded_changes_only_with_a_reason(trial, attempt, given):
    answer(trial, attempt, "INCL01", ("Y", "Passport"))
    with pytest.raises(Refused) as refusal:
        answer(trial, attempt, "INCL01", given)
    assert refusal.value.field == "reason"
    answer(trial, attempt, "INCL01", given, reason="Read again in the file")
    assert (attempt.results.get().answer, attempt.results.get().evidence) == given


@pytest.mark.parametrize(("code", "given"), [("INCL01", "NA"), ("INCL01", "X"), ("INCL02", "yes")])
def test_an_answer_that_the_criterion_does_not_know_is_refused_at_it(trial, attempt, code, given):
    with pytest.raises(Refused) as refusal:
        answer(trial, attempt, code, (given,))
    assert refusal.value.field == f"answer_{criterion(trial, code).pk}"


def test_a_criterion_of_another_study_is_refused(trial, attempt):
    study = services.create_study(by=BUILDER, protocol_id="OTHER", title="Another trial")
    other = EligibilityCriterion(code="I1", kind="INCLUSION", text="Anything")
    services.add_design(by=BUILDER, study=study, parts=[other])
    with pytest.raises(Refused):
        services.answer_criteria(by=trial.coordinator, screening=attempt, answers={other.pk: Given("Y")})


@pytest.mark.parametrize("text", ["notes", "reason"])
def test_texts_of_an_attempt_do_not_name_the_person(trial, attempt, text):
    with pytest.raises(Refused) as refusal:
        services.answer_criteria(by=trial.coordinator, screening=attempt, answers={}, **{text: "Mrs Okafor said so"})
    assert refusal.value.field == text


def test_without_an_active_consent_nobody_passes(trial, attempt):
    withdraw_consent(trial, attempt.subject)
    with pytest.raises(Refused, match="no active consent"):
        services.pass_screening(
            by=trial.coordinator, screening=attempt, decided_on=trial.today(), answers=trial.all_met()
        )


def test_without_an_active_consent_no_eligibility_is_confirmed(trial):
    attempt = trial.passed()
    withdraw_consent(trial, attempt.subject)
    with pytest.raises(Refused, match="no active consent"):
        services.confirm_eligibility(
            by=trial.investigator, screening=attempt, proof=witnessed(trial.investigator, attempt)
        )


def test_a_criterion_added_later_is_asked_too(trial, attempt):
    answers = trial.all_met()
    late = EligibilityCriterion(code="EXCL09", kind="EXCLUSION", text="Took part in another study")
    services.add_design(by=BUILDER, study=trial.study, parts=[late])
    with pytest.raises(Refused, match="EXCL09"):
        services.pass_screening(by=trial.coordinator, screening=attempt, decided_on=trial.today(), answers=answers)


@pytest.mark.parametrize("days", [-8, 1])
def test_a_result_lies_between_the_beginning_and_today(trial, attempt, days):
    with pytest.raises(Refused) as refusal:
        services.pass_screening(
            by=trial.coordinator,
            screening=attempt,
            decided_on=trial.today() + timedelta(days=days),
            answers=trial.all_met(),
        )
    assert refusal.value.field == "decided_on"


def test_criteria_not_met_needs_one_that_is_not_met(trial, attempt):
    result = {"by": trial.coordinator, "screening": attempt, "decided_on": trial.today()}
    with pytest.raises(Refused) as refusal:
        services.fail_screening(**result, fail_reason=FailReason.CRITERIA, answers=trial.all_met())
    assert refusal.value.field == "fail_reason"
    with pytest.raises(Refused) as refusal:
        services.fail_screening(**result, fail_reason="bad luck")
    assert refusal.value.field == "fail_reason"


def test_a_failure_ends_screening_cancels_what_was_planned_and_is_written_as_the_end(trial, attempt):
    answers = {**trial.all_met(), criterion(trial, "EXCL01").pk: Given("Y", "On the ECG")}
    services.fail_screening(
        by=trial.coordinator,
        screening=attempt,
        decided_on=trial.today(),
        fail_reason=FailReason.CRITERIA,
        answers=answers,
    )
    subject = Subject.objects.get(pk=attempt.subject_id)
    assert (subject.state, subject.end_reason) == (SubjectState.SCREEN_FAILED, "SCREEN FAILURE")
    assert set(subject.visits.values_list("status", flat=True)) == {"cancelled"}
    assert subject.dispositions.filter(end_reason="SCREEN FAILURE").count() == 1


def test_a_decided_attempt_takes_no_other_result(trial):
    attempt = trial.passed()
    with pytest.raises(Refused):
        services.pass_screening(by=trial.coordinator, screening=attempt, decided_on=trial.today())
    with pytest.raises(Refused):
        services.fail_screening(
            by=trial.coordinator, screening=attempt, decided_on=trial.today(), fail_reason=FailReason.OTHER
        )


def test_eligibility_is_confirmed_once_by_an_investigator_on_a_pass(trial, attempt):
    with pytest.raises(Refused):
        services.confirm_eligibility(
            by=trial.investigator, screening=attempt, proof=witnessed(trial.investigator, attempt)
        )
    passed = trial.passed()
    for person in (trial.coordinator, trial.pharmacist, trial.manager, trial.other_investigator):
        with pytest.raises(Refused):
            confirm(person, passed)
    confirm(trial.investigator, passed)
    with pytest.raises(Refused):
        services.confirm_eligibility(
            by=trial.investigator, screening=passed, proof=witnessed(trial.investigator, passed)
        )


def test_a_pass_is_not_revoked_after_randomisation(trial):
    subject = trial.on_treatment()
    with pytest.raises(Refused):
        services.revoke_pass(
            by=trial.investigator,
            screening=subject.screenings.get(),
            decided_on=trial.today(),
            fail_reason=FailReason.OTHER,
            reason="New information",
        )


def rescreen(trial, attempt, by=None, **facts):
    facts = {"screening_date": trial.today(), "reason": "Treated meanwhile", **facts}
    return services.rescreen(by=by or trial.investigator, subject=attempt.subject, **facts)


def test_another_attempt_leaves_the_first_as_it_was(trial):
    first = failed(trial, days_ago=20)
    second = rescreen(trial, first)
    first.refresh_from_db()
    assert (second.attempt, second.status, second.is_current) == (2, ScreeningStatus.RESCREEN, True)
    assert (first.status, first.is_current) == (ScreeningStatus.FAILED, False)
    subject = Subject.objects.get(pk=first.subject_id)
    assert (subject.state, subject.end_reason) == (SubjectState.RESCREEN, "")
    assert not subject.dispositions.exclude(end_reason="").exists()


def test_another_attempt_is_an_investigators_decision_after_the_days_that_the_protocol_asks(trial):
    early = failed(trial, days_ago=13)
    with pytest.raises(Refused) as refusal:
        rescreen(trial, early)
    assert refusal.value.field == "screening_date"
    with pytest.raises(Refused):
        rescreen(trial, failed(trial, days_ago=20), by=trial.coordinator)


def test_attempts_are_not_endless(trial):
    second = rescreen(trial, failed(trial, days_ago=40), screening_date=trial.today() - timedelta(days=20))
    services.fail_screening(
        by=trial.coordinator,
        screening=second,
        decided_on=trial.today() - timedelta(days=15),
        fail_reason=FailReason.OTHER,
    )
    with pytest.raises(Refused, match="allows 1 rescreening"):
        rescreen(trial, second)


def test_another_attempt_needs_a_consent_that_is_active_and_of_a_version_in_force(trial):
    first = failed(trial, days_ago=20)
    services.move_consent_version(
        by=BUILDER, version=trial.consent_version, to="superseded", on=trial.today() - timedelta(days=1)
    )
    with pytest.raises(Refused, match="no longer in force"):
        rescreen(trial, first)
    withdraw_consent(trial, first.subject)
    with pytest.raises(Refused, match="no active consent"):
        rescreen(trial, first)


def test_an_attempt_still_open_is_closed_when_participation_ends(trial, attempt):
    services.withdraw(
        by=trial.investigator,
        subject=attempt.subject,
        ended_on=trial.today(),
        end_reason="WITHDRAWAL BY SUBJECT",
        extent="procedures",
    )
    attempt.refresh_from_db()
    assert (attempt.status, attempt.fail_reason) == (ScreeningStatus.FAILED, FailReason.WITHDREW)
    with pytest.raises(Refused):
        answer(trial, attempt, "INCL01", ("Y",))
