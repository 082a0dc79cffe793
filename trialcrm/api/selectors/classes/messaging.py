"""Conversations, their messages, and what people were told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef
from typing_extensions import TypedDict

from messaging import selectors
from messaging.domain.conversations import ConversationKind, Progress, Topic, Triage
from messaging.domain.notices import NoticeKind
from messaging.domain.permissions import Perm
from messaging.models import Conversation, Message, MessageReceipt, Notification
from subjects.models import Membership
from trialcrm.access.roles import Role
from trialcrm.access.scope import limit_of
from trialcrm.api.selectors.publishing import (
    ABOUT_SUBJECT,
    AT_SITE,
    BY_PATIENT,
    Filter,
    Link,
    Many,
    Published,
    between,
    choices_of,
    columns,
    computed,
    exact,
    for_staff,
    loaded,
    places,
    publish,
    published,
)
from trialcrm.core.paging import Order

#: Where a program fetches a file; the ticket of the address opens it for one person and for five minutes.
FILE_ADDRESS = "/api/v1/attachments/{pk}?ticket={ticket}"


class Recipient(TypedDict):
    """Whom a message is for: the team of the site, the participant, or one person by their account."""

    kind: Literal["site_team", "participant", "person"]
    user_id: UUID | None


class File(TypedDict):
    """A file of a message, with an address that opens it for five minutes."""

    id: UUID
    file_name: str | None
    media_type: str
    size: int
    url: str


def _conversations(user: Any) -> Any:
    found = Conversation.objects.visible_to(user, Perm.VIEW_CONVERSATION)
    own = Conversation.objects.visible_to(user, Perm.OWN_MESSAGES).filter(kind=ConversationKind.PARTICIPANT)
    return found | own


def _for_me(user: Any) -> Any:
    """Messages that were written for the person and that they have not read."""
    meant = selectors.meant_for(user, Perm.VIEW_CONVERSATION) | selectors.meant_for(user, Perm.OWN_MESSAGES)
    read = MessageReceipt.objects.filter(message=OuterRef("pk"), person=user.pk, read_at__isnull=False)
    return meant.filter(~Exists(read))


def _holding_unread(rows: Any, is_wanted: bool, user: Any) -> Any:
    held = _for_me(user).values("conversation")
    return rows.filter(pk__in=held) if is_wanted else rows.exclude(pk__in=held)


def _unread(user: Any, rows: list[Any]) -> dict[UUID, bool]:
    held = set(_for_me(user).filter(conversation__in=[row.pk for row in rows]).values_list("conversation", flat=True))
    return {row.pk: row.pk in held for row in rows}


CONVERSATIONS = publish(
    Published(
        name="conversations",
        title="Conversation",
        doc="What a participant and the site team write to each other, or staff among each other about a participant.",
        permission=Perm.VIEW_CONVERSATION,
        own_permission=Perm.OWN_MESSAGES,
        rows=_conversations,
        fields=(
            *columns(Conversation, "id", "subject_id", "study_id", "site_id", "kind", "topic", "started_by_id"),
            *columns(Conversation, "addressee_id", "last_at", "waiting_since"),
            computed("patient_id", UUID, "subject_id", "The participant, by the key of their profile"),
            loaded("has_unread", bool, _unread, "Whether it holds a message for you that you have not read"),
            *columns(Conversation, "created_at", "updated_at"),
        ),
        withheld=frozenset({"waiting_since"}),
        links=(*ABOUT_SUBJECT, Link("started_by", "users"), Link("addressee", "users")),
        many=(Many("messages", "messages", "conversation_id"),),
        filters=(
            *places(),
            BY_PATIENT,
            exact("kind", choices_of(ConversationKind)),
            exact("topic", choices_of(Topic)),
            *for_staff(
                Filter(
                    "is_waiting",
                    bool,
                    lambda rows, value, user: rows.filter(waiting_since__isnull=not value),
                    "Whether it waits for a reply of the team; for staff",
                )
            ),
            Filter("has_unread", bool, _holding_unread, "Whether it holds a message for you that you have not read"),
        ),
        orders={"-last_at": selectors.NEWEST_FIRST, "last_at": selectors.NEWEST_FIRST.reversed},
    )
)


def _messages(user: Any) -> Any:
    """With their receipts and files, whatever is read of them: two queries for a page."""
    found = Message.objects.visible_to(user, Perm.VIEW_CONVERSATION)
    own = Message.objects.visible_to(user, Perm.OWN_MESSAGES)
    rows = found | own.filter(conversation__kind=ConversationKind.PARTICIPANT)
    return rows.select_related("conversation", "subject__key").prefetch_related("receipts", "attachments")


def _text(message: Any) -> str | None:
    return None if message.is_retracted else message.text


def _is_read(message: Any) -> bool:
    return selectors.progress_so_far(message) == Progress.READ


def _read_at(message: Any) -> datetime | None:
    first = selectors.first_reading(message)
    return first.read_at if first else None


def _recipients(user: Any, rows: list[Any]) -> dict[UUID, list[Recipient]]:
    accounts = _accounts({row.subject_id for row in rows})
    return {row.pk: list(_whom(row, accounts.get(row.subject_id, []))) for row in rows}


def _accounts(subjects: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Who may read as each of the participants."""
    found: dict[UUID, list[UUID]] = {}
    rows = Membership.objects.filter(role=Role.PART, subject__in=list(subjects), user__is_active=True)
    for subject, account in rows.order_by("starts_on", "id").values_list("subject", "user"):
        found.setdefault(subject, []).append(account)
    return found


