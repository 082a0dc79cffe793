"""The site's messages through the front door."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging import services
from messaging.models import Conversation, Message, MessageReceipt, SiteContact
from tests.support.messaging import among_staff, asked, file

HTMX = {"HX-Request": "true"}


def text(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"messaging:{name}", args=args)


@pytest.fixture
def coordinator(as_, trial):
    return as_(trial.coordinator)


def test_the_list_shows_what_waits_and_nothing_that_was_written(coordinator, subject, zebra):
    asked(zebra, subject, "My knee is swollen")
    page = text(coordinator.get(url("conversations")))
    assert subject.subject_id in page
    assert "Not read" in page
    assert "swollen" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"part": "waiting"}, True),
        ({"part": "unsorted"}, True),
        ({"part": "possible_event"}, False),
        ({"topic": "medication"}, True),
        ({"topic": "papers"}, False),
        ({"q": "001"}, True),
        ({"q": "999"}, False),
        ({"topic": "nonsense", "part": "nonsense"}, True),
    ],
)
def test_the_list_is_narrowed(coordinator, subject, zebra, query, found):
    asked(zebra, subject)
    rows = text(coordinator.get(url("conversations"), query, headers=HTMX))
    assert (url("conversation", Conversation.objects.get().pk) in rows) is found


def test_a_conversation_shows_what_was_written_and_files(coordinator, subject, zebra):
    message = asked(zebra, subject, "My knee is <b>swollen</b>", files=[file()])
    page = text(coordinator.get(url("conversation", message.conversation_id)))
    assert "My knee is &lt;b&gt;swollen&lt;/b&gt;" in page
    assert "rash.png" in page
    assert "Zebra" not in page


@pytest.mark.parametrize("part", ["outsider", "other_investigator"])
def test_another_site_finds_nothing(as_, trial, subject, zebra, part):
    message = asked(zebra, subject, files=[file()])
    client = as_(getattr(trial, part))
    names = {"conversation": message.conversation_id, "attachment": message.attachments.get().pk}
    for name, pk in (*names.items(), ("message-triage", message.pk), ("conversation-reply", message.conversation_id)):
        assert client.get(url(name, pk)).status_code == 404
    assert client.post(url("conversation-read", message.conversation_id)).status_code == 404
    assert subject.subject_id not in text(client.get(url("conversations")))


@pytest.mark.parametrize("part", ["monitor", "safety", "manager", "inspector", "stranger", "operator"])
def test_the_sponsors_side_never_sees_a_thread(as_, trial, subject, zebra, part):
    message = asked(zebra, subject)
    client = as_(getattr(trial, part))
    for address in (url("conversations"), url("conversation", message.conversation_id)):
        assert client.get(address).status_code == 403


def test_looking_at_a_page_notes_nothing_and_the_page_tells_that_it_was_read(coordinator, subject, zebra):
    message = asked(zebra, subject)
    page = text(coordinator.get(url("conversation", message.conversation_id)))
    assert not MessageReceipt.objects.exists()
    assert url("conversation-read", message.conversation_id) in page
    assert 'hx-trigger="load"' in page
    answer = coordinator.post(url("conversation-read", message.conversation_id), headers=HTMX)
    assert answer.status_code == 204
    assert MessageReceipt.objects.get().read_at
    assert url("conversation-read", message.conversation_id) not in text(
        coordinator.get(url("conversation", message.conversation_id))
    )


def test_what_arrives_on_a_page_that_lies_open_is_read_only_when_its_reader_does_something(coordinator, subject, zebra):
    message = asked(zebra, subject)
    background = {**HTMX, "HX-Target": "thread", "X-Background": "1"}
    part = text(coordinator.get(url("conversation", message.conversation_id), headers=background))
    assert 'hx-trigger="click from:body once, keydown from:body once"' in part


def test_without_script_reading_leads_back_to_the_conversation(coordinator, subject, zebra):
    message = asked(zebra, subject)
    answer = coordinator.post(url("conversation-read", message.conversation_id))
    assert answer["Location"] == url("conversation", message.conversation_id)


def test_the_list_notes_that_messages_have_reached_somebody(coordinator, subject, zebra):
    asked(zebra, subject)
    assert url("conversations-delivered") in text(coordinator.get(url("conversations")))
    coordinator.post(url("conversations-delivered"), headers=HTMX)
    receipt = MessageReceipt.objects.get()
    assert (receipt.read_at, bool(receipt.delivered_at)) == (None, True)
    assert url("conversations-delivered") not in text(coordinator.get(url("conversations")))


def test_an_answer_is_written_beside_the_list_and_the_page_stays(coordinator, subject, zebra):
    message = asked(zebra, subject)
    address = url("conversation-reply", message.conversation_id)
    answer = coordinator.post(address, {"body": "One tablet a day.", "files": [file()]}, headers=HTMX)
    assert "message-changed" in answer["HX-Trigger"]
    assert "One tablet" not in text(answer)
    sent = Message.objects.get(is_from_participant=False)
    assert (sent.text, sent.attachments.count()) == ("One tablet a day.", 1)


def test_an_answer_without_script_leads_to_the_conversation(coordinator, subject, zebra):
    message = asked(zebra, subject)
    answer = coordinator.post(url("conversation-reply", message.conversation_id), {"body": "Yes."})
    assert (answer.status_code, answer["Location"]) == (303, url("conversation", message.conversation_id))


def test_what_was_not_accepted_comes_back_at_its_field(coordinator, subject, zebra):
    message = asked(zebra, subject)
    address = url("conversation-reply", message.conversation_id)
    answer = coordinator.post(address, {"body": "See this.", "files": [file("a.png", b"MZ\x90\0" * 20)]})
    assert answer.status_code == 422
    assert "is not accepted" in text(answer)
    assert "See this." in text(answer)
    many = coordinator.post(address, {"body": "x", "files": [file() for _number in range(6)]})
    assert "at most five" in text(many)


def test_a_conversation_is_opened_by_the_participants_id(coordinator, trial, subject):
    typed = {"subject": subject.subject_id, "kind": "staff", "topic": "general", "body": "Please look."}
    answer = coordinator.post(url("conversation-start"), {**typed, "addressee": trial.pharmacist.pk})
    one = Conversation.objects.get()
    assert answer["Location"] == one.get_absolute_url()
    assert (one.kind, one.addressee) == ("staff", trial.pharmacist)


def test_a_conversation_is_not_opened_about_another_sites_participant(coordinator, trial):
    other = trial.registered(site=trial.other_site)
    typed = {"subject": other.subject_id, "kind": "participant", "topic": "general", "body": "Hello"}
    answer = coordinator.post(url("conversation-start"), typed)
    assert answer.status_code == 422
    assert "No participant at your site" in text(answer)
    assert coordinator.post(url("conversation-start"), {**typed, "addressee": trial.outsider.pk}).status_code == 422


def test_the_chart_has_a_tab_of_messages(coordinator, trial, subject, zebra):
    message = asked(zebra, subject)
    page = text(coordinator.get(url("subject-messages", subject.pk)))
    assert url("conversation", message.conversation_id) in page


def test_a_message_is_sorted_in_a_dialog(coordinator, subject, zebra):
    message = asked(zebra, subject, "My knee is swollen")
    address = url("message-triage", message.pk)
    assert "swollen" in text(coordinator.get(address, headers=HTMX))
    answer = coordinator.post(address, {"triage": "medication_question"}, headers={**HTMX, "X-Stay": "1"})
    assert "message-changed" in answer["HX-Trigger"]
    again = coordinator.post(address, {"triage": "no_action"})
    assert again.status_code == 422
    assert "Reason" in text(again)


def test_one_retracts_ones_own_message_after_being_asked(coordinator, trial, subject, zebra):
    one = among_staff(trial, subject, "Wrong person, sorry")
    message = one.messages.get()
    assert "Nobody will read it" in text(coordinator.get(url("message-retract", message.pk)))
    coordinator.post(url("message-retract", message.pk))
    assert "Wrong person" not in text(coordinator.get(one.get_absolute_url()))


def test_the_emergency_number_stands_beside_messages(coordinator, trial, subject, zebra):
    message = asked(zebra, subject)
    page = text(coordinator.get(url("conversation", message.conversation_id)))
    assert "emergency services of your country" in page
    coordinator.post(url("site-contact", trial.site.pk), {"emergency_phone": "+1 555 0100", "hours": "8 to 5"})
    assert SiteContact.objects.get().emergency_phone == "+1 555 0100"
    page = text(coordinator.get(url("conversation", message.conversation_id)))
    assert "Not for emergencies." in page
    assert "+1 555 0100" in page


def test_pages_ask_for_as_many_rows_with_many_messages_as_with_few(coordinator, subject, zebra):
    message = asked(zebra, subject)
    pages = (url("conversations"), url("conversation", message.conversation_id), url("subject-messages", subject.pk))
    few = [_queries(coordinator, page) for page in pages]
    for number in range(5):
        services.send_message(by=zebra, conversation=message.conversation, body=f"And {number}", files=[file()])
        asked(zebra, subject)
    assert [_queries(coordinator, page) for page in pages] == few


def _queries(client, address):
    with CaptureQueriesContext(connection) as asked_for:
        assert client.get(address).status_code == 200
    return len(asked_for)
