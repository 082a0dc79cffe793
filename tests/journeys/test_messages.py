"""Messages between two people who both have the portal open, and what the sender learns of their reading."""

import pytest
from playwright.sync_api import expect

from messaging import services
from messaging.models import Conversation, MessageReceipt
from tests.journeys.steps import PHONE, listening, look, sign_in
from tests.support.messaging import PNG, asked, participant_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
PHOTO = {"name": "rash.png", "mimeType": "image/png", "buffer": PNG}


def test_a_message_with_a_file_arrives_is_read_and_answered_on_open_pages(page, second_page, trial):
    phone = second_page
    # Given Grace with her phone, and the coordinator with the list of messages open
    subject = trial.registered(full_name="Grace Okafor")
    grace = participant_of(subject)
    services.set_site_contact(by=trial.coordinator, site=trial.site, emergency_phone="+1 555 0100")
    sign_in(page, trial.coordinator)
    page.goto("/conversations/")
    expect(page.get_by_text("No messages yet")).to_be_visible()
    listening(page)
    sign_in(phone, grace, PHONE)
    phone.get_by_role("navigation", name="Main").get_by_role("link", name="Messages").click()
    look(phone, "no messages")

    # When she writes, with a photo
    phone.get_by_role("link", name="Write to your site team").click()
    expect(phone.get_by_text("+1 555 0100")).to_be_visible()
    phone.get_by_label("About").select_option("medication")
    phone.get_by_label("Message", exact=True).fill("The skin under the patch is red.")
    phone.get_by_label("Files").set_input_files(PHOTO)
    look(phone, "message to write")
    phone.get_by_role("button", name="Send").click()
    mine = phone.locator("#thread")
    expect(mine.get_by_role("link", name="rash.png")).to_be_visible()
    listening(phone)
    expect(mine.get_by_text("Read", exact=True)).to_have_count(0)

    # Then the conversation appears by itself, and its reading on her side
    page.get_by_role("table").get_by_role("link", name="Medication").click()
    thread = page.locator("#thread")
    expect(thread.get_by_text("The skin under the patch is red.")).to_be_visible()
    expect(thread.get_by_role("link", name="rash.png")).to_be_visible()
    expect(mine.get_by_text("Read", exact=True)).to_be_visible()
    look(phone, "message that was read")
    look(page, "conversation beside the list")

    # And the answer with a file comes to her phone
    page.get_by_label("Message", exact=True).fill("We will call you today.")
    page.get_by_label("Files").set_input_files({**PHOTO, "name": "leaflet.png"})
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    expect(mine.get_by_text("We will call you today.")).to_be_visible()
    look(phone, "answer on the phone")

    # And counts as read only when she does something
    assert not MessageReceipt.objects.filter(person=grace, read_at__isnull=False).exists()
    with phone.expect_download() as taken:
        mine.get_by_role("link", name="leaflet.png").click()
    assert taken.value.suggested_filename == "leaflet.png"
    expect(thread.get_by_text("Read by Grace Okafor").or_(thread.get_by_text("Read", exact=True))).to_be_visible()


def test_what_arrives_on_a_page_that_lies_open_is_read_when_its_reader_does_something(page, trial):
    # Given a coordinator who has a conversation open
    subject = trial.registered()
    message = asked(participant_of(subject), subject)
    sign_in(page, trial.coordinator)
    page.goto(message.conversation.get_absolute_url())
    listening(page)
    thread = page.locator("#thread")
    expect(thread.get_by_text("Read by Nora Lindqvist")).to_be_visible()
    # When another message arrives
    services.send_message(by=message.sender, conversation=Conversation.objects.get(), body="Thank you.")
    expect(thread.get_by_text("Thank you.")).to_be_visible()
    # Then it waits for its reader
    expect(thread.get_by_text("Not read yet")).to_be_visible()
    page.keyboard.press("Shift")
    expect(thread.get_by_text("Not read yet")).to_have_count(0)
    assert MessageReceipt.objects.filter(person=trial.coordinator, read_at__isnull=False).count() == 2


def test_the_participants_pages_fit_a_phone(page, trial):
    subject = trial.registered()
    message = asked(participant_of(subject), subject)
    services.send_message(by=trial.coordinator, conversation=message.conversation, body="Yes.")
    sign_in(page, message.sender, PHONE)
    own = f"/my/conversations/{message.conversation_id}/"
    for address in ("/my/messages/", "/my/messages/write/", own, "/my/notifications/"):
        page.goto(address)
        look(page, address)
