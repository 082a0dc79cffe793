"""Conversations and their messages, for those at the site and for the participant whom they are about."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from messaging import policies
from messaging.domain.conversations import ConversationKind, Progress, Triage, progress_of
from messaging.domain.permissions import Perm
from messaging.models import Attachment, Conversation, Message, MessageReceipt, SiteContact
from subjects import selectors as subjects
from trialcrm.access.scope import scope_of
from trialcrm.core import clock
from trialcrm.core.paging import Order

NEWEST_FIRST = Order(("-last_at", "-id"))
RELATED = ("subject__site__institution", "subject__study", "subject__key", "study", "site", "addressee", "started_by")
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as a page shows it; `text` is None where the words can no longer be read."""

    message: Message
    text: str | None
    who: str
    is_mine: bool
    progress: Progress
    read_by: str
    read_at: datetime | None
    attachments: list[Attachment]
    may_retract: bool

    @property
    def is_unread_here(self) -> bool:
        return self.message.is_from_participant and self.progress != Progress.READ


def conversation_list(user: Any) -> QuerySet[Conversation]:
    """Conversations that staff see, with whether a message of the participant waits to be read or sorted."""
    rows = Conversation.objects.visible_to(user, Perm.VIEW_CONVERSATION).select_related(*RELATED)
    theirs = Message.objects.filter(conversation=OuterRef("pk"), is_from_participant=True)
    return rows.annotate(
        has_unread=Exists(theirs.filter(~Exists(_read_at_site()))), has_unsorted=Exists(theirs.filter(triage=""))
    )


def _read_at_site() -> QuerySet[MessageReceipt]:
    return MessageReceipt.objects.filter(message=OuterRef("pk"), is_of_participant=False, read_at__isnull=False)


def narrowed(rows: QuerySet[Conversation], part: str) -> QuerySet[Conversation]:
    """Conversations that wait for a reply, that hold something unread, something not sorted, or one sort of message."""
    if part == "waiting":
        return rows.filter(waiting_since__isnull=False)
    if part == "unread":
        return rows.filter(has_unread=True)
    if part == "unsorted":
        return rows.filter(has_unsorted=True)
    if part in Triage.values:
        return rows.filter(Exists(Message.objects.filter(conversation=OuterRef("pk"), triage=part)))
    return rows


