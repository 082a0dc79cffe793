"""What a move of a subject will bring about, told before it is made."""

from dataclasses import dataclass
from typing import Any

from subjects.domain.visits import OPEN, Anchor, VisitStatus
from subjects.models import PlannedVisit, Subject, Visit


@dataclass(frozen=True, slots=True)
class Consequences:
    """Visits that the end of participation cancels, and visits that the first dose plans."""

    cancelled: int
    planned: int


def consequences(user: Any, subject: Subject) -> Consequences:
    """How many visits an end would cancel and a first dose would plan for this subject."""
    visits = Visit.objects.visible_to(user).filter(subject=subject)
    plan = PlannedVisit.objects.visible_to(user).filter(study=subject.study_id, is_unscheduled_kind=False)
    dated = plan.exclude(anchor=Anchor.CONSENT).exclude(offset_days=None)
    return Consequences(
        cancelled=visits.filter(status__in=OPEN - {VisitStatus.IN_PROGRESS}).count(),
        planned=dated.exclude(visit_num__in=visits.values("visit_num")).count(),
    )
