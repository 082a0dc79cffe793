"""Who writes, reads and sorts messages. The sponsor's side never sees any (ICH E6(R3) 3.16.1)."""

from typing import Any

from django.utils.translation import gettext as _

from messaging.domain.conversations import ConversationKind
from messaging.domain.permissions import Perm
from messaging.models import Conversation, Message
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def start_among_staff(user: Any, subject: Any) -> Decision:
    """Site staff open conversations about the participants of their site."""
    return holds(user, Perm.WRITE_MESSAGE, subject, _("Your role does not write messages here."))


def start_conversation(user: Any, subject: Any) -> Decision:
    """Site staff about participants of their site; participants about themselves, with the site team."""
    own = holds(user, Perm.OWN_MESSAGES, subject, "")
    return ALLOWED if own else start_among_staff(user, subject)


def write_message(user: Any, conversation: Conversation) -> Decision:
    """What staff say among themselves is theirs."""
    if conversation.kind == ConversationKind.STAFF:
        return start_among_staff(user, conversation)
    return start_conversation(user, conversation)


def read_conversation(user: Any, conversation: Conversation) -> Decision:
    """Staff of the site; the participant where the conversation is theirs."""
    otherwise = _("This conversation is not open to you.")
    own = conversation.kind == ConversationKind.PARTICIPANT and holds(user, Perm.OWN_MESSAGES, conversation, "")
    return ALLOWED if own else holds(user, Perm.VIEW_CONVERSATION, conversation, otherwise)


def retract_message(user: Any, message: Message) -> Decision:
    """Whoever sent a message marks it as retracted; the words stay in the trail."""
    own = ALLOWED if message.sender_id == user.pk else refused(_("Only its sender retracts a message."))
    once = refused(_("This message is retracted already.")) if message.is_retracted else ALLOWED
    return first_refusal(write_message(user, message.conversation), own, once)


def triage_message(user: Any, message: Message) -> Decision:
    """Site staff say what a participant's message asks of them; a draft of an event that was made from it stays."""
    right = holds(user, Perm.TRIAGE_MESSAGE, message, _("Your role does not sort messages here."))
    theirs = ALLOWED if message.is_from_participant else refused(_("Only messages of participants are sorted."))
    return first_refusal(right, theirs)


def set_site_contact(user: Any, site: Any) -> Decision:
    """Site staff say which number participants call in an emergency."""
    return holds(user, Perm.TRIAGE_MESSAGE, site, _("Your role does not change the emergency number."))
