"""An adverse event's way through the site: states, moves, and how the site learned of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class EventStatus(TextChoices):
    """Where the work on an event stands. Not its outcome, and not how bad it is."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    UNDER_REVIEW = "under_review", _("Under review")
    FOLLOW_UP = "follow_up", _("Follow-up")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    NOT_AN_AE = "not_an_ae", _("Not an adverse event")
    VOID = "void", _("Void")


class LearnedFrom(TextChoices):
    """How the site came to know."""

    VISIT = "visit", _("At a visit")
    CALL = "call", _("By phone")
    MESSAGE = "message", _("From a message")
    CAREGIVER = "caregiver", _("From a caregiver")
    HOSPITAL = "hospital", _("From a hospital or physician")
    PARTICIPANT = "participant", _("The participant's own report")
    PHARMACY = "pharmacy", _("From the pharmacy")
    OTHER = "other", _("Otherwise")
    SOURCE = "source", _("Not recorded")


_S = EventStatus

EVENT_LIFECYCLE = Lifecycle.of(
    "adverse event",
    EventStatus,
    {
        _S.DRAFT: {_S.OPEN, _S.NOT_AN_AE, _S.VOID},
        _S.OPEN: {_S.UNDER_REVIEW, _S.RESOLVED, _S.VOID},
        _S.UNDER_REVIEW: {_S.OPEN, _S.FOLLOW_UP, _S.VOID},
        _S.FOLLOW_UP: {_S.UNDER_REVIEW, _S.RESOLVED, _S.VOID},
        _S.RESOLVED: {_S.FOLLOW_UP, _S.CLOSED, _S.VOID},
        _S.CLOSED: {_S.FOLLOW_UP},
    },
)

#: Drafts that were not taken up, and entries in error, count nowhere as events.
DISMISSED = frozenset({_S.NOT_AN_AE, _S.VOID})
#: Confirmed as an adverse event by the site.
CONFIRMED = frozenset(EventStatus) - DISMISSED - {_S.DRAFT}
#: Something is still to be done or to be learned.
UNFINISHED = frozenset({_S.DRAFT, _S.OPEN, _S.UNDER_REVIEW, _S.FOLLOW_UP})
#: What is known of it may still be corrected or added to.
CHANGEABLE = frozenset({_S.OPEN, _S.UNDER_REVIEW, _S.FOLLOW_UP})
#: Ways of learning that a person chooses from; the others follow from who reports.
CHOOSABLE = tuple(
    item for item in LearnedFrom if item not in (LearnedFrom.PARTICIPANT, LearnedFrom.PHARMACY, LearnedFrom.SOURCE)
)
