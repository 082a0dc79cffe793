"""Writing notes: once, and then only by addition."""

from typing import Any

from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.events import NoteWritten
from subjects.models import Subject, SubjectNote
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import require
from trialcrm.core.events import publish


@recorded("note.written", gettext_lazy("Note written"))
def write_note(*, by: Any, subject: Subject, note_type: str, note_text: str) -> SubjectNote:
    """Write a note about a subject. Notes are read at the site only."""
    require(policies.write_note(by, subject))
    return _saved(SubjectNote(subject=subject, author_id=by.pk, note_type=note_type, note_text=note_text))


@recorded("note.added-to", gettext_lazy("Addendum written"))
def add_addendum(*, by: Any, note: SubjectNote, note_text: str) -> SubjectNote:
    """Correct or complete a note without touching what stands."""
    require(policies.add_addendum(by, note))
    first = note.addendum_to or note
    addendum = SubjectNote(
        subject=note.subject, author_id=by.pk, note_type=note.note_type, note_text=note_text, addendum_to=first
    )
    return _saved(addendum)


def _saved(note: SubjectNote) -> SubjectNote:
    note.save()
    publish(NoteWritten(note.study_id, note.site_id, note.subject_id, note.pk))
    return note
