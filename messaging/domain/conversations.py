"""Conversations about one participant: who talks, about what, and how far a message has come."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConversationKind(TextChoices):
    PARTICIPANT = "participant", _("With the participant")
    STAFF = "staff", _("Among staff")


class Topic(TextChoices):
    """What a conversation is about. A choice and no free text, so that nothing that was told stands in a list."""

    GENERAL = "general", _("A question")
    WELLBEING = "wellbeing", _("How I feel")
    MEDICATION = "medication", _("Medication")
    APPOINTMENT = "appointment", _("Visits and appointments")
    PAPERS = "papers", _("Papers and travel costs")


class Triage(TextChoices):
    """What a message of a participant asks of the site (ICH E6(R3) 2.7: nothing that may be an event is left lying)."""

    NO_ACTION = "no_action", _("No action")
    NEEDS_REPLY = "needs_reply", _("Needs a reply")
    POSSIBLE_EVENT = "possible_event", _("Possible adverse event")
    POSSIBLE_DEVIATION = "possible_deviation", _("Possible deviation")
    MEDICATION_QUESTION = "medication_question", _("Question about medication")


class Progress(TextChoices):
    """How far a message has come; it only moves forward."""

    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")


class Receipt(Protocol):
    """What `progress_of` asks of a receipt."""

    delivered_at: datetime
    read_at: datetime | None


#: What settles a message without a reply.
SETTLES = frozenset({Triage.NO_ACTION})


def progress_of(receipts: Iterable[Receipt]) -> Progress:
    """How far a message has come, from the receipts of those whom it was meant for."""
    found = list(receipts)
    if any(receipt.read_at for receipt in found):
        return Progress.READ
    return Progress.DELIVERED if found else Progress.SENT
