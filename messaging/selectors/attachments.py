"""Attached files: who may open them, their links that expire, and their bytes."""

import hashlib
import uuid
from base64 import b64decode
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.files.storage import default_storage
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from messaging.domain.conversations import ConversationKind
from messaging.domain.permissions import Perm
from messaging.models import Attachment
from trialcrm.audit.log import note
from trialcrm.core import clock, crypto
from trialcrm.core.decisions import Decision, refused

SALT = "attachment"
LASTS = timedelta(minutes=5)


def attachment_for(user: Any, pk: uuid.UUID, permission: str = Perm.VIEW_CONVERSATION) -> Attachment:
    """One attachment in the person's sight, or 404; those of retracted messages are gone."""
    rows = Attachment.objects.visible_to(user, permission).filter(message__is_retracted=False)
    if permission == Perm.OWN_MESSAGES:
        rows = rows.filter(message__conversation__kind=ConversationKind.PARTICIPANT)
    return get_object_or_404(rows.select_related("subject__key", "subject__site", "subject__study"), pk=pk)


def ticket_for(user: Any, attachment: Attachment) -> str:
    """What a link must carry to open a file: signed, for this person only, and for five minutes."""
    until = int((clock.now() + LASTS).timestamp())
    return signing.dumps([str(attachment.pk), str(user.pk), until], salt=SALT)


def check_ticket(user: Any, attachment: Attachment, ticket: str) -> Decision:
    """Whether a link still opens this file for this person."""
    stale = refused(_("This link is over. Open the file from its conversation again."))
    try:
        file, person, until = signing.loads(ticket, salt=SALT)
    except (signing.BadSignature, ValueError):
        return stale
    is_own = [file, person] == [str(attachment.pk), str(user.pk)]
    return Decision(True) if is_own and clock.now().timestamp() < until else stale


def content_of(user: Any, attachment: Attachment) -> bytes:
    """The bytes of a file as they were sent; opening it is logged.

    Raises:
        Unreadable: the key was destroyed, the file is gone, or it is not the one that was sent.
    """
    try:
        with default_storage.open(attachment.stored_as) as file:
            content = b64decode(attachment.reveal("content", file.read().decode()))
    except FileNotFoundError as error:
        raise crypto.Unreadable(f"the file {attachment.stored_as} is gone") from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise crypto.Unreadable(f"the file {attachment.stored_as} is another one")
    note("attachment.opened", _("Attachment opened"), by=user, about=attachment)
    return content
