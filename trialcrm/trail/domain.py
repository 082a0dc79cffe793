"""What a reader of the trail is shown."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One field in words: empty text stands for no value."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Touched:
    """What an act did to one record: of a new one, the values it was given."""

    kind: str
    is_new: bool
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Line:
    """One act in words, as far as its reader may know it. `at` is in UTC, shown in `zone`."""

    act: uuid.UUID
    at: datetime
    zone: str
    action: str
    text: str
    who: str
    role: str
    refused: bool
    refusal: str = ""
    through: str = ""
    reason: str = ""
    is_reason_withheld: bool = False
    records: list[Touched] = field(default_factory=list)
    kind: str = ""
    entity_type: str = ""
    entity_id: str = ""
    url: str = ""
    study: str = ""
    site: str = ""
    subject: str = ""
    request_id: uuid.UUID | None = None
