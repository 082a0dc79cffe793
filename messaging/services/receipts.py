"""Delivered and read: per person, once, and only forward."""

from typing import Any

from django.utils.translation import gettext_lazy

from messaging import policies, selectors
from messaging.domain.permissions import Perm
from messaging.events import MessageRead
from messaging.models import Conversation, Message, MessageReceipt
from subjects.services.locking import locked
from trialcrm.access.scope import scope_of
from trialcrm.audit import bulk
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.core.events import publish


@recorded("message.read", gettext_lazy("Messages read"))
def read_conversation(*, by: Any, conversation: Conversation) -> Conversation:
    """Note that somebody opened a conversation: every message in it that was meant for them is read by them.

    The first of the staff to read a participant's message is who the site knows its content from.

    Raises:
        Refused: the conversation is not open to the person.
    """
    conversation = locked(conversation, "subject", "study", "site")
    require(policies.read_conversation(by, conversation))
    as_participant = not scope_of(by).may(Perm.VIEW_CONVERSATION, conversation)
    receive(by, conversation, as_participant, has_read=True)
    return conversation


@recorded("message.delivered", gettext_lazy("Messages delivered"))
def deliver_messages(*, by: Any, permission: str) -> int:
    """Note that everything written for a person has reached a page of theirs; how many messages that were."""
    messages = list(selectors.without_receipt(by, permission).select_related("subject", "conversation"))
    now, as_participant = clock.now(), permission == Perm.OWN_MESSAGES
    # Two pages of one person may ask at the same moment: whoever comes second finds nothing left.
    held = Message.objects.select_for_update().filter(pk__in=[message.pk for message in messages])
    reached = MessageReceipt.objects.filter(message__in=[item.pk for item in held], person=by.pk)
    known = set(reached.values_list("message_id", flat=True))
    new = [_receipt(by, message, as_participant, now) for message in messages if message.pk not in known]
    bulk.create(new)
    for receipt in new:
        _tell(receipt.message)
    return len(new)


def receive(by: Any, conversation: Conversation, as_participant: bool, *, has_read: bool) -> None:
    """Bring the receipts of somebody who has the conversation open up to now; part of a recorded act."""
    permission = Perm.OWN_MESSAGES if as_participant else Perm.VIEW_CONVERSATION
    now = clock.now()
    meant = selectors.meant_for(by, permission).filter(conversation=conversation).select_related("conversation")
    known = {receipt.message_id: receipt for receipt in MessageReceipt.objects.filter(message__in=meant, person=by.pk)}
    for message in meant:
        receipt = known.get(message.pk)
        if receipt and (receipt.read_at or not has_read):
            continue
        message.subject = conversation.subject
        receipt = receipt or _receipt(by, message, as_participant, now)
        receipt.subject = conversation.subject
        receipt.read_at = now if has_read else None
        receipt.save()
        _tell(message)


def _receipt(by: Any, message: Message, as_participant: bool, now: Any) -> MessageReceipt:
    return MessageReceipt(
        subject=message.subject,
        message=message,
        person_id=by.pk,
        is_of_participant=as_participant,
        delivered_at=now,
    )


def _tell(message: Message) -> None:
    with_participant = message.conversation.kind == "participant"
    publish(
        MessageRead(
            message.study_id, message.site_id, message.subject_id, message.conversation_id, message.pk, with_participant
        )
    )
