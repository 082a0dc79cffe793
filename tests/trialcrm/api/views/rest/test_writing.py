"""Acts over REST: once for each key, not over somebody else's change, and with the words of every refusal."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection

from subjects.models import Visit
from tests.support.api import Caller, faults
from tests.support.days import in_days
from trialcrm.api.models import KeptAnswer
from trialcrm.audit.models import AuditLog

WHY = "The participant asked for it"


@pytest.fixture
def visit(trial: Any) -> Visit:
    """A visit still to be booked."""
    return trial.on_treatment(first_dose_days_ago=11).visits.filter(status="planned").order_by("-due_on").first()


def booking(trial: Any, days: int = 3) -> dict[str, Any]:
    return {
        "scheduled_at": in_days(days).isoformat(),
        "minutes": 30,
        "coordinator": str(trial.coordinator.pk),
        "out_of_window_reason": WHY,
    }


def test_an_act_is_done_and_recorded_as_on_the_page(trial: Any, visit: Visit, nora: Caller) -> None:
    answer = nora.post(f"visits/{visit.pk}/schedule", booking(trial))
    assert answer.status_code == 200
    assert answer.json()["visit_status"] == "scheduled"
    acts = AuditLog.objects.filter(action="visit.scheduled", entity_id=str(visit.pk))
    assert acts.get().actor == trial.coordinator


def test_what_is_made_says_where_it_is(trial: Any, visit: Visit, nora: Caller) -> None:
    body = {
        "subject_id": str(visit.subject_id),
        "started_on": trial.today().isoformat(),
        "unscheduled_reason": "adverse_event",
        "visit_type": "Unscheduled · rash",
        "kind": "clinic",
    }
    made = nora.post("visits", body)
    assert made.status_code == 201, made.content
    assert nora.get(made["Location"]).json() == made.json()


def test_a_rule_refuses_in_its_own_words(trial: Any, visit: Visit, nora: Caller) -> None:
    answer = nora.post(f"visits/{visit.pk}/reschedule", {**booking(trial), "move_reason": "illness"})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_what_the_form_does_not_accept_is_told_at_its_field(trial: Any, visit: Visit, nora: Caller) -> None:
    answer = nora.post(f"visits/{visit.pk}/schedule", {**booking(trial, 60), "out_of_window_reason": ""})
    assert answer.status_code == 422
    assert "window closes" in faults(answer)["out_of_window_reason"]


def test_missing_unknown_and_mistyped_fields_are_told_together(visit: Visit, nora: Caller) -> None:
    answer = nora.post(f"visits/{visit.pk}/schedule", {"scheduled_at": "soon", "colour": "red"})
    assert set(faults(answer)) == {"scheduled_at", "minutes", "coordinator", "colour"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [("{", 400), ("[]", 422), ('"x"', 422), ("[" * 5000, 400), ('{"reason": "a\\u0000b, and more"}', 422)],
)
def test_what_is_no_object_is_refused(visit: Visit, nora: Caller, sent: str, status: int) -> None:
    answer = nora.client.post(f"/api/v1/visits/{visit.pk}/cancel", sent, content_type="application/json")
    assert answer.status_code == status
    assert Visit.objects.get(pk=visit.pk).status == "planned"


def test_another_media_type_is_refused(visit: Visit, nora: Caller) -> None:
    assert nora.client.post(f"/api/v1/visits/{visit.pk}/cancel", {"reason": WHY}).status_code == 415


def test_who_may_not_is_told_so_and_elsewhere_there_is_nothing(trial: Any, visit: Visit) -> None:
    address, body = f"visits/{visit.pk}/cancel", {"reason": WHY}
    assert Caller(trial.monitor).post(address, body).status_code == 403
    assert Caller(trial.outsider).post(address, body).status_code == 404
    assert Caller().post(address, body).status_code == 401
    assert Visit.objects.get(pk=visit.pk).status == "planned"


def test_a_session_needs_the_mark_against_forged_calls(trial: Any, visit: Visit) -> None:
    forged = Caller(trial.coordinator)
    forged.client.handler.enforce_csrf_checks = True
    assert forged.post(f"visits/{visit.pk}/cancel", {"reason": WHY}).status_code == 403


class TestVersions:
    def test_the_second_of_two_writers_is_told(self, trial: Any, visit: Visit, nora: Caller) -> None:
        read = nora.get(f"visits/{visit.pk}")["ETag"]
        first = nora.post(f"visits/{visit.pk}/schedule", booking(trial), If_Match=read)
        second = nora.post(f"visits/{visit.pk}/cancel", {"reason": WHY}, If_Match=read)
        assert (first.status_code, second.status_code) == (200, 412)
        assert first["ETag"] == nora.get(f"visits/{visit.pk}")["ETag"] != read
        assert Visit.objects.get(pk=visit.pk).status == "scheduled"

    def test_a_version_is_that_of_the_record_and_not_of_what_stands_beside_it(
        self, trial: Any, visit: Visit, nora: Caller
    ) -> None:
        address = f"/api/v1/visits/{visit.pk}?include=subject"
        read = nora.get(address)
        assert nora.client.get(address, headers={"If-None-Match": read["ETag"]}).json() == read.json()
        for listed in (nora.get("visits"), nora.get(f"screenings/{trial.passed().pk}/confirm")):
            assert "ETag" not in listed

    @pytest.mark.django_db(transaction=True)
    def test_of_writers_at_once_with_one_version_one_succeeds(self, trial: Any, visit: Visit) -> None:
        read = Caller(trial.coordinator).get(f"visits/{visit.pk}")["ETag"]
        body = booking(trial)
        callers = [Caller(trial.coordinator) for _number in range(6)]
        answers = at_once(callers, lambda caller: caller.post(f"visits/{visit.pk}/schedule", body, If_Match=read))
        assert [answer.status_code for answer in answers].count(200) == 1
        assert visit.appointments.count() == 1


class TestKeys:
    def test_a_call_sent_again_is_not_done_again(self, trial: Any, visit: Visit, nora: Caller) -> None:
        body = booking(trial)
        once = nora.post(f"visits/{visit.pk}/schedule", body, Idempotency_Key="one")
        again = nora.post(f"visits/{visit.pk}/schedule", body, Idempotency_Key="one")
        assert once.json() == again.json()
        assert again["Idempotent-Replayed"] == "true"
        assert nora.post(f"visits/{visit.pk}/schedule", body, Idempotency_Key="two").status_code == 403

    def test_a_key_stands_for_one_call(self, trial: Any, visit: Visit, nora: Caller) -> None:
        nora.post(f"visits/{visit.pk}/schedule", booking(trial), Idempotency_Key="one")
        other = nora.post(f"visits/{visit.pk}/cancel", {"reason": WHY}, Idempotency_Key="one")
        assert other.status_code == 422
        assert "Idempotency-Key" in other.json()["detail"]

    def test_a_call_that_failed_leaves_its_key_free(self, trial: Any, visit: Visit, nora: Caller) -> None:
        nora.post(f"visits/{visit.pk}/schedule", {}, Idempotency_Key="one")
        assert not KeptAnswer.objects.exists()
        assert nora.post(f"visits/{visit.pk}/schedule", booking(trial), Idempotency_Key="one").status_code == 200

    def test_keys_of_two_people_have_nothing_to_do_with_each_other(
        self, trial: Any, visit: Visit, nora: Caller
    ) -> None:
        body = booking(trial)
        assert nora.post(f"visits/{visit.pk}/schedule", body, Idempotency_Key="one").status_code == 200
        other = Caller(trial.investigator).post(f"visits/{visit.pk}/schedule", body, Idempotency_Key="one")
        assert other.status_code == 403

    @pytest.mark.django_db(transaction=True)
    def test_a_key_sent_twenty_times_at_once_makes_one_record(self, trial: Any, visit: Visit) -> None:
        body = {
            "subject_id": str(visit.subject_id),
            "started_on": trial.today().isoformat(),
            "unscheduled_reason": "adverse_event",
            "visit_type": "Unscheduled",
            "kind": "clinic",
        }
        callers = [Caller(trial.coordinator) for _number in range(20)]
        answers = at_once(callers, lambda caller: caller.post("visits", body, Idempotency_Key="twenty"))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert Visit.objects.filter(subject=visit.subject_id, is_unscheduled=True).count() == 1


def at_once(callers: list[Caller], work: Any) -> list[Any]:
    """The same by everybody at once, each in a thread with a connection of its own."""
    found: list[Any] = []

    def run(caller: Caller) -> None:
        try:
            found.append(work(caller))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[caller]) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(found) == len(callers)
    return found
