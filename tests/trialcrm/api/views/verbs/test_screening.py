"""Acts on screening attempts over REST: answers, results, another attempt, and eligibility under a signature."""

from datetime import timedelta
from typing import Any

import pytest

from subjects.models import Screening
from tests.support.api import Caller, faults
from tests.support.cast import PASSWORD
from trialcrm.audit.models import AuditLog


@pytest.fixture
def attempt(trial: Any) -> Screening:
    return Screening.objects.get(subject=trial.registered())


def answers(trial: Any, *given: str) -> list[dict[str, Any]]:
    criteria = trial.study.criteria.order_by("order")
    return [
        {"criterion_id": str(item.pk), "answer": answer}
        for item, answer in zip(criteria, given, strict=False)
        if answer
    ]


def shown(answer: Any) -> list[str | None]:
    assert answer.status_code == 200, answer.content
    return [one["answer"] for one in answer.json()["criteria"]]


def test_answers_are_kept_until_a_reason_changes_them(trial: Any, nora: Caller, attempt: Screening) -> None:
    address = f"screenings/{attempt.pk}/answer"
    first = {**answers(trial, "Y")[0], "evidence": "Passport"}
    assert shown(nora.post(address, {"answers": [first], "notes": "Came with a friend"})) == ["Y", None, None]
    assert shown(nora.post(address, {"answers": answers(trial, "", "NA")})) == ["Y", "NA", None]
    changed = {"answers": answers(trial, "N")}
    assert set(faults(nora.post(address, changed))) == {"reason"}
    answer = nora.post(address, {**changed, "reason": "Misread the passport"})
    assert shown(answer) == ["N", "NA", None]
    assert answer.json()["criteria"][0]["evidence"] == "Passport"
    assert answer.json()["criteria"][0]["met"] is False
    assert answer.json()["notes"] == "Came with a friend"


def test_a_pass_needs_every_answer(trial: Any, nora: Caller, attempt: Screening) -> None:
    address, today = f"screenings/{attempt.pk}/pass", trial.today().isoformat()
    open_still = nora.post(address, {"decided_on": today, "answers": answers(trial, "Y")})
    assert open_still.status_code == 409
    assert "Not answered yet" in open_still.json()["detail"]
    assert not attempt.results.exists()
    passed = nora.post(address, {"decided_on": today, "answers": answers(trial, "Y", "NA", "N")})
    assert shown(passed) == ["Y", "NA", "N"]
    assert (passed.json()["screening_status"], passed.json()["completed_by_id"]) == (
        "passed",
        str(trial.coordinator.pk),
    )
    acts = AuditLog.objects.filter(action="screening.passed", entity_id=str(attempt.pk), outcome="done")
    assert acts.get().actor == trial.coordinator
    assert nora.post(address, {"decided_on": today}).status_code == 403


@pytest.mark.parametrize("place", [0, 1])
def test_a_criterion_of_another_attempt_is_refused(trial: Any, nora: Caller, attempt: Screening, place: int) -> None:
    known = answers(trial, "Y")[0]
    wrong = [{**known, "criterion_id": str(attempt.pk)}, known] if place == 0 else [known, known]
    answer = nora.post(f"screenings/{attempt.pk}/answer", {"answers": wrong})
    assert set(faults(answer)) == {f"answers.{place}.criterion_id"}
    assert not attempt.results.exists()


def test_a_failure_and_another_attempt(trial: Any, nora: Caller, attempt: Screening) -> None:
    soon = (trial.today() - timedelta(days=1)).isoformat()
    body = {"decided_on": soon, "fail_reason": "criteria"}
    assert set(faults(nora.post(f"screenings/{attempt.pk}/fail", body))) == {"fail_reason"}
    failed = nora.post(f"screenings/{attempt.pk}/fail", {**body, "answers": answers(trial, "N")})
    assert failed.json()["screening_status"] == "failed"
    again = {
        "subject_id": str(attempt.subject_id),
        "screening_date": trial.today().isoformat(),
        "reason": "The repeated test is in range",
    }
    assert nora.post("screenings", again).status_code == 403
    early = Caller(trial.investigator).post("screenings", again)
    assert early.status_code == 422
    assert "14 days after" in faults(early)["screening_date"]


def test_a_pass_is_revoked(trial: Any, nora: Caller) -> None:
    attempt = trial.passed()
    body = {
        "decided_on": trial.today().isoformat(),
        "fail_reason": "criteria",
        "reason": "A pacemaker became known",
    }
    answer = nora.post(f"screenings/{attempt.pk}/revoke", body)
    assert (answer.status_code, answer.json()["screening_status"]) == (200, "failed")


def test_eligibility_is_signed_under_what_was_shown(trial: Any, nora: Caller) -> None:
    attempt = trial.passed()
    address, hana = f"screenings/{attempt.pk}/confirm", Caller(trial.investigator)
    assert nora.get(address).status_code == 403
    to_sign = hana.get(address).json()
    assert [line["shown"] for line in to_sign["content"]][-3:] == ["Yes", "Yes", "No"]
    body = {"email": trial.investigator.email, "password": PASSWORD, "shown": to_sign["shown"]}
    wrong = hana.post(address, {**body, "password": "something else"})
    assert set(faults(wrong)) == {"password"}
    stale = hana.post(address, {**body, "shown": "0" * 64})
    assert stale.status_code in (409, 422)
    answer = hana.post(address, body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["eligible_by_id"] == str(trial.investigator.pk)
    assert hana.get(f"subjects/{attempt.subject_id}").json()["state"] == "eligible"
