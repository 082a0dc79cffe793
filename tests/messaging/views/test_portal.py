"""A participant's messages through the front door."""

import pytest
from django.urls import reverse

from messaging import services
from messaging.models import Conversation, MessageReceipt
from tests.support.messaging import among_staff, asked, file, participant_of


def text(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"messaging:{name}", args=args)


@pytest.fixture
def own(as_, zebra):
    return as_(zebra)


def test_a_participant_writes_to_the_site_team(own, subject):
    assert "Not for emergencies." in text(own.get(url("my-message")))
    answer = own.post(url("my-message"), {"topic": "wellbeing", "body": "My knee is swollen", "files": [file()]})
    one = Conversation.objects.get()
    assert answer["Location"] == url("my-conversation", one.pk)
    assert (one.kind, one.subject, one.messages.get().is_from_participant) == ("participant", subject, True)


def test_a_participant_reads_an_answer_and_answers_again(own, trial, subject, zebra):
    one = asked(zebra, subject).conversation
    services.send_message(by=trial.coordinator, conversation=one, body="One tablet a day.")
    assert "New message" in text(own.get(url("my-messages")))
    page = text(own.get(url("my-conversation", one.pk)))
    assert "One tablet a day." in page
    assert "Nora Lindqvist" in page
    own.post(url("my-conversation-read", one.pk))
    assert MessageReceipt.objects.get(person=zebra).is_of_participant
    assert "New message" not in text(own.get(url("my-messages")))
    own.post(url("my-reply", one.pk), {"body": "Thank you."})
    assert one.messages.count() == 3


def test_a_participant_sees_nothing_of_anybody_else_nor_of_staff(own, trial, subject):
    among = among_staff(trial, subject, "Is she well enough?")
    other = trial.registered(full_name="Ed Other", medical_record_number="9")
    theirs = asked(participant_of(other, "ed@home.test", "Ed Other"), other, files=[file()])
    assert among.messages.get().text not in text(own.get(url("my-messages")))
    for pk in (among.pk, theirs.conversation_id):
        assert own.get(url("my-conversation", pk)).status_code == 404
        assert own.get(url("my-reply", pk)).status_code == 404
        assert own.post(url("my-conversation-read", pk)).status_code == 404
    assert own.get(url("my-attachment", theirs.attachments.get().pk)).status_code == 404
    assert own.get(url("my-message-retract", theirs.pk)).status_code == 404


def test_a_participant_enters_no_page_of_staff(own, subject, zebra):
    message = asked(zebra, subject)
    for name, args in (
        ("conversations", []),
        ("conversation", [message.conversation_id]),
        ("message-triage", [message.pk]),
        ("subject-messages", [subject.pk]),
    ):
        assert own.get(url(name, *args)).status_code == 403


def test_a_participant_retracts_their_own_message(own, subject, zebra):
    message = asked(zebra, subject, "Forget it")
    own.post(url("my-message-retract", message.pk))
    page = text(own.get(url("my-conversation", message.conversation_id)))
    assert "Forget it" not in page
    assert "was retracted" in page


def test_delivery_is_noted_by_the_list(own, trial, subject, zebra):
    one = asked(zebra, subject).conversation
    services.send_message(by=trial.coordinator, conversation=one, body="Yes.")
    assert url("my-messages-delivered") in text(own.get(url("my-messages")))
    own.post(url("my-messages-delivered"))
    receipt = MessageReceipt.objects.get(person=zebra)
    assert (receipt.is_of_participant, receipt.read_at) == (True, None)


def test_a_message_without_words_comes_back(own):
    answer = own.post(url("my-message"), {"topic": "wellbeing", "body": " "})
    assert answer.status_code == 422


def test_staff_have_no_messages_of_their_own_to_read_here(as_, trial):
    assert as_(trial.coordinator).get(url("my-messages")).status_code == 403


def test_a_participants_bell_leads_to_their_own_notices(own, trial, subject, zebra):
    one = asked(zebra, subject).conversation
    services.send_message(by=trial.coordinator, conversation=one, body="Yes.")
    assert own.get(url("notifications"))["Location"] == url("my-notifications")
    page = text(own.get(url("my-notifications")))
    assert "Your site team wrote to you" in page
    notification = zebra.notifications.get()
    assert own.post(url("notification-read", notification.pk))["Location"] == url("my-conversation", one.pk)
