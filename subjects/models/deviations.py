"""Departures from the protocol, from the first suspicion to the end of what was done about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from subjects.domain.deviations import AutomaticRule, DeviationCategory, DeviationStatus, Importance

from .base import SubjectRecord
from .participation import Subject


class Deviation(SubjectRecord):
    SIGNED: ClassVar[tuple[str, ...]] = (
        "subject",
        "description",
        "category",
        "importance",
        "starts_on",
        "ends_on",
        "impact",
        "immediate_hazard",
        "serious_breach",
        "root_cause",
        "corrective_action",
        "action_due_on",
    )

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="deviations", verbose_name=_("participant"))
    status = models.CharField(_("status"), max_length=12, choices=DeviationStatus, default=DeviationStatus.CANDIDATE)
    rule = models.CharField(_("found by"), max_length=12, choices=AutomaticRule, blank=True)
    # What the rule found it at, so that it proposes the same only once.
    occurrence = models.CharField(max_length=120, blank=True)
    description = models.TextField(_("what happened"))
    category = models.CharField(_("category"), max_length=20, choices=DeviationCategory)
    importance = models.CharField(_("importance"), max_length=8, choices=Importance, default=Importance.MINOR)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    discovered_on = models.DateField(_("discovered on"))
    impact = models.TextField(_("effect on safety or data"), blank=True)
    immediate_hazard = models.BooleanField(_("done to avoid an immediate hazard"), null=True, blank=True)
    serious_breach = models.BooleanField(_("possible serious breach"), null=True, blank=True)
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assessed by")
    )
    root_cause = models.TextField(_("root cause"), blank=True)
    corrective_action = models.TextField(_("corrective and preventive action"), blank=True)
    action_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    action_due_on = models.DateField(_("due on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    dismissed_reason = models.TextField(_("why dismissed"), blank=True)

    class Meta:
        ordering = ("-discovered_on", "-id")
        verbose_name = _("deviation")
        indexes = [
            models.Index(fields=["site", "-discovered_on", "-id"], name="deviation_list"),
            models.Index(fields=["subject", "-discovered_on"], name="deviations_of_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DeviationStatus.values), name="deviation_status_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="deviation_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["rule", "occurrence"], condition=~Q(occurrence=""), name="deviation_proposed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.get_category_display()}"

    def get_absolute_url(self) -> str:
        return reverse("subjects:deviation", args=[self.pk])
