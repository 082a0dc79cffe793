"""What can happen in this app, told upward: ids and plain values only."""

import uuid
from dataclasses import dataclass

from subjects.events import SubjectEvent


@dataclass(frozen=True, slots=True)
class OrderChanged(SubjectEvent):
    order_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class DistributionChanged(SubjectEvent):
    """A kit was prepared, dispensed, acknowledged, returned, reconciled or lost."""

    distribution_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class DoseLogged(SubjectEvent):
    log_id: uuid.UUID
    status: str


@dataclass(frozen=True, slots=True)
class FeedbackGiven(SubjectEvent):
    """Staff wrote to the participant about an order or their adherence; the words stay with the record."""

    record_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class StockChanged:
    study_id: uuid.UUID
    site_id: uuid.UUID
