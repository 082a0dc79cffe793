"""Participants who write, what they write, and files to attach."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from messaging import services
from messaging.models import Conversation, Message
from subjects.services import give_role
from tests.support.cast import BEGAN, BUILDER, PASSWORD
from trialcrm.access.roles import Role
from trialcrm.users.services import create_account

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n%test\n"


def participant_of(subject: Any, email: str = "grace@home.test", name: str = "Grace Okafor") -> Any:
    """The account of a participant."""
    person = create_account(by=BUILDER, email=email, name=name, password=PASSWORD)
    places = {"study": subject.study, "site": subject.site, "subject": subject}
    give_role(by=BUILDER, user=person, role=Role.PART, starts_on=BEGAN, **places)
    return person


def asked(person: Any, subject: Any, body: str = "May I take aspirin?", **facts: Any) -> Message:
    """The first message of a conversation that a participant opened."""
    one = services.start_conversation(by=person, subject=subject, topic="medication", body=body, **facts)
    return one.messages.get()


def among_staff(trial: Any, subject: Any, body: str = "Please look at this one.", **facts: Any) -> Conversation:
    """What the coordinator asks colleagues."""
    return services.start_conversation(
        by=trial.coordinator, subject=subject, topic="general", body=body, kind="staff", **facts
    )


def file(name: str = "rash.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
