"""What can happen in this app, told upward: ids and plain values only."""

import uuid
from dataclasses import dataclass

from subjects.events import SubjectEvent


@dataclass(frozen=True, slots=True)
class MessageSent(SubjectEvent):
    conversation_id: uuid.UUID
    message_id: uuid.UUID
    from_participant: bool


@dataclass(frozen=True, slots=True)
class MessageRead(SubjectEvent):
    conversation_id: uuid.UUID
    message_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Notified:
    """One person has something new under their bell."""

    user_id: uuid.UUID
    notification_id: uuid.UUID
