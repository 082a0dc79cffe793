"""Events of the apps become live events, told to open pages at commit."""

import uuid

from django.db import connection

from subjects.domain.permissions import Perm
from subjects.events import ConsentChanged, NoteWritten, ScreeningChanged, SubjectChanged, SubjectEvent, VisitChanged
from trialcrm.core.events import announcement

from .models import LiveEvent

CHANNEL = "trialcrm_live"


def tell(kind: str, permission: str, event: SubjectEvent, record_id: uuid.UUID) -> None:
    """Write the event and wake the streams when the transaction commits; the wake-up carries the key alone."""
    written = LiveEvent.objects.create(
        kind=kind,
        permission=permission,
        study_id=event.study_id,
        site_id=event.site_id,
        subject_id=event.subject_id,
        record_id=record_id,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(written.pk)])


@announcement(VisitChanged)
def visit_changed(event: VisitChanged) -> None:
    tell("visit-changed", Perm.VIEW_VISIT, event, event.visit_id)


@announcement(ScreeningChanged)
def screening_changed(event: ScreeningChanged) -> None:
    tell("screening-changed", Perm.VIEW_SCREENING, event, event.screening_id)


@announcement(SubjectChanged)
def subject_changed(event: SubjectChanged) -> None:
    tell("subject-changed", Perm.VIEW_SUBJECT, event, event.subject_id)


@announcement(ConsentChanged)
def consent_changed(event: ConsentChanged) -> None:
    tell("subject-changed", Perm.VIEW_SUBJECT, event, event.subject_id)


@announcement(NoteWritten)
def note_written(event: NoteWritten) -> None:
    tell("note-changed", Perm.VIEW_NOTE, event, event.note_id)
