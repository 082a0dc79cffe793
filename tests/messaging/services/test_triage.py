import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest

from messaging import services
from messaging.models import Conversation, Message
from tests.support.messaging import asked, participant_of
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


@pytest.fixture
def subject(trial):
    return trial.on_treatment(first_dose_days_ago=10)


@pytest.fixture
def message(subject):
    with clock.frozen(clock.now() - timedelta(hours=2)):
        return asked(participant_of(subject), subject, "I was taken to hospital")


def test_a_possible_event_is_drafted_with_the_time_at_which_the_site_first_read_of_it(trial, message, monkeypatch):
    event, drafted = SimpleNamespace(pk=uuid.uuid4()), []
    monkeypatch.setattr("safety.services.draft_event", lambda **told: drafted.append(told) or event, raising=False)
    with clock.frozen(clock.now() - timedelta(hours=1)):
        services.read_conversation(by=trial.coordinator, conversation=message.conversation)
        first = clock.now()
    services.triage_message(
        by=trial.investigator, message=message, triage="possible_event", event_term="Admission to hospital"
    )
    (told,) = drafted
    assert (told["aware_at"], told["how_learned"], told["subject"].pk) == (first, "message", message.subject_id)
    assert Message.objects.get().event_id == event.pk


def test_a_possible_event_needs_a_few_words(trial, message):
    with pytest.raises(Refused, match="few words") as refusal:
        services.triage_message(by=trial.coordinator, message=message, triage="possible_event")
    assert refusal.value.field == "event_term"
    assert Message.objects.get().triage == ""


def test_sorting_a_message_counts_as_reading_it(trial, message):
    services.triage_message(by=trial.coordinator, message=message, triage="needs_reply")
    assert message.receipts.get().read_at
    assert Conversation.objects.get().waiting_since


def test_what_asks_for_nothing_waits_for_no_reply(trial, message):
    services.triage_message(by=trial.coordinator, message=message, triage="no_action")
    assert Conversation.objects.get().waiting_since is None


def test_sorting_anew_needs_a_reason(trial, message):
    services.triage_message(by=trial.coordinator, message=message, triage="no_action")
    with pytest.raises(Refused, match="Say why"):
        services.triage_message(by=trial.coordinator, message=message, triage="needs_reply")
    services.triage_message(
        by=trial.coordinator, message=message, triage="needs_reply", reason="Asked again on the phone"
    )
    assert Message.objects.get().triage == "needs_reply"


@pytest.mark.parametrize("part", ["pharmacist", "monitor", "outsider"])
def test_others_do_not_sort(trial, message, part):
    with pytest.raises(Refused):
        services.triage_message(by=getattr(trial, part), message=message, triage="no_action")


def test_only_messages_of_participants_are_sorted(trial, message):
    reply = services.send_message(by=trial.coordinator, conversation=message.conversation, body="We will call you.")
    with pytest.raises(Refused, match="Only messages of participants"):
        services.triage_message(by=trial.coordinator, message=reply, triage="no_action")
