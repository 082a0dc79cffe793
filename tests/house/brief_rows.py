"""What a row of the tables of both briefs' fields is made of, and what several rows have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.house.world import World

#: Fields that every class has and nobody types.
OF_EVERY_CLASS = ("objectId", "createdAt", "updatedAt")
#: A field of a form that is no field: what the page does by itself, and the record in its address.
ACT, ADDRESS = "(the act)", "(the address)"


@dataclass(frozen=True)
class On:
    """Where a value is typed, and where it is read back.

    Args:
        page: its key in `PAGES`.
        field: of the form; or the act itself, or the record in the address.
        here: the way from the record that changed or appeared to the value; empty for the row's own.
        then: what stands there afterwards, where that is not the very text that was typed.
    """

    page: str
    field: str
    here: str | Callable[[Any], Any] = ""
    then: Callable[[World, Any], Any] | Any = None


@dataclass(frozen=True)
class Row:
    """A field of a brief: where it stands here, and who types and changes it where; or in words, why nobody does."""

    here: str
    created: On | tuple[On, ...] | str
    changed: On | tuple[On, ...] | str


REGISTER, IDENTITY, DETAILS = "subjects:subject-register", "subjects:subject-identity", "subjects:subject-change"
ATTEMPT = "subjects:screening-attempt"
BOOK, MOVE = "subjects:visit-schedule", "subjects:visit-reschedule"
EVENT, EVENT_CHANGE, EVENT_CORRECT = "safety:event-record", "safety:event-change", "safety:event-correct"
DRAFT, ORDER_CHANGE = "medications:order-draft", "medications:order-change"
PREPARE, DISPENSE = "medications:order-prepare", "medications:distribution-dispense"
DOSE, AGAIN, FOR_THEM = "medications:my-dose", "medications:my-dose/again", "medications:order-log"
WRITE, ASK_COLLEAGUE = "messaging:my-message", "messaging:conversation-start"
APPOINT, APPOINT_AGAIN = "subjects:subject-appointment-add", "subjects:appointment-move"

THEIR_STUDY = "it is that of the participant, and nobody moves to another study"
NEVER_ANOTHER = "a record is never made another participant's; one that was entered for the wrong person is ended"
WHO_IT_WAS = "whoever did it, by their sign-in; never typed and never changed"
NEVER_EDITED = "what was written is never edited"


def typed_twice(page: str, field: str, other: str, **paths: str) -> Any:
    """The same field on the page that makes a record and on the one that changes it."""
    return On(page, field, **paths), On(other, field, **paths)


def identity(here: str, field: str) -> Row:
    return Row(here, *typed_twice(REGISTER, field, IDENTITY, here=here))


FULL_NAME = identity("identity.reveal.full_name", "full_name")
BORN = identity("identity.reveal.date_of_birth", "date_of_birth")


def places(row: Row) -> list[On]:
    """Every page on which the field of a row is typed."""
    return [on for found in (row.created, row.changed) if not isinstance(found, str) for on in _several(found)]


def _several(found: On | tuple[On, ...]) -> tuple[On, ...]:
    return (found,) if isinstance(found, On) else found
