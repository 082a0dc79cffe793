"""How a study records safety."""

from datetime import date, timedelta
from typing import Any

from safety.models import AdverseEvent, SafetyPlan
from subjects.models import Study
from trialcrm.core import clock


def plan_of(user: Any, study: Study) -> SafetyPlan:
    """The plan of a study in the person's sight, or the defaults where none was settled."""
    return SafetyPlan.objects.visible_to(user).filter(study=study).first() or SafetyPlan(study=study)


def follow_up_day(user: Any, event: AdverseEvent) -> date | None:
    """The day by which an event is looked at next: the one agreed, or as the plan says; none for what has ended."""
    if event.end:
        return None
    today = clock.today(event.site.time_zone)
    if event.follow_up_due_on and event.follow_up_due_on > today:
        return event.follow_up_due_on
    return today + timedelta(days=plan_of(user, event.study).follow_up_days)
