"""What can happen in this app, told upward: ids and plain values only."""

import uuid
from dataclasses import dataclass

from subjects.events import SubjectEvent


@dataclass(frozen=True, slots=True)
class MessageSent(SubjectEvent):
    conversation_id: uuid.UUID
    message_id: uuid.UUID
    from_participant: bool
    #: From the site team to the participant; neither holds for what staff say among themselves.
    to_participant: bool = False
    #: Among staff: whom it is meant for; empty means the team.
    meant_for: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRead(SubjectEvent):
    """A message was read, retracted or sorted."""

    conversation_id: uuid.UUID
    message_id: uuid.UUID
    #: Whether the participant may hear of it: not of what staff say among themselves.
    is_with_participant: bool = True


@dataclass(frozen=True, slots=True)
class Notified:
    """One person has something new under their bell."""

    user_id: uuid.UUID
    notification_id: uuid.UUID
