"""Events of the apps become live events, told to open pages at commit.

Each line says under which name a change is told, and with which right staff and participants hear of it.
"""

import uuid
from typing import Any, NamedTuple

from django.db import connection

from medications.domain.permissions import Perm as Med
from medications.events import DistributionChanged, DoseLogged, FeedbackGiven, OrderChanged, StockChanged
from messaging.domain.permissions import Perm as Mail
from messaging.events import MessageRead, MessageSent, Notified
from safety.domain.permissions import Perm as Safe
from safety.events import BecameSerious, EventChanged, ReportSent, ReviewAsked, SymptomReported
from subjects.domain.permissions import Perm
from subjects.events import (
    AppointmentChanged,
    ConsentChanged,
    DeviationChanged,
    NoteWritten,
    ScreeningChanged,
    SubjectChanged,
    VisitChanged,
)
from trialcrm.core.events import announcement

from .models import LiveEvent

CHANNEL = "trialcrm_live"


class Line(NamedTuple):
    """How an event is told: its name on pages, the rights that hear it, and the field with the record."""

    kind: str
    permission: str
    record: str
    own_permission: str = ""


LINES: dict[type, Line] = {
    VisitChanged: Line("visit-changed", Perm.VIEW_VISIT, "visit_id", Perm.OWN_VISITS),
    AppointmentChanged: Line("appointment-changed", Perm.VIEW_VISIT, "appointment_id", Perm.OWN_VISITS),
    DeviationChanged: Line("deviation-changed", Perm.VIEW_DEVIATION, "deviation_id"),
    ScreeningChanged: Line("screening-changed", Perm.VIEW_SCREENING, "screening_id"),
    SubjectChanged: Line("subject-changed", Perm.VIEW_SUBJECT, "subject_id"),
    ConsentChanged: Line("subject-changed", Perm.VIEW_SUBJECT, "subject_id"),
    NoteWritten: Line("note-changed", Perm.VIEW_NOTE, "note_id"),
    OrderChanged: Line("order-changed", Med.VIEW_ORDER, "order_id", Med.OWN_MEDICATION),
    FeedbackGiven: Line("order-changed", Med.VIEW_ORDER, "record_id", Med.OWN_MEDICATION),
    DistributionChanged: Line("distribution-changed", Med.VIEW_DISTRIBUTION, "distribution_id", Med.OWN_MEDICATION),
    DoseLogged: Line("dose-changed", Med.VIEW_ADHERENCE, "log_id", Med.OWN_MEDICATION),
    StockChanged: Line("stock-changed", Med.VIEW_STOCK, "site_id"),
    EventChanged: Line("event-changed", Safe.VIEW_EVENT, "event_id", Safe.OWN_SYMPTOMS),
    BecameSerious: Line("event-changed", Safe.VIEW_EVENT, "event_id"),
    ReviewAsked: Line("event-changed", Safe.VIEW_EVENT, "event_id"),
    ReportSent: Line("event-changed", Safe.VIEW_EVENT, "event_id"),
    SymptomReported: Line("event-changed", Safe.VIEW_EVENT, "event_id", Safe.OWN_SYMPTOMS),
    MessageSent: Line("message-changed", Mail.VIEW_CONVERSATION, "conversation_id", Mail.OWN_MESSAGES),
    MessageRead: Line("message-changed", Mail.VIEW_CONVERSATION, "conversation_id", Mail.OWN_MESSAGES),
}


@announcement(*LINES)
def changed(event: Any) -> None:
    """Tell what changed to those who may open it. What staff say among themselves is not told to participants."""
    line = LINES[type(event)]
    tell(
        line.kind,
        getattr(event, line.record),
        permission=line.permission,
        own_permission="" if is_among_staff(event) else line.own_permission,
        study_id=event.study_id,
        site_id=event.site_id,
        subject_id=getattr(event, "subject_id", None),
    )


def is_among_staff(event: Any) -> bool:
    """Whether a message is none of the participant's."""
    if isinstance(event, MessageSent):
        return not (event.from_participant or event.to_participant)
    return isinstance(event, MessageRead) and not event.is_with_participant


@announcement(Notified)
def notified(event: Notified) -> None:
    """Tell one person that something new is under their bell."""
    tell("notified", event.notification_id, permission="", person_id=event.user_id)


def tell(kind: str, record_id: uuid.UUID, **facts: Any) -> None:
    """Write the event and wake the streams when the transaction commits; the wake-up carries the key alone."""
    written = LiveEvent.objects.create(kind=kind, record_id=record_id, **facts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(written.pk)])
