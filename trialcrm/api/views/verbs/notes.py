"""Acts on notes."""

from typing import Any
from uuid import UUID

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.notes import AddendumForm, NoteForm
from subjects.models import Subject
from trialcrm.api.domain.tokens import Verb

from .acting import Act, offer


def _with_notes(user: Any, pk: UUID) -> Subject:
    return selectors.subject_for(user, pk, Perm.VIEW_NOTE)


offer(
    Act(
        on="notes",
        name="create",
        doc="Write a note about a participant. It is read at the site only, and not edited later.",
        permission=Perm.CHANGE_NOTE,
        load=_with_notes,
        parent="subject_id",
        about="subject",
        form=NoteForm,
        service=services.write_note,
        rule=policies.write_note,
        verb=Verb.CREATE,
    ),
    Act(
        on="notes",
        name="addendum",
        doc="Add to a note of one's own. The answer is the addendum.",
        permission=Perm.CHANGE_NOTE,
        load=selectors.note_for,
        about="note",
        form=AddendumForm,
        service=services.add_addendum,
        rule=policies.add_addendum,
    ),
)
