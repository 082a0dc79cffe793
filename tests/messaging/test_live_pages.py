"""A message between two people: it appears on the other's open page by itself, and its reading on the sender's."""

import pytest
from playwright.sync_api import expect

from messaging import services
from messaging.models import Conversation, MessageReceipt
from tests.journeys.steps import look, sign_in
from tests.support.cast import Trial
from tests.support.messaging import PNG, asked, participant_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]


@pytest.fixture
def trial(transactional_db) -> Trial:
    return Trial()


def test_a_message_with_a_file_is_answered_and_read_without_loading_a_page_again(page, trial):
    subject = trial.registered()
    grace = participant_of(subject)
    services.set_site_contact(by=trial.coordinator, site=trial.site, emergency_phone="+1 555 0100")

    # Given the coordinator, with the list of messages open
    sign_in(page, trial.coordinator)
    page.goto("/conversations/")
    expect(page.get_by_text("No messages yet")).to_be_visible()
    expect(page.locator('[data-live-state="on"]')).to_be_visible()

    # When the participant writes, the conversation appears by itself
    asked(grace, subject, "The skin under the patch is red.")
    page.get_by_role("table").get_by_role("link", name="Medication").click()
    expect(page.locator("#thread").get_by_text("The skin under the patch is red.")).to_be_visible()
    expect(page.locator("#thread").get_by_text("Read by Nora Lindqvist")).to_be_visible()
    look(page, "conversation beside the list")

    # And answers with a file
    page.get_by_label("Message", exact=True).fill("We will call you today.")
    page.get_by_label("Files").set_input_files({"name": "leaflet.png", "mimeType": "image/png", "buffer": PNG})
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thread").get_by_text("We will call you today.")).to_be_visible()
    expect(page.locator("#thread").get_by_role("link", name="leaflet.png")).to_be_visible()
    expect(page.get_by_label("Message", exact=True)).to_have_value("")

    # Then the reading of the answer appears by itself as well
    services.read_conversation(by=grace, conversation=Conversation.objects.get())
    expect(page.locator("#thread").get_by_text("Read", exact=True)).to_be_visible()

    # And what arrives while the page lies open is read only when its reader does something
    services.send_message(by=grace, conversation=Conversation.objects.get(), body="Thank you.")
    expect(page.locator("#thread").get_by_text("Thank you.")).to_be_visible()
    expect(page.locator("#thread").get_by_text("Not read yet")).to_be_visible()
    page.keyboard.press("Shift")
    expect(page.locator("#thread").get_by_text("Not read yet")).to_have_count(0)
    assert MessageReceipt.objects.filter(person=trial.coordinator, read_at__isnull=False).count() == 2


def test_the_participants_pages_fit_a_phone(page, trial):
    subject = trial.registered()
    message = asked(participant_of(subject), subject)
    services.send_message(by=trial.coordinator, conversation=message.conversation, body="Yes.")
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, message.sender)
    own = f"/my/conversations/{message.conversation_id}/"
    for address in ("/my/messages/", "/my/messages/write/", own, "/my/notifications/"):
        page.goto(address)
        look(page, address)
