"""Files of messages: scoped, by links that expire, and never run."""

from datetime import timedelta

import pytest
from django.urls import reverse

from messaging import services
from tests.support.messaging import PNG, asked, file
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock


@pytest.fixture
def attachment(subject, zebra):
    return asked(zebra, subject, files=[file("rash of <Zebra>.png")]).attachments.get()


def address(attachment, name="attachment"):
    return reverse(f"messaging:{name}", args=[attachment.pk])


def test_a_file_whose_key_is_gone_says_so(as_, trial, attachment, caplog):
    attachment.subject.key.delete()
    answer = as_(trial.coordinator).get(address(attachment), follow=True)
    assert answer.status_code == 403
    assert "cannot be opened any more" in answer.content.decode()
    assert "does not open" in caplog.text


def test_a_file_is_handed_out_as_a_file_and_never_run(as_, trial, attachment):
    client = as_(trial.coordinator)
    link = client.get(address(attachment))
    assert link.status_code == 302
    answer = client.get(link["Location"])
    assert answer.content == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert AuditLog.objects.filter(action="attachment.opened", actor=trial.coordinator).count() == 1


def test_a_link_opens_for_one_person_and_for_five_minutes(as_, trial, attachment):
    coordinator, investigator = as_(trial.coordinator), as_(trial.investigator)
    link = coordinator.get(address(attachment))["Location"]
    assert investigator.get(link).status_code == 403
    assert coordinator.get(f"{address(attachment)}?ticket=made-up").status_code == 403
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        late = coordinator.get(link)
    assert late.status_code == 403
    assert "This link is over" in late.content.decode()


def test_a_link_opens_no_other_file(as_, trial, subject, zebra, attachment):
    client = as_(trial.coordinator)
    other = asked(zebra, subject, files=[file()]).attachments.get()
    link = client.get(address(attachment))["Location"]
    assert client.get(link.replace(str(attachment.pk), str(other.pk))).status_code == 403


def test_a_participant_opens_their_own_file(as_, zebra, attachment):
    client = as_(zebra)
    assert client.get(address(attachment)).status_code == 403
    link = client.get(address(attachment, "my-attachment"))["Location"]
    assert client.get(link).content == PNG


def test_files_of_a_retracted_message_are_gone(as_, trial, zebra, attachment):
    services.retract_message(by=zebra, message=attachment.message)
    assert as_(trial.coordinator).get(address(attachment)).status_code == 404
