from datetime import timedelta

import pytest

from messaging import selectors, services
from messaging.domain.conversations import Progress
from messaging.models import Conversation, Message, MessageReceipt, SiteContact
from subjects.models import SubjectKey
from tests.support.messaging import among_staff, asked, file, participant_of
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


@pytest.fixture
def subject(trial):
    return trial.registered()


@pytest.fixture
def grace(subject):
    return participant_of(subject)


def test_a_message_lies_sealed_and_opens_with_the_participants_key(trial, subject, grace):
    message = asked(grace, subject, "My knee is swollen")
    message.refresh_from_db()
    assert "knee" not in message.body
    assert "knee" not in message.history.get().body
    assert message.text == "My knee is swollen"


def test_what_was_written_never_enters_the_log(trial, subject, grace):
    asked(grace, subject, "My knee is swollen", files=[file()])
    written = "".join(
        f"{row.summary} {row.reason} {row.payload}" for row in AuditLog.objects.filter(action="conversation.started")
    )
    assert "swollen" not in written
    assert "rash.png" not in written
    assert "Okafor" not in written


def test_once_the_key_is_destroyed_the_words_are_gone(trial, subject, grace):
    message = asked(grace, subject)
    SubjectKey.objects.filter(subject=subject).delete()
    assert Message.objects.get(pk=message.pk).text is None


def test_nothing_is_kept_that_could_not_be_sealed(trial, subject, grace):
    SubjectKey.objects.filter(subject=subject).delete()
    subject = type(subject).objects.get(pk=subject.pk)
    with pytest.raises(Refused, match="cannot be kept"):
        asked(grace, subject)
    assert not Conversation.objects.exists()


def test_a_participants_message_waits_for_a_reply_and_an_answer_settles_it(trial, subject, grace):
    one = asked(grace, subject).conversation
    assert Conversation.objects.get().waiting_since
    services.send_message(by=trial.coordinator, conversation=one, body="Yes, one tablet.")
    assert Conversation.objects.get().waiting_since is None


def test_waiting_counts_from_the_first_message_that_was_not_answered(trial, subject, grace):
    with clock.frozen(clock.now() - timedelta(hours=3)):
        first = asked(grace, subject)
    services.send_message(by=grace, conversation=first.conversation, body="And ibuprofen?")
    assert Conversation.objects.get().waiting_since == first.sent_at


def test_the_team_writes_to_the_participant_first(trial, subject, grace):
    one = services.start_conversation(by=trial.coordinator, subject=subject, topic="appointment", body="See you soon.")
    assert one.messages.get().is_from_participant is False
    assert one.waiting_since is None


@pytest.mark.parametrize("part", ["monitor", "safety", "manager", "inspector", "outsider", "stranger", "operator"])
def test_nobody_else_writes(trial, subject, part):
    with pytest.raises(Refused):
        services.start_conversation(by=getattr(trial, part), subject=subject, topic="general", body="Hello")


def test_a_participant_writes_about_nobody_else(trial, subject, grace):
    other = trial.registered(full_name="Ed Other", medical_record_number="9")
    with pytest.raises(Refused):
        asked(grace, other)


def test_a_participant_neither_opens_nor_joins_what_staff_say(trial, subject, grace):
    one = among_staff(trial, subject)
    with pytest.raises(Refused):
        services.send_message(by=grace, conversation=one, body="I read this")
    with pytest.raises(Refused):
        services.start_conversation(by=grace, subject=subject, topic="general", body="x", kind="staff")
    with pytest.raises(Refused):
        services.read_conversation(by=grace, conversation=one)


@pytest.mark.parametrize(("topic", "body", "field"), [("general", " ", "body"), ("gossip", "Hello", "topic")])
def test_a_message_needs_words_and_a_topic(trial, subject, topic, body, field):
    with pytest.raises(Refused) as refusal:
        services.start_conversation(by=trial.coordinator, subject=subject, topic=topic, body=body)
    assert refusal.value.field == field


