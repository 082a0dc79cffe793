"""What can happen in this app, told upward: ids and plain values only."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SubjectEvent:
    """Something that happened to one subject at one site."""

    study_id: uuid.UUID
    site_id: uuid.UUID
    subject_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class SubjectChanged(SubjectEvent):
    """The subject, its identity or its state changed."""

    state: str


@dataclass(frozen=True, slots=True)
class ConsentChanged(SubjectEvent):
    consent_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class ScreeningChanged(SubjectEvent):
    screening_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class VisitChanged(SubjectEvent):
    visit_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class AppointmentChanged(SubjectEvent):
    """An appointment was booked, confirmed, moved, cancelled or not kept, or the participant asks for another time."""

    appointment_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class NoteWritten(SubjectEvent):
    note_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class DeviationChanged(SubjectEvent):
    deviation_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class StudyChanged:
    study_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class MembershipChanged:
    study_id: uuid.UUID
    user_id: uuid.UUID
