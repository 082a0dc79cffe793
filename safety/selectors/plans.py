"""How a study records safety."""

from typing import Any

from safety.models import SafetyPlan
from subjects.models import Study


def plan_of(user: Any, study: Study) -> SafetyPlan:
    """The plan of a study in the person's sight, or the defaults where none was settled."""
    return SafetyPlan.objects.visible_to(user).filter(study=study).first() or SafetyPlan(study=study)
