"""The bell and what is under it; the mails that were given up."""

import pytest
from django.urls import reverse

from messaging import selectors
from messaging.models import OutgoingMail
from tests.support.messaging import asked

HTMX = {"HX-Request": "true"}


def text(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"messaging:{name}", args=args)


@pytest.fixture
def message(subject, zebra):
    return asked(zebra, subject, "My knee is swollen")


def test_a_notice_names_the_code_and_leads_to_the_record(as_, trial, subject, message):
    client = as_(trial.coordinator)
    page = text(client.get(url("notifications")))
    assert "A participant wrote to the site team" in page
    assert subject.subject_id in page
    assert "swollen" not in page
    assert "Zebra" not in page
    one = trial.coordinator.notifications.get()
    answer = client.post(url("notification-read", one.pk))
    assert answer["Location"] == url("conversation", message.conversation_id)
    assert selectors.unread(trial.coordinator) == 0


def test_nobody_reads_what_somebody_else_was_told(as_, trial, message):
    one = trial.coordinator.notifications.get()
    assert as_(trial.investigator).post(url("notification-read", one.pk)).status_code == 404


def test_all_are_read_at_once_and_the_list_follows(as_, trial, message):
    client = as_(trial.coordinator)
    answer = client.post(url("notifications-read"), headers={**HTMX, "X-Stay": "1"})
    assert "notified" in answer["HX-Trigger"]
    assert selectors.unread(trial.coordinator) == 0


def test_opening_the_conversation_settles_its_notices(as_, trial, message):
    as_(trial.coordinator).post(url("conversation-read", message.conversation_id))
    assert selectors.unread(trial.coordinator) == 0


def test_a_code_is_not_shown_to_whoever_no_longer_sees_the_participant(as_, trial, subject, message):
    from trialcrm.access import grants
    from trialcrm.core import clock

    grants.dismiss(trial.coordinator, "crc", trial.site, ends_at=clock.now())
    assert subject.subject_id not in text(as_(trial.coordinator).get(url("notifications")))


def test_only_operators_see_mails_that_were_given_up_and_send_them_again(as_, trial):
    OutgoingMail.objects.create(person=trial.coordinator, kind="clock_4", status="given_up", failure="TimeoutError")
    operator, manager = as_(trial.operator), as_(trial.manager)
    assert manager.get(url("mails")).status_code == 403
    assert manager.post(url("mails-retry")).status_code == 403
    page = text(operator.get(url("mails")))
    assert "TimeoutError" in page
    assert "serious" not in page.lower()
    operator.post(url("mails-retry"))
    assert OutgoingMail.objects.get().status == "waiting"
