"""Notes about participants, read at their site only."""

from uuid import UUID

from subjects.domain.notes import NoteType
from subjects.domain.permissions import Perm
from subjects.models import SubjectNote
from trialcrm.api.selectors.publishing import (
    AT_SITE,
    BY_CREATION,
    Link,
    Many,
    Published,
    choices_of,
    columns,
    exact,
    in_sight,
    places,
    publish,
)

NOTES = publish(
    Published(
        name="notes",
        title="SubjectNote",
        brief="SubjectNote",
        doc="A note about a participant, or an addendum to one. It is never edited.",
        permission=Perm.VIEW_NOTE,
        rows=lambda user: in_sight(SubjectNote, user),
        fields=(
            *columns(SubjectNote, "id", "subject_id", "study_id", "site_id", "author_id", "note_type", "note_text"),
            *columns(SubjectNote, "addendum_to_id", "created_at", "updated_at"),
        ),
        links=(
            Link("subject", "subjects"),
            *AT_SITE,
            Link("author", "users"),
            Link("addendum_to", "notes"),
        ),
        many=(Many("addenda", "notes", "addendum_to_id"),),
        filters=(
            *places(),
            exact("note_type", choices_of(NoteType)),
            exact("author", UUID, "author_id", "Key of the author"),
        ),
        orders=BY_CREATION,
    )
)
