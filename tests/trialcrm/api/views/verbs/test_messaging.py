"""Writing, reading and sorting messages as a program, and marking what one was told."""

from types import SimpleNamespace
from typing import Any

import pytest

from messaging import services
from messaging.models import Message, MessageReceipt, Notification
from tests.support.api import Caller, faults
from tests.support.messaging import PNG, among_staff, asked, file, participant_of
from tests.trialcrm.api.views.rest.test_entering import token_of
from trialcrm.audit.models import AuditLog

WORDS = "My ankle is swollen."


@pytest.fixture
def talk(trial: Any) -> Any:
    """A participant with one conversation, which nobody has read."""
    subject = trial.registered(full_name="Canary Zebra")
    grace = participant_of(subject, name="Canary Zebra")
    message = asked(grace, subject, WORDS)
    return SimpleNamespace(
        subject=subject,
        message=message,
        conversation=message.conversation,
        person=grace,
        grace=Caller(grace),
        nora=Caller(trial.coordinator),
    )


def started(talk: Any, **values: Any) -> dict[str, Any]:
    return {"subject_id": str(talk.subject.pk), "body": "Is Tuesday fine?", **values}


def test_a_participant_starts_a_conversation_with_the_team(talk: Any) -> None:
    answer = talk.grace.post("conversations", started(talk, topic="appointment"))
    assert answer.status_code == 201, answer.json()
    assert answer.json()["topic"] == "appointment"
    assert answer.json()["kind"] == "participant"
    assert AuditLog.objects.get(action="conversation.started", entity_id=answer.json()["id"]).actor == talk.person


def test_staff_start_one_among_each_other_with_a_colleague(trial: Any, talk: Any) -> None:
    sent = started(talk, kind="staff", addressee_id=str(trial.investigator.pk))
    answer = talk.nora.post("conversations", sent)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["addressee_id"] == str(trial.investigator.pk)
    (message,) = talk.nora.rows("messages", conversation=answer.json()["id"])
    assert message["to"] == [{"kind": "person", "user_id": str(trial.investigator.pk)}]
    assert talk.grace.get(f"conversations/{answer.json()['id']}").status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"body": " "}, "body"),
        ({"topic": "football"}, "topic"),
        ({"addressee_id": "01900000-0000-7000-8000-000000000000"}, "addressee_id"),
        ({"subject_id": "01900000-0000-7000-8000-000000000000"}, "subject_id"),
    ],
)
def test_what_is_wrong_with_a_conversation_is_told_at_its_field(talk: Any, values: Any, field: str) -> None:
    answer = talk.nora.post("conversations", started(talk, **values))
    assert answer.status_code == 422
    assert set(faults(answer)) == {field}


def test_a_participant_does_not_start_one_among_staff(talk: Any) -> None:
    answer = talk.grace.post("conversations", started(talk, kind="staff"))
    assert answer.status_code in (403, 409)
    assert "does not write messages" in answer.json()["detail"]


@pytest.mark.parametrize("part", ["outsider", "monitor", "stranger"])
def test_nobody_else_writes_or_reads(trial: Any, talk: Any, part: str) -> None:
    caller = Caller(getattr(trial, part))
    body = {"conversation_id": str(talk.conversation.pk), "body": "Hello"}
    assert caller.post("messages", body).status_code in (403, 422)
    for act in ("read", "retract", "triage"):
        assert caller.post(f"messages/{talk.message.pk}/{act}", {}).status_code in (403, 404)
    assert Message.objects.count() == 1


