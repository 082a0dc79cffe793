"""Conversations, messages and notices over the API: who reads what of them, how they are found, and at what cost."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging import selectors, services
from messaging.models import Conversation, Message, Notification
from tests.support.api import Caller
from tests.support.messaging import among_staff, asked, file, participant_of
from tests.trialcrm.api.views.rest.test_entering import token_of
from trialcrm.api.selectors.publishing import published
from trialcrm.api.views.rest.shapes import includes_of
from trialcrm.core import clock

WORDS = "My ankle is swollen."
NOT_AT_SITES = ("monitor", "safety", "manager", "inspector", "operator", "stranger")


@pytest.fixture
def talk(trial: Any) -> Any:
    """A participant here who wrote with a file, staff about them, and a participant who wrote at the other site."""
    subject = trial.registered(full_name="Canary Zebra")
    other = trial.registered(site=trial.other_site, medical_record_number="MRN-2")
    grace = participant_of(subject, name="Canary Zebra")
    henry = participant_of(other, email="henry@home.test", name="Henry Other")
    message = asked(grace, subject, WORDS, files=[file()])
    return SimpleNamespace(
        subject=subject,
        message=message,
        among=among_staff(trial, subject, addressee=trial.investigator),
        foreign=asked(henry, other, "Hello from afar"),
        person=grace,
        grace=Caller(grace),
        henry=Caller(henry),
        nora=Caller(trial.coordinator),
    )


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


def keys(rows: Any) -> set[str]:
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def test_each_lists_the_conversations_of_their_page(trial: Any, talk: Any) -> None:
    for part in ("coordinator", "investigator", "pharmacist", "outsider"):
        person = getattr(trial, part)
        assert ids(Caller(person).rows("conversations")) == keys(selectors.conversation_list(person))
    assert ids(talk.grace.rows("conversations")) == keys(selectors.own_conversations(talk.person))
    assert ids(talk.nora.rows("conversations")) == {str(talk.message.conversation_id), str(talk.among.pk)}


def test_each_lists_the_messages_of_the_conversations_that_they_read(trial: Any, talk: Any) -> None:
    here, among = str(talk.message.pk), str(talk.among.messages.get().pk)
    assert ids(talk.nora.rows("messages")) == {here, among}
    assert ids(talk.grace.rows("messages")) == {here}
    assert ids(talk.henry.rows("messages")) == {str(talk.foreign.pk)}
    assert ids(Caller(trial.outsider).rows("messages")) == {str(talk.foreign.pk)}


@pytest.mark.parametrize("part", NOT_AT_SITES)
def test_the_sponsors_side_reads_none(trial: Any, talk: Any, part: str) -> None:
    caller = Caller(getattr(trial, part))
    for name, pk in (("conversations", talk.among.pk), ("messages", talk.message.pk)):
        assert caller.get(name).status_code == 403
        assert caller.get(f"{name}/{pk}").status_code == 403


def test_a_message_has_everything_that_the_brief_says(trial: Any, talk: Any) -> None:
    shown = talk.nora.get(f"messages/{talk.message.pk}").json()
    subject = str(talk.subject.pk)
    wanted = {
        "id": str(talk.message.pk),
        "conversation_id": str(talk.message.conversation_id),
        "sender_id": str(talk.person.pk),
        "to": [{"kind": "site_team", "user_id": None}],
        "patient_id": subject,
        "subject_id": subject,
        "body": WORDS,
        "status": "sent",
        "is_read": False,
    }
    assert {name: shown[name] for name in wanted} == wanted
    assert {"sent_at", "created_at", "updated_at"} <= shown.keys()
    (one,) = shown["attachments"]
    assert set(one) == {"id", "file_name", "media_type", "size", "url"}
    answer = services.send_message(by=trial.coordinator, conversation=talk.message.conversation, body="Come in.")
    to = talk.nora.get(f"messages/{answer.pk}").json()["to"]
    assert to == [{"kind": "participant", "user_id": str(talk.person.pk)}]


def test_a_file_opens_for_whom_its_address_was_made_and_for_five_minutes(trial: Any, talk: Any) -> None:
    (one,) = talk.nora.get(f"messages/{talk.message.pk}").json()["attachments"]
    address = one["url"]
    assert talk.nora.get(address)["Content-Disposition"].startswith("attachment")
    assert Caller(token=token_of(trial.coordinator).secret).get(address).status_code == 200
    assert Caller(trial.investigator).get(address).status_code == 403
    assert Caller(trial.outsider).get(address).status_code == 404
    assert talk.nora.get(address.partition("?")[0]).status_code == 422
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert talk.nora.get(address).status_code == 403


def test_a_retracted_message_has_neither_words_nor_files(talk: Any) -> None:
    services.retract_message(by=talk.person, message=talk.message)
    shown = talk.nora.get(f"messages/{talk.message.pk}").json()
    assert (shown["is_retracted"], shown["body"], shown["attachments"]) == (True, None, [])


def test_participants_do_not_read_what_the_site_makes_of_their_words(trial: Any, talk: Any) -> None:
    services.triage_message(by=trial.coordinator, message=talk.message, triage="needs_reply")
    address = f"messages/{talk.message.pk}"
    assert talk.nora.get(address).json()["triage"] == "needs_reply"
    assert talk.grace.get(address).json()["triage"] is None
    assert talk.grace.rows("messages", triage="needs_reply") == []
    assert talk.grace.rows("conversations", is_waiting="true") == []
    assert talk.grace.rows("conversations")[0]["waiting_since"] is None


@pytest.mark.parametrize(
    ("name", "asked_for", "count"),
    [
        ("conversations", {"kind": "staff"}, 1),
        ("conversations", {"topic": "medication"}, 1),
        ("conversations", {"is_waiting": "true"}, 1),
        ("conversations", {"has_unread": "false"}, 1),
        ("messages", {"is_from_participant": "true"}, 1),
        ("messages", {"is_unread": "true"}, 1),
        ("messages", {"triage": "no_action"}, 0),
        ("messages", {"sent_from": "2020-01-01T00:00:00Z"}, 2),
        ("messages", {"sent_until": "2020-01-01T00:00:00Z"}, 0),
        ("notifications", {"is_read": "true"}, 0),
        ("notifications", {"kind": "message_from_participant"}, 1),
    ],
)
def test_filters(talk: Any, name: str, asked_for: dict[str, str], count: int) -> None:
    assert len(talk.nora.rows(name, **asked_for)) == count


def test_filters_by_key(trial: Any, talk: Any) -> None:
    conversation = str(talk.message.conversation_id)
    assert len(talk.nora.rows("messages", conversation=conversation, patient=talk.subject.pk)) == 1
    assert len(talk.nora.rows("messages", sender=trial.coordinator.pk)) == 1
    assert len(talk.nora.rows("conversations", subject=talk.subject.pk, site=trial.site.pk)) == 2


def test_everybody_reads_what_they_were_told_and_nothing_else(trial: Any, talk: Any) -> None:
    for person in (trial.coordinator, trial.investigator, trial.outsider, talk.person, trial.stranger):
        assert ids(Caller(person).rows("notifications")) == keys(Notification.objects.filter(person=person))
    (told,) = talk.nora.rows("notifications", kind="message_from_participant")
    assert told["subject_id"] == str(talk.subject.pk)
    assert (told["is_read"], told["text"]) == (False, "A participant wrote to the site team")
    assert told["url"].startswith("/conversations/")
    foreign = Notification.objects.filter(person=trial.outsider).first()
    assert talk.nora.get(f"notifications/{foreign.pk}").status_code == 404


def test_a_token_for_another_site_reads_no_notice_of_this_one(trial: Any, talk: Any) -> None:
    whole, elsewhere = token_of(trial.coordinator), token_of(trial.coordinator, study_ids=[trial.study.pk])
    assert Caller(token=whole.secret).rows("notifications")
    assert Caller(token=elsewhere.secret).rows("notifications")
    only = token_of(trial.coordinator, site_ids=[trial.site.pk])
    Notification.objects.filter(person=trial.coordinator).update(site=trial.other_site)
    assert Caller(token=only.secret).rows("notifications") == []


def test_a_list_costs_the_same_for_few_and_for_many(trial: Any, talk: Any) -> None:
    names = ("conversations", "messages", "notifications")

    def costs() -> dict[str, int]:
        return {name: cost(talk.nora, name) for name in names}

    few = costs()
    for number in range(3):
        subject = trial.registered(medical_record_number=f"MRN-1{number}")
        person = participant_of(subject, email=f"p{number}@home.test")
        message = asked(person, subject, files=[file()])
        services.read_conversation(by=trial.investigator, conversation=message.conversation)
        services.send_message(by=trial.investigator, conversation=message.conversation, body="Yes.")
        among_staff(trial, subject)
    assert Conversation.objects.count() == 9
    assert Message.objects.count() == 12
    assert costs() == few


def cost(caller: Caller, name: str) -> int:
    include = ",".join(includes_of(published(name)))
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(name, limit=200, include=include).status_code == 200
    return len(queries)
