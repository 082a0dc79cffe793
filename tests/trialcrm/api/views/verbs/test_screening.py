"""Acts on screening attempts over REST: answers, results, another attempt, and eligibility under a signature."""

from datetime import timedelta
from typing import Any

import pytest

from subjects import services
from subjects.domain.screening import Given
from subjects.models import Screening
from subjects.services import screening
from tests.support.api import Caller, faults
from tests.support.cast import PASSWORD
from tests.trialcrm.api.views.graphql.asking import Asker
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


def test_the_second_of_two_who_answer_is_told(trial: Any, nora: Caller, attempt: Screening) -> None:
    address = f"screenings/{attempt.pk}"
    read = nora.get(address)["ETag"]
    first = nora.post(f"{address}/answer", {"answers": answers(trial, "Y")}, If_Match=read)
    second = nora.post(f"{address}/answer", {"answers": answers(trial, "", "NA")}, If_Match=read)
    assert (first.status_code, second.status_code) == (200, 412)
    assert first["ETag"] == nora.get(address)["ETag"] != read
    listed = Asker(trial.coordinator).ask("{ screenings { nodes { etag } } }")["screenings"]["nodes"]
    assert [row["etag"] for row in listed] == [first["ETag"]]
    changed = {"answers": answers(trial, "N"), "reason": "Misread the passport"}
    third = nora.post(f"{address}/answer", changed, If_Match=first["ETag"])
    assert third.status_code == 200
    assert third["ETag"] != first["ETag"]


def test_what_somebody_else_answers_meanwhile_stays(
    trial: Any, nora: Caller, attempt: Screening, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, _third = trial.study.criteria.order_by("order")
    address = f"screenings/{attempt.pk}/answer"
    sent = [{**one, "evidence": "Passport"} for one in answers(trial, "Y", "Y")]
    assert nora.post(address, {"answers": sent, "notes": "Came alone"}).status_code == 200
    taken = screening.locked

    def after_somebody_else(record: Any, *related: str) -> Any:
        monkeypatch.setattr(screening, "locked", taken)
        given = {first.pk: Given("N", "Identity card"), second.pk: Given("Y", "Letter")}
        said = {"notes": "Came with a friend", "reason": "Misread the passport"}
        services.answer_criteria(by=trial.investigator, screening=record, answers=given, **said)
        return taken(record, *related)

    monkeypatch.setattr(screening, "locked", after_somebody_else)
    body = {"answers": answers(trial, "", "NA"), "reason": "Had surgery"}
    answer = nora.post(address, body)
    assert shown(answer) == ["N", "NA", None]
    assert [one["evidence"] for one in answer.json()["criteria"]] == ["Identity card", "Letter", ""]
    assert answer.json()["notes"] == "Came with a friend"


def test_evidence_is_taken_away_by_sending_none(trial: Any, nora: Caller, attempt: Screening) -> None:
    address = f"screenings/{attempt.pk}/answer"
    sent = {**answers(trial, "Y")[0], "evidence": "Passport"}
    nora.post(address, {"answers": [sent]})
    answer = nora.post(address, {"answers": [{**sent, "evidence": ""}], "reason": "It was another person's"})
    assert answer.json()["criteria"][0]["evidence"] == ""


def test_what_is_wrong_with_an_answer_is_told_where_it_was_sent(trial: Any, nora: Caller, attempt: Screening) -> None:
    address = f"screenings/{attempt.pk}/answer"
    inclusion, _other, exclusion = answers(trial, "Y", "Y", "NA")
    answer = nora.post(address, {"answers": [inclusion, exclusion]})
    assert set(faults(answer)) == {"answers.1.answer"}
    naming = {**inclusion, "evidence": "Mrs Okafor said so"}
    assert set(faults(nora.post(address, {"answers": [naming]}))) == {"answers.0.evidence"}
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
