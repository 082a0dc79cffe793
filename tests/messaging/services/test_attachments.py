import hashlib

import pytest
from django.core.files.storage import default_storage

from messaging import selectors
from messaging.domain.attachments import MAX_BYTES
from messaging.models import Attachment, Message
from tests.support.messaging import PDF, PNG, asked, file, participant_of
from trialcrm.core import crypto
from trialcrm.core.decisions import Refused


@pytest.fixture
def subject(trial):
    return trial.registered()


@pytest.fixture
def grace(subject):
    return participant_of(subject)


def test_a_file_lies_sealed_under_a_name_that_tells_nothing(trial, subject, grace):
    asked(grace, subject, files=[file("rash of Grace.png")])
    kept = Attachment.objects.get()
    with default_storage.open(kept.stored_as) as stored:
        raw = stored.read()
    assert PNG not in raw
    assert "Grace" not in kept.stored_as
    assert "Grace" not in kept.name
    assert (kept.file_name, kept.size, kept.sha256) == ("rash of Grace.png", len(PNG), hashlib.sha256(PNG).hexdigest())
    assert selectors.content_of(trial.coordinator, kept) == PNG


def test_a_file_that_is_not_accepted_undoes_the_message(trial, subject, grace):
    with pytest.raises(Refused, match="not accepted") as refusal:
        asked(grace, subject, files=[file("letter.pdf", PDF), file("letter.pdf", b"MZ\x90\0" + b"\0" * 60)])
    assert refusal.value.field == "files"
    assert not Message.objects.exists()
    assert not Attachment.objects.exists()


def test_a_file_has_a_largest_size(trial, subject, grace):
    with pytest.raises(Refused, match="larger than 10 MB"):
        asked(grace, subject, files=[file("scan.pdf", PDF + b"0" * MAX_BYTES)])


def test_a_file_that_was_altered_does_not_open(trial, subject, grace):
    asked(grace, subject, files=[file()])
    kept = Attachment.objects.get()
    other = crypto.seal(crypto.new_data_key(), "x", "elsewhere")
    path = default_storage.path(kept.stored_as)
    with open(path, "w") as stored:  # noqa: PTH123
        stored.write(other)
    with pytest.raises(crypto.Unreadable):
        selectors.content_of(trial.coordinator, kept)