def _whom(message: Any, accounts: Sequence[UUID | None]) -> Iterable[Recipient]:
    conversation = message.conversation
    if conversation.kind == ConversationKind.STAFF and conversation.addressee_id:
        for person in {conversation.addressee_id, conversation.started_by_id} - {message.sender_id}:
            yield Recipient(kind="person", user_id=person)
    elif message.is_from_participant or conversation.kind == ConversationKind.STAFF:
        yield Recipient(kind="site_team", user_id=None)
    else:
        for account in accounts or [None]:
            yield Recipient(kind="participant", user_id=account)


def _files(user: Any, rows: list[Any]) -> dict[UUID, list[File]]:
    return {
        row.pk: [] if row.is_retracted else [_file(user, row, one) for one in row.attachments.all()] for row in rows
    }


def _file(user: Any, message: Any, one: Any) -> File:
    one.subject = message.subject
    address = FILE_ADDRESS.format(pk=one.pk, ticket=selectors.ticket_for(user, one))
    return File(id=one.pk, file_name=one.file_name, media_type=one.media_type, size=one.size, url=address)


def _not_read_by_me(rows: Any, is_wanted: bool, user: Any) -> Any:
    held = _for_me(user).values("pk")
    return rows.filter(pk__in=held) if is_wanted else rows.exclude(pk__in=held)


MESSAGES = publish(
    Published(
        name="messages",
        title="Message",
        brief="Message",
        doc="A message of a conversation. Its text is sealed where it is kept, and opened for those who read it.",
        permission=Perm.VIEW_CONVERSATION,
        own_permission=Perm.OWN_MESSAGES,
        rows=_messages,
        fields=(
            *columns(Message, "id", "conversation_id", "subject_id", "study_id", "site_id", "sender_id"),
            computed("patient_id", UUID, "subject_id", "The participant, by the key of their profile"),
            *columns(Message, "is_from_participant"),
            loaded("to", list[Recipient], _recipients, "Whom it is for"),
            computed("body", str | None, _text, "What was written; null once it is retracted or its key destroyed"),
            loaded("attachments", list[File], _files, "The files that came with it"),
            computed("status", choices_of(Progress), selectors.progress_so_far, "How far it has come"),
            computed("is_read", bool, _is_read, "Whether one of those whom it is for has read it"),
            computed("read_at", datetime | None, _read_at, "When the first of them read it"),
            *columns(Message, "sent_at", "is_retracted", "triage", "triaged_by_id", "triaged_at", "event_id"),
            *columns(Message, "created_at", "updated_at"),
        ),
        withheld=frozenset({"triage", "triaged_by_id", "triaged_at", "event_id"}),
        links=(
            Link("conversation", "conversations"),
            *ABOUT_SUBJECT,
            Link("sender", "users"),
            Link("triaged_by", "users"),
        ),
        filters=(
            *places(),
            BY_PATIENT,
            exact("conversation", UUID, "conversation_id", "Key of the conversation"),
            exact("sender", UUID, "sender_id", "Key of who wrote it"),
            exact("is_from_participant", bool),
            *for_staff(exact("triage", choices_of(Triage), doc="What it asks of the site; for staff")),
            Filter("is_unread", bool, _not_read_by_me, "Whether it is for you and you have not read it"),
            *between("sent", "sent_at", datetime, "By the time when it was sent"),
        ),
        orders={"-sent_at": Order(("-sent_at", "-id")), "sent_at": Order(("sent_at", "id"))},
    )
)


def _notifications(user: Any) -> Any:
    """What the person was told; with a token for certain places, what happened there."""
    rows = selectors.notifications_of(user)
    held = limit_of(user)
    if held.studies:
        rows = rows.filter(study__in=held.studies)
    return rows.filter(site__in=held.sites) if held.sites else rows


def _subjects_in_sight(user: Any, rows: list[Any]) -> dict[UUID, UUID]:
    """Of whom a notice tells, as long as the person sees them."""
    keys = {row.subject_id for row in rows if row.subject_id}
    seen = set(published("subjects").rows(user).filter(pk__in=keys).values_list("pk", flat=True))
    return {row.pk: row.subject_id for row in rows if row.subject_id in seen}


NOTIFICATIONS = publish(
    Published(
        name="notifications",
        title="Notification",
        doc="Something that you were told. Everybody reads their own.",
        permission="",
        rows=_notifications,
        fields=(
            *columns(Notification, "id", "kind"),
            computed("text", str, str, "What stands under the bell"),
            *columns(Notification, "study_id", "site_id"),
            loaded("subject_id", UUID | None, _subjects_in_sight, "Whom it is about, as long as you see them"),
            *columns(Notification, "record_id", "created_at", "read_at"),
            computed("is_read", bool, lambda row: row.read_at is not None, "Whether you marked it as read"),
            computed("url", str, selectors.address_of, "The page that it leads to; empty where it leads nowhere"),
            computed("updated_at", datetime, lambda row: row.read_at or row.created_at, "When it was made or read"),
        ),
        links=(*AT_SITE, Link("subject", "subjects")),
        filters=(
            *places("study", "site"),
            exact("kind", choices_of(NoticeKind)),
            Filter("is_read", bool, lambda rows, value, user: rows.filter(read_at__isnull=not value), "Marked as read"),
        ),
        orders={"-created_at": selectors.LATEST_FIRST, "created_at": selectors.LATEST_FIRST.reversed},
    )
)
