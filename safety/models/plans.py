"""What a study settles about safety."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safety.domain.assessments import SeverityScale
from subjects.models.base import StudyRecord


class SafetyPlan(StudyRecord):
    """How events of a study are judged and followed; a study without one has the defaults."""

    study = models.OneToOneField("subjects.Study", models.PROTECT, related_name="safety_plan")
    severity_scale = models.CharField(
        _("severity is recorded as"), max_length=10, choices=SeverityScale, default=SeverityScale.SEVERITY
    )
    follow_up_days = models.PositiveSmallIntegerField(_("days until the next follow-up"), default=14)

    view_permission: ClassVar[str] = "view_study"

    class Meta:
        verbose_name = _("safety plan")
        constraints = [
            models.CheckConstraint(condition=Q(severity_scale__in=SeverityScale.values), name="severity_scale_known")
        ]

    def __str__(self) -> str:
        return str(self.study)
