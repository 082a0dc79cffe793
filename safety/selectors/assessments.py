"""How an event was judged."""

from typing import Any

from django.db.models import QuerySet

from safety.models import AdverseEvent, AEAssessment


def assessments_of(user: Any, event: AdverseEvent) -> QuerySet[AEAssessment]:
    """The judgements of an event that the person sees, in the order in which they were made."""
    rows = AEAssessment.objects.visible_to(user).filter(event=event).order_by("sequence")
    return rows.select_related("assessor", "visit", "event", "subject", "site").prefetch_related("causalities")


def latest_assessment(user: Any, event: AdverseEvent) -> AEAssessment | None:
    """The judgement of an event that stands."""
    return assessments_of(user, event).last()
