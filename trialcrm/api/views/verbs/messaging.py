"""Acts on conversations and messages, and on what one was told."""

from typing import Any

from messaging import policies, selectors, services
from messaging.domain.conversations import ConversationKind, Topic
from messaging.domain.permissions import Perm
from messaging.forms.conversations import MessageForm, StartForm, TriageForm
from messaging.models import Conversation, Message, Notification
from messaging.services import notices
from subjects import selectors as subjects
from trialcrm.access.scope import scope_of
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.selectors.publishing import published
from trialcrm.core.forms import Form

from .acting import Act, offer, seen_or_own

AS_STAFF_OR_OWN = (Perm.VIEW_CONVERSATION, Perm.OWN_MESSAGES)


class ConversationForm(StartForm):
    """A new conversation about a participant who is known by their key; a colleague is known by theirs."""

    subject = None  # type: ignore[assignment]  # takes the field of the page away


_subject = seen_or_own(subjects.subject_for, *AS_STAFF_OR_OWN)
_conversation = seen_or_own(selectors.conversation_for, *AS_STAFF_OR_OWN)
_message = seen_or_own(selectors.message_for, *AS_STAFF_OR_OWN)


def _read(*, by: Any, conversation: Conversation) -> Conversation:
    """As when the page is opened: the messages are read, and notices of them are no longer needed."""
    services.read_conversation(by=by, conversation=conversation)
    notices.read_about(by, conversation.pk)
    return conversation


def _read_message(*, by: Any, message: Message) -> Message:
    _read(by=by, conversation=message.conversation)
    return message


def _deliver(*, by: Any) -> int:
    held = [permission for permission in AS_STAFF_OR_OWN if scope_of(by).anywhere(permission)]
    return sum(services.deliver_messages(by=by, permission=permission) for permission in held)


def _read_notice(*, by: Any, notification: Notification) -> Notification:
    notices.read(notification)
    return notification


def _read_notices(*, by: Any) -> int:
    """What the list shows: with a token for certain places, what happened there."""
    return notices.read_all(by, among=published("notifications").rows(by))


WRITING: dict[str, Any] = {"permission": Perm.WRITE_MESSAGE, "own_permission": Perm.OWN_MESSAGES}
READING: dict[str, Any] = {"permission": Perm.VIEW_CONVERSATION, "own_permission": Perm.OWN_MESSAGES, "form": Form}

offer(
    Act(
        on="conversations",
        name="create",
        doc="Start a conversation with its first message. Participants write to the site team; staff to the "
        "participant, or among each other about one.",
        load=_subject,
        parent="subject_id",
        about="subject",
        form=ConversationForm,
        names={"addressee": "addressee_id"},
        optional=frozenset({"kind", "topic"}),
        flat=lambda values: {"kind": ConversationKind.PARTICIPANT, "topic": Topic.GENERAL, **values},
        bound=lambda call: {"user": call.user},
        service=services.start_conversation,
        verb=Verb.CREATE,
        takes_files=True,
        **WRITING,
    ),
    Act(
        on="conversations",
        name="read",
        doc="Note that you read a conversation: every message in it that is for you.",
        load=_conversation,
        about="conversation",
        service=_read,
        rule=policies.read_conversation,
        **READING,
    ),
    Act(
        on="conversations",
        name="deliver",
        doc="Note that everything written for you has reached you. Reading lists notes nothing by itself.",
        load=_conversation,
        about="",
        service=_deliver,
        is_on_all=True,
        made=None,
        **READING,
    ),
    Act(
        on="messages",
        name="create",
        doc="Write a message in a conversation. Whoever answers has read what was written before.",
        load=_conversation,
        parent="conversation_id",
        about="conversation",
        form=MessageForm,
        service=services.send_message,
        rule=policies.write_message,
        verb=Verb.CREATE,
        takes_files=True,
        **WRITING,
    ),
    Act(
        on="messages",
        name="read",
        doc="Note that you read a message, and with it what stands in its conversation.",
        load=_message,
        about="message",
        service=_read_message,
        rule=lambda user, message: policies.read_conversation(user, message.conversation),
        **READING,
    ),
    Act(
        on="messages",
        name="retract",
        doc="Mark your own message as retracted: it is no longer shown, and stays sealed in the trail.",
        load=_message,
        about="message",
        form=Form,
        service=services.retract_message,
        rule=policies.retract_message,
        **WRITING,
    ),
    Act(
        on="messages",
        name="triage",
        doc="Say what a participant's message asks of the site. A possible adverse event is drafted at once.",
        permission=Perm.TRIAGE_MESSAGE,
        load=selectors.message_for,
        about="message",
        form=TriageForm,
        extra={"reason": (str | None, None)},
        bound=lambda call: {"is_again": bool(call.record.triage)},
        service=services.triage_message,
        rule=policies.triage_message,
    ),
    Act(
        on="notifications",
        name="read",
        doc="Mark a notice as read.",
        permission="",
        load=selectors.notification_for,
        about="notification",
        form=Form,
        service=_read_notice,
    ),
    Act(
        on="notifications",
        name="read-all",
        doc="Mark everything that you were told as read, as far as the list shows it.",
        permission="",
        load=selectors.notification_for,
        about="",
        form=Form,
        service=_read_notices,
        is_on_all=True,
        made=None,
    ),
)