def test_a_message_is_sent_then_delivered_then_read_by_somebody_with_a_name(trial, subject, grace):
    one = asked(grace, subject).conversation
    assert _shown(grace, one).progress == Progress.SENT
    services.deliver_messages(by=trial.pharmacist, permission="view_conversation")
    assert _shown(grace, one).progress == Progress.DELIVERED
    services.read_conversation(by=trial.coordinator, conversation=one)
    services.read_conversation(by=trial.investigator, conversation=one)
    shown = _shown(grace, one)
    assert (shown.progress, shown.read_by) == (Progress.READ, "Nora Lindqvist")


def _shown(user, conversation):
    conversation = selectors.conversation_for(user, conversation.pk, "own_messages")
    return selectors.thread(user, conversation, "own_messages")[-1]


def test_reading_again_changes_no_time(trial, subject, grace):
    one = asked(grace, subject).conversation
    services.read_conversation(by=trial.coordinator, conversation=one)
    first = MessageReceipt.objects.get(person=trial.coordinator)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        services.read_conversation(by=trial.coordinator, conversation=one)
        services.deliver_messages(by=trial.coordinator, permission="view_conversation")
    again = MessageReceipt.objects.get(person=trial.coordinator)
    assert (again.delivered_at, again.read_at) == (first.delivered_at, first.read_at)


def test_a_colleague_who_reads_an_answer_does_not_count_as_the_participant(trial, subject, grace):
    one = asked(grace, subject).conversation
    services.send_message(by=trial.coordinator, conversation=one, body="Yes.")
    services.read_conversation(by=trial.investigator, conversation=one)
    assert _shown(grace, one).progress == Progress.SENT
    services.read_conversation(by=grace, conversation=one)
    assert _answer(trial, one).progress == Progress.READ


def _answer(trial, one):
    return selectors.thread(trial.coordinator, selectors.conversation_for(trial.coordinator, one.pk))[-1]


def test_who_answers_has_read_what_was_asked(trial, subject, grace):
    message = asked(grace, subject)
    services.send_message(by=trial.investigator, conversation=message.conversation, body="Yes.")
    assert selectors.first_read_at_site(message).person == trial.investigator


def test_a_retracted_message_is_shown_no_more_and_stays_in_the_trail(trial, subject, grace):
    message = asked(grace, subject, files=[file()])
    services.retract_message(by=grace, message=message)
    (shown,) = selectors.thread(
        trial.coordinator, selectors.conversation_for(trial.coordinator, message.conversation_id)
    )
    assert (shown.text, shown.attachments) == (None, [])
    assert message.history.count() == 2
    with pytest.raises(Refused, match="retracted already"):
        services.retract_message(by=grace, message=message)


def test_only_its_sender_retracts_a_message(trial, subject, grace):
    message = asked(grace, subject)
    with pytest.raises(Refused, match="Only its sender"):
        services.retract_message(by=trial.coordinator, message=message)


def test_the_emergency_number_is_the_sites_own_and_changes_with_a_reason(trial):
    services.set_site_contact(by=trial.coordinator, site=trial.site, emergency_phone="+1 555 0100")
    with pytest.raises(Refused, match="Say why"):
        services.set_site_contact(by=trial.coordinator, site=trial.site, emergency_phone="+1 555 0111")
    services.set_site_contact(
        by=trial.coordinator, site=trial.site, emergency_phone="+1 555 0111", reason="The ward has moved"
    )
    assert SiteContact.objects.get().emergency_phone == "+1 555 0111"
    with pytest.raises(Refused):
        services.set_site_contact(by=trial.outsider, site=trial.site, emergency_phone="1")
    with pytest.raises(Refused, match="number to call"):
        services.set_site_contact(by=trial.outsider, site=trial.other_site, emergency_phone="ask at the desk")
