"""Writing notes: once, and then only by addition."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.notes import NoteType
from subjects.events import NoteWritten
from subjects.models import Subject, SubjectNote
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish


@recorded("note.written", gettext_lazy("Note written"))
def write_note(*, by: Any, subject: Subject, note_type: str, note_text: str) -> SubjectNote:
    """Write a note about a subject. Notes are read at the site only.

    Raises:
        Refused: there is no text, or no such type of note.
    """
    require(policies.write_note(by, subject))
    if note_type not in NoteType.values:
        require(refused(_("Say what the note is about."), "note_type"))
    return _saved(SubjectNote(subject=subject, author_id=by.pk, note_type=note_type, note_text=note_text))


@recorded("note.added-to", gettext_lazy("Addendum written"))
def add_addendum(*, by: Any, note: SubjectNote, note_text: str) -> SubjectNote:
    """Correct or complete a note without touching what stands.

    Raises:
        Refused: it is somebody else's note, or there is no text.
    """
    require(policies.add_addendum(by, note))
    first = note.addendum_to or note
    addendum = SubjectNote(
        subject=note.subject, author_id=by.pk, note_type=note.note_type, note_text=note_text, addendum_to=first
    )
    return _saved(addendum)


def _saved(note: SubjectNote) -> SubjectNote:
    if not note.note_text.strip():
        require(refused(_("Write something."), "note_text"))
    note.save()
    publish(NoteWritten(note.study_id, note.site_id, note.subject_id, note.pk))
    return note
