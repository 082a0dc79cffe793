"""How a study records safety."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety import policies
from safety.domain.assessments import SeverityScale
from safety.models import AdverseEvent, SafetyPlan
from safety.policies.plans import change_scale
from subjects.models import Study
from subjects.services.locking import locked
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import refused, require


@recorded("safety-plan.settled", gettext_lazy("Safety plan settled"))
def settle_plan(*, by: Any, study: Study, severity_scale: str, follow_up_days: int, reason: str = "") -> SafetyPlan:
    """Settle whether severity or a grade is recorded, and how often events are followed up.

    Raises:
        Refused: not by the study's manager, or the scale would change under events that exist.
    """
    study = locked(study)
    require(policies.change_plan(by, study))
    if severity_scale not in SeverityScale.values:
        require(refused(_("Choose a scale."), "severity_scale"))
    plan = SafetyPlan.objects.filter(study=study).first() or SafetyPlan(study=study)
    if plan.severity_scale != severity_scale:
        require(change_scale(study, AdverseEvent.objects.filter(study=study).exists()))
    plan.severity_scale, plan.follow_up_days = severity_scale, follow_up_days
    plan.save()
    return plan
