"""Starting conversations and writing messages: once, and never edited."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import policies
from messaging.domain.conversations import ConversationKind, Topic
from messaging.domain.permissions import Perm
from messaging.events import MessageRead, MessageSent
from messaging.models import Conversation, Message, SiteContact
from subjects.services.locking import locked
from trialcrm.access.scope import scope_of
from trialcrm.audit.recording import recorded
from trialcrm.core import clock, crypto
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.core.events import publish

from .attachments import attach
from .receipts import receive

LOCKED_WITH = ("subject__study", "subject__site", "subject__key", "study", "site")


@recorded("conversation.started", gettext_lazy("Conversation started"))
def start_conversation(
    *,
    by: Any,
    subject: Any,
    topic: str,
    body: str,
    kind: str = ConversationKind.PARTICIPANT,
    addressee: Any = None,
    files: Iterable[Any] = (),
) -> Conversation:
    """Open a conversation about a participant with its first message.

    Participants write to the site team and not to one person, so that absence is covered. What staff say among
    themselves may be meant for one colleague; the team can read it.

    Raises:
        Refused: not one's participant, nothing was written, or a file is not accepted.
    """
    require(
        (policies.start_among_staff if kind == ConversationKind.STAFF else policies.start_conversation)(by, subject)
    )
    if topic not in Topic.values:
        require(refused(_("Say what it is about."), "topic"))
    conversation = Conversation(
        subject=subject,
        kind=kind,
        topic=topic,
        started_by_id=by.pk,
        addressee=addressee if kind == ConversationKind.STAFF else None,
        last_at=clock.now(),
    )
    conversation.save()
    _write(by, conversation, body, files)
    return conversation


@recorded("message.sent", gettext_lazy("Message sent"))
def send_message(*, by: Any, conversation: Conversation, body: str, files: Iterable[Any] = ()) -> Message:
    """Add a message to a conversation. Whoever answers has read what was written before.

    Raises:
        Refused: not one's conversation, nothing was written, or a file is not accepted.
    """
    conversation = locked(conversation, *LOCKED_WITH)
    require(policies.write_message(by, conversation))
    receive(by, conversation, _is_participant(by, conversation), has_read=True)
    return _write(by, conversation, body, files)


def _write(by: Any, conversation: Conversation, body: str, files: Iterable[Any]) -> Message:
    if not body.strip():
        require(refused(_("Write something."), "body"))
    theirs = _is_participant(by, conversation)
    message = Message(
        subject=conversation.subject,
        conversation=conversation,
        sender_id=by.pk,
        is_from_participant=theirs,
        sent_at=clock.now(),
    )
    message.body = _sealed(message, body.strip())
    message.save()
    for file in files:
        attach(message, file)
    _move_on(conversation, message)
    _tell(conversation, message)
    return message


def _sealed(message: Message, body: str) -> str:
    try:
        return message.seal("body", body)
    except crypto.Unreadable as error:
        words = _("Messages about %(subject)s cannot be kept: no identity is recorded, or it was erased.")
        raise Refused(refused(words % {"subject": message.subject})) from error


def _is_participant(by: Any, conversation: Conversation) -> bool:
    """Staff act as staff, also where they could act for themselves."""
    return by.pk is not None and not scope_of(by).may(Perm.VIEW_CONVERSATION, conversation)


def _move_on(conversation: Conversation, message: Message) -> None:
    conversation.last_at = message.sent_at
    if conversation.kind == ConversationKind.PARTICIPANT:
        waits = conversation.waiting_since or message.sent_at
        conversation.waiting_since = waits if message.is_from_participant else None
    conversation.save()


def _tell(conversation: Conversation, message: Message) -> None:
    among_staff = conversation.kind == ConversationKind.STAFF
    meant = {conversation.addressee_id, conversation.started_by_id} if conversation.addressee_id else set()
    publish(
        MessageSent(
            message.study_id,
            message.site_id,
            message.subject_id,
            conversation.pk,
            message.pk,
            from_participant=message.is_from_participant,
            to_participant=not among_staff and not message.is_from_participant,
            meant_for=tuple(sorted(pk for pk in meant if pk and pk != message.sender_id)),
        )
    )


@recorded("message.retracted", gettext_lazy("Message retracted"))
def retract_message(*, by: Any, message: Message) -> Message:
    """Mark one's own message as retracted: it is no longer shown, and its words stay sealed in the trail.

    Raises:
        Refused: somebody else's message, or it is retracted already.
    """
    message = locked(message, "conversation", "subject", "study", "site")
    require(policies.retract_message(by, message))
    message.is_retracted = True
    message.save()
    publish(changed(message))
    return message


def changed(message: Message) -> MessageRead:
    """What open pages are told when a message was read, retracted or sorted."""
    with_participant = message.conversation.kind == ConversationKind.PARTICIPANT
    return MessageRead(
        message.study_id, message.site_id, message.subject_id, message.conversation_id, message.pk, with_participant
    )


@recorded("contact.set", gettext_lazy("Emergency number set"))
def set_site_contact(*, by: Any, site: Any, emergency_phone: str, hours: str = "", reason: str = "") -> SiteContact:
    """Say which number participants of a site call in an emergency, and when messages are read.

    Raises:
        Refused: the role does not change it, no number is given, or a change comes without a reason.
    """
    require(policies.set_site_contact(by, site))
    if not any(letter.isdigit() for letter in emergency_phone):
        require(refused(_("Give the number to call."), "emergency_phone"))
    found = SiteContact.objects.filter(site=site).first()
    if found and not reason.strip():
        require(refused(_("Say why it changes."), "reason"))
    contact = locked(found, "site") if found else SiteContact(site=site)
    contact.emergency_phone, contact.hours = emergency_phone.strip(), hours.strip()
    contact.save()
    return contact