def matching(rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Conversations about participants whose id holds the words; what was written lies sealed and is not searched."""
    words = words.strip()
    return rows.filter(subject__subject_id__icontains=words) if words else rows


def conversations_of(user: Any, subject: Any) -> QuerySet[Conversation]:
    """The conversations about one participant, for staff."""
    return conversation_list(user).filter(subject=subject).order_by(*NEWEST_FIRST.fields)


def conversation_for(user: Any, pk: uuid.UUID, permission: str = Perm.VIEW_CONVERSATION) -> Conversation:
    """One conversation in the person's sight under the permission, or 404.

    What staff say among themselves does not exist for participants.
    """
    rows = Conversation.objects.visible_to(user, permission).select_related(*RELATED)
    if permission == Perm.OWN_MESSAGES:
        rows = rows.filter(kind=ConversationKind.PARTICIPANT)
    return get_object_or_404(rows, pk=pk)


def own_conversations(user: Any) -> QuerySet[Conversation]:
    """A participant's conversations with the site team, with whether a message of the team waits to be read."""
    rows = Conversation.objects.visible_to(user, Perm.OWN_MESSAGES).filter(kind=ConversationKind.PARTICIPANT)
    read = MessageReceipt.objects.filter(message=OuterRef("pk"), is_of_participant=True, read_at__isnull=False)
    theirs = Message.objects.filter(conversation=OuterRef("pk"), is_from_participant=False)
    return rows.select_related(*RELATED).annotate(has_unread=Exists(theirs.filter(~Exists(read))))


def thread(user: Any, conversation: Conversation, permission: str = Perm.VIEW_CONVERSATION) -> list[Shown]:
    """The newest messages of a conversation, oldest first, each with how far it has come and who read it first."""
    rows = Message.objects.visible_to(user, permission).filter(conversation=conversation)
    wanted = rows.select_related("sender", "triaged_by", "study").prefetch_related("receipts__person", "attachments")
    found = list(wanted.order_by("-sent_at", "-id")[:SHOWN])[::-1]
    return [_shown(user, conversation, message) for message in found]


def _shown(user: Any, conversation: Conversation, message: Message) -> Shown:
    # One key opens all messages of a conversation, so that it is looked up once.
    message.subject, message.conversation = conversation.subject, conversation
    attachments = list(message.attachments.all())
    for item in attachments:
        item.subject = conversation.subject
    first = first_reading(message)
    return Shown(
        message=message,
        text=None if message.is_retracted else message.text,
        who=str(conversation.subject) if message.is_from_participant else message.sender.name,
        is_mine=message.sender_id == user.pk,
        progress=progress_so_far(message),
        read_by=first.person.name if first and not first.is_of_participant else "",
        read_at=first.read_at if first else None,
        attachments=[] if message.is_retracted else attachments,
        may_retract=message.sender_id == user.pk and policies.retract_message(user, message).allowed,
    )


def _when_read(receipt: MessageReceipt) -> Any:
    return receipt.read_at


def progress_so_far(message: Message) -> Progress:
    """How far a message has come with those whom it is for; its receipts and conversation were read with it."""
    return progress_of(_receipts_that_count(message))


def first_reading(message: Message) -> MessageReceipt | None:
    """The receipt of the first who read a message, of those whom it is for."""
    return min((item for item in _receipts_that_count(message) if item.read_at), key=_when_read, default=None)


def _receipts_that_count(message: Message) -> list[MessageReceipt]:
    return [receipt for receipt in message.receipts.all() if _is_meant_for(receipt, message)]


def _is_meant_for(receipt: MessageReceipt, message: Message) -> bool:
    if message.conversation.kind == ConversationKind.STAFF:
        return receipt.person_id != message.sender_id
    return receipt.is_of_participant != message.is_from_participant


def meant_for(user: Any, permission: str) -> QuerySet[Message]:
    """Messages that were written for the person: of the participant for staff, of the team for the participant."""
    rows = Message.objects.visible_to(user, permission).exclude(sender=user.pk)
    if permission == Perm.OWN_MESSAGES:
        return rows.filter(is_from_participant=False, conversation__kind=ConversationKind.PARTICIPANT)
    return rows.filter(Q(is_from_participant=True) | Q(conversation__kind=ConversationKind.STAFF))


def without_receipt(user: Any, permission: str) -> QuerySet[Message]:
    """Messages for the person that have not reached them yet, newest first."""
    reached = MessageReceipt.objects.filter(message=OuterRef("pk"), person=user.pk)
    return meant_for(user, permission).filter(~Exists(reached)).order_by("-sent_at")[:SHOWN]


def has_undelivered(user: Any, permission: str) -> bool:
    """Whether a message for the person has not reached them yet."""
    return without_receipt(user, permission).exists()


def message_for(user: Any, pk: uuid.UUID, permission: str = Perm.VIEW_CONVERSATION) -> Message:
    """One message in the person's sight, or 404."""
    related = ("conversation", "subject__site", "subject__study", "subject__key", "study", "sender")
    rows = Message.objects.visible_to(user, permission).select_related(*related)
    if permission == Perm.OWN_MESSAGES:
        rows = rows.filter(conversation__kind=ConversationKind.PARTICIPANT)
    return get_object_or_404(rows, pk=pk)


def first_read_at_site(message: Message) -> MessageReceipt | None:
    """The receipt of the first of the staff who read a message; the site has known of its content since then."""
    rows = MessageReceipt.objects.filter(message=message, is_of_participant=False, read_at__isnull=False)
    return rows.select_related("person").order_by("read_at").first()


@dataclass(frozen=True, slots=True)
class Unread:
    """A participant's message that nobody at the site has read."""

    message_id: uuid.UUID
    conversation_id: uuid.UUID
    study_id: uuid.UUID
    site_id: uuid.UUID
    subject_id: uuid.UUID
    sent_at: datetime


def unread_at_sites(hours: int) -> Iterable[Unread]:
    """Participants' messages that nobody at the site has read for so many hours, of all sites; for the tick."""
    rows = Message.objects.filter(is_from_participant=True, is_retracted=False)
    rows = rows.filter(~Exists(_read_at_site()), sent_at__lte=clock.now() - timedelta(hours=hours))
    names = ("pk", "conversation_id", "study_id", "site_id", "subject_id", "sent_at")
    return [Unread(*row) for row in rows.order_by("sent_at").values_list(*names)]


def site_contact(site_id: uuid.UUID) -> SiteContact | None:
    """The emergency number of a site, for everybody who reads or writes messages there."""
    return SiteContact.objects.filter(site=site_id).first()


def conversation_counts(user: Any, site_ids: Iterable[uuid.UUID]) -> dict[str, int]:
    """How many conversations of the sites wait for a reply, hold something unread, or something not sorted."""
    rows = conversation_list(user).filter(site__in=list(site_ids))
    return {part: narrowed(rows, part).count() for part in ("waiting", "unread", "unsorted")}


def own_subject(user: Any) -> Any:
    """Whom the person takes part as, or for; the latest, and 404 for somebody who does not take part."""
    own = scope_of(user).subject_ids(Perm.OWN_MESSAGES)
    if not own:
        raise Http404
    return subjects.subject_for(user, max(own), Perm.OWN_MESSAGES)
