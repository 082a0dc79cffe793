"""The outbox: mails that were written with what they are about, and are sent afterwards."""

import logging
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext_lazy

from messaging import policies
from messaging.domain.mails import MailStatus, pause_after
from messaging.domain.notices import mail_words
from messaging.models import OutgoingMail
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import require

log = logging.getLogger(__name__)
AT_ONCE = 200


def drain() -> int:
    """Send what is due, one mail in one transaction; how many were taken up.

    Whoever sends holds the row; others skip it, so that several may drain at once and none sends a mail twice.
    """
    taken = 0
    while taken < AT_ONCE and _send_next():
        taken += 1
    return taken


@transaction.atomic
def _send_next() -> bool:
    rows = OutgoingMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    mail = rows.filter(status=MailStatus.WAITING, due_at__lte=clock.now()).order_by("due_at", "id").first()
    if mail is None:
        return False
    mail.attempts += 1
    try:
        _send(mail)
    except OSError as error:
        _put_off(mail, error)
    else:
        mail.status, mail.sent_at, mail.failure = MailStatus.SENT, clock.now(), ""
    mail.save()
    return True


def _send(mail: OutgoingMail) -> None:
    """Nothing is sent to an account that was closed meanwhile."""
    if mail.person.is_active:
        subject, body = mail_words(mail.kind)
        EmailMessage(str(subject), f"{body}\n", to=[mail.person.email]).send()


def _put_off(mail: OutgoingMail, error: OSError) -> None:
    pause = pause_after(mail.attempts)
    # The server's words may quote the address; the kind of failure is enough to look it up there.
    mail.failure = type(error).__name__
    if pause is None:
        mail.status = MailStatus.GIVEN_UP
        log.error("a mail was given up after %s attempts: %s", mail.attempts, mail.failure)
    else:
        mail.due_at = clock.now() + pause


@recorded("mail.retried", gettext_lazy("Mails that were given up are sent again"))
def retry_mails(*, by: Any) -> int:
    """Put every mail that was given up back into the outbox; how many.

    Raises:
        Refused: the person does not run the portal.
    """
    require(policies.run_outbox(by))
    rows = OutgoingMail.objects.select_for_update().filter(status=MailStatus.GIVEN_UP)
    found = list(rows)
    for mail in found:
        mail.status, mail.attempts, mail.due_at = MailStatus.WAITING, 0, clock.now()
        mail.save()
    return len(found)
