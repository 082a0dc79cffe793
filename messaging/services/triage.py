"""Sorting what participants write, so that nothing that may be an adverse event is left lying."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import policies, selectors
from messaging.domain.conversations import SETTLES, Triage
from messaging.models import Message
from subjects.services.locking import locked
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish

from .conversations import LOCKED_WITH, changed
from .receipts import receive


@recorded("message.triaged", gettext_lazy("Message sorted"))
def triage_message(*, by: Any, message: Message, triage: str, event_term: str = "", reason: str = "") -> Message:
    """Say what a participant's message asks of the site.

    “Possible adverse event” drafts the event at once. The site is aware of it since the first of its staff read the
    message, and not only since it was sorted (ICH E6(R3) 2.7.2, 21 CFR 312.64(b)).

    Raises:
        Refused: the role does not sort messages, a change comes without a reason, or the event has no name yet.
    """
    message = locked(message, "conversation", *LOCKED_WITH)
    require(policies.triage_message(by, message))
    if triage not in Triage.values:
        require(refused(_("Choose what the message asks for."), "triage"))
    if message.triage and not reason.strip():
        require(refused(_("Say why it is sorted anew."), "reason"))
    message.conversation.subject = message.subject
    receive(by, message.conversation, False, has_read=True)
    message.triage, message.triaged_by_id, message.triaged_at = triage, by.pk, clock.now()
    if triage == Triage.POSSIBLE_EVENT and message.event_id is None:
        message.event_id = _drafted(by, message, event_term)
    message.save()
    _settle(message)
    publish(changed(message))
    return message


def _drafted(by: Any, message: Message, term: str) -> Any:
    if not term.strip():
        require(refused(_("Say in a few words what happened."), "event_term"))
    from safety.services import draft_event

    first = selectors.first_read_at_site(message)
    aware_at = first.read_at if first and first.read_at else clock.now()
    event = draft_event(
        by=by, subject=message.subject, term=term.strip(), onset="", how_learned="message", aware_at=aware_at
    )
    return event.pk


def _settle(message: Message) -> None:
    """A conversation whose last message asks for nothing waits for no reply."""
    conversation = message.conversation
    is_last = conversation.last_at == message.sent_at
    if message.triage in SETTLES and is_last and conversation.waiting_since:
        conversation.waiting_since = None
        conversation.save()
