"""Notes about participants, read at their site only."""

from uuid import UUID

from subjects.domain.notes import NoteType
from subjects.domain.permissions import Perm
from subjects.models import SubjectNote
from trialcrm.api.selectors.publishing import (
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
from trialcrm.core.paging import Order

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
            Link("study", "studies"),
            Link("site", "sites"),
            Link("author", "users"),
            Link("addendum_to", "notes"),
        ),
        many=(Many("addenda", "notes", "addendum_to_id"),),
        filters=(
            *places(),
            exact("note_type", choices_of(NoteType)),
            exact("author", UUID, "author_id", "Key of the author"),
        ),
        orders={"-created_at": Order(("-id",)), "created_at": Order(("id",))},
    )
)