def test_a_reply_once_for_one_key_is_read_by_whom_it_is_for(talk: Any) -> None:
    body = {"conversation_id": str(talk.conversation.pk), "body": "Please come in today."}
    first = talk.nora.post("messages", body, Idempotency_Key="reply-1")
    again = talk.nora.post("messages", body, Idempotency_Key="reply-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["status"], first.json()["is_read"]) == ("sent", False)
    assert talk.grace.post("conversations/deliver").status_code == 204
    assert talk.nora.get(f"messages/{first.json()['id']}").json()["status"] == "delivered"
    read = talk.grace.post(f"messages/{first.json()['id']}/read")
    assert (read.json()["status"], read.json()["is_read"]) == ("read", True)
    assert AuditLog.objects.filter(action="message.read", actor=talk.person).count() == 1


def test_reading_lists_notes_nothing_and_the_act_does(trial: Any, talk: Any) -> None:
    assert talk.nora.rows("messages", is_unread="true")[0]["body"] == WORDS
    assert not MessageReceipt.objects.exists()
    assert Notification.objects.visible_to(trial.coordinator).unread().exists()
    assert talk.nora.post(f"conversations/{talk.conversation.pk}/read").json()["has_unread"] is False
    assert MessageReceipt.objects.get().person == trial.coordinator
    assert not Notification.objects.visible_to(trial.coordinator).unread().exists()
    assert talk.nora.rows("messages", is_unread="true") == []


def test_files_come_with_a_message_and_open_by_their_address(talk: Any) -> None:
    sent = {"conversation_id": str(talk.conversation.pk), "body": "See the picture.", "files": [file(), file("b.png")]}
    answer = talk.grace.client.post("/api/v1/messages", sent)
    assert answer.status_code == 201, answer.json()
    first, _second = answer.json()["attachments"]
    assert (first["file_name"], first["media_type"], first["size"]) == ("rash.png", "image/png", len(PNG))
    assert talk.grace.get(first["url"]).content == PNG
    assert talk.nora.get(first["url"]).status_code == 403
    bad = talk.grace.client.post("/api/v1/messages", {**sent, "files": [file("x.exe", b"MZ")]})
    assert set(faults(bad)) == {"files"}


def test_a_message_is_retracted_by_its_sender_only(talk: Any) -> None:
    assert talk.nora.post(f"messages/{talk.message.pk}/retract").status_code == 403
    answer = talk.grace.post(f"messages/{talk.message.pk}/retract")
    assert (answer.json()["is_retracted"], answer.json()["body"], answer.json()["attachments"]) == (True, None, [])
    assert AuditLog.objects.filter(action="message.retracted", actor=talk.person).exists()


def test_a_message_is_sorted_and_sorted_anew_with_a_reason(talk: Any) -> None:
    sort = f"messages/{talk.message.pk}/triage"
    assert talk.nora.post(sort, {"triage": "needs_reply"}).json()["triage"] == "needs_reply"
    assert set(faults(talk.nora.post(sort, {"triage": "no_action"}))) == {"reason"}
    assert set(faults(talk.nora.post(sort, {"triage": "possible_event", "reason": "It may be one"}))) == {"event_term"}
    sent = {"triage": "possible_event", "reason": "It may be one after all", "event_term": "Swollen ankle"}
    assert talk.nora.post(sort, sent).json()["event_id"]
    assert talk.grace.post(sort, sent).status_code == 403
    assert talk.grace.get(f"messages/{talk.message.pk}").json()["triage"] is None


def test_what_one_was_told_is_marked_as_read_by_oneself(trial: Any, talk: Any) -> None:
    (mine,) = talk.nora.rows("notifications", is_read="false")
    assert Caller(trial.investigator).post(f"notifications/{mine['id']}/read").status_code == 404
    assert talk.nora.post(f"notifications/{mine['id']}/read").json()["is_read"] is True
    services.send_message(by=talk.person, conversation=talk.conversation, body="And my knee.")
    assert len(talk.nora.rows("notifications", is_read="false")) == 1
    assert talk.nora.post("notifications/read-all").status_code == 204
    assert talk.nora.rows("notifications", is_read="false") == []


def test_a_token_for_certain_places_marks_what_its_list_shows(trial: Any, talk: Any) -> None:
    services.send_message(by=talk.person, conversation=talk.conversation, body="And my knee.")
    here, there = Notification.objects.filter(person=trial.coordinator).order_by("pk")
    Notification.objects.filter(pk=there.pk).update(site=trial.other_site)
    program = Caller(token=token_of(trial.coordinator, site_ids=[trial.site.pk]).secret)
    assert [row["id"] for row in program.rows("notifications")] == [str(here.pk)]
    assert program.post(f"notifications/{there.pk}/read").status_code == 404
    assert program.post("notifications/read-all").status_code == 204
    assert [row["id"] for row in talk.nora.rows("notifications", is_read="false")] == [str(there.pk)]


def test_what_staff_say_among_themselves_is_read_by_staff(trial: Any, talk: Any) -> None:
    one = among_staff(trial, talk.subject)
    assert talk.grace.post(f"conversations/{one.pk}/read").status_code == 404
    assert Caller(trial.investigator).post(f"conversations/{one.pk}/read").status_code == 200
