"""What can happen in this app, told upward: ids and plain values only."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from subjects.events import SubjectEvent


@dataclass(frozen=True, slots=True)
class EventChanged(SubjectEvent):
    """An adverse event was recorded, assessed, changed or moved along."""

    event_id: uuid.UUID
    status: str
    is_serious: bool


@dataclass(frozen=True, slots=True)
class BecameSerious(SubjectEvent):
    """An event is serious since the site has known so at `aware_at`; the 24-hour clock runs (ICH E6(R3) 2.7.2)."""

    event_id: uuid.UUID
    aware_at: datetime


@dataclass(frozen=True, slots=True)
class SymptomReported(SubjectEvent):
    """A participant told the site how they feel; a draft waits."""

    event_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class ReviewAsked(SubjectEvent):
    """An event waits for the investigator's medical assessment."""

    event_id: uuid.UUID
    is_serious: bool


@dataclass(frozen=True, slots=True)
class ReportSent(SubjectEvent):
    """A report of a serious event went to the sponsor."""

    event_id: uuid.UUID
    report_id: uuid.UUID
