"""Mails that wait to be sent: when they are tried again, and when it is given up."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class MailStatus(TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given_up", _("Given up")


MAIL = Lifecycle.of(
    "mail",
    MailStatus,
    {
        MailStatus.WAITING: {MailStatus.SENT, MailStatus.GIVEN_UP},
        MailStatus.GIVEN_UP: {MailStatus.WAITING},
    },
)
#: After each failure, how long until the next try; after the last one it is given up (about half a day in all).
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts, or None when it is given up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
