"""A kit handed to a participant, from preparing it to reconciling what came back."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from medications.domain.distributions import COUNTED, HANDED_OUT, DistributionStatus
from medications.domain.stock import Condition
from subjects.models import Subject, Visit
from subjects.models.base import SubjectRecord

from .orders import OWN, MedicationOrder
from .stock import Kit


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Distribution(SubjectRecord):
    """One kit to one participant. A kit is handed out once; put back on the shelf it may be prepared again."""

    own_permission: ClassVar[str] = OWN

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="distributions")
    order = models.ForeignKey(MedicationOrder, models.PROTECT, related_name="distributions", verbose_name=_("order"))
    kit = models.ForeignKey(Kit, models.PROTECT, related_name="distributions", verbose_name=_("kit"))
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="distributions", verbose_name=_("visit")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=DistributionStatus, default=DistributionStatus.PREPARED
    )
    planned_on = models.DateField(_("to be dispensed on"))
    planned_days = models.PositiveSmallIntegerField(_("planned days of use"))
    prepared_at = models.DateTimeField(_("prepared"))
    prepared_by = _person(_("prepared by"))
    dispensed_on = models.DateField(_("dispensed on"), null=True, blank=True)
    dispensed_at = models.DateTimeField(_("dispensed"), null=True, blank=True)
    dispensed_by = _person(_("dispensed by"))
    units_dispensed = models.PositiveIntegerField(_("units dispensed"), null=True, blank=True)
    instructions_given = models.BooleanField(_("instructions given"), default=False)
    acknowledged_at = models.DateTimeField(_("receipt acknowledged"), null=True, blank=True)
    acknowledged_by = _person(_("acknowledged by"))
    units_acknowledged = models.PositiveIntegerField(_("units received"), null=True, blank=True)
    is_witnessed = models.BooleanField(_("acknowledged by a witness"), default=False)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    returned_by = _person(_("counted by"))
    units_returned = models.PositiveIntegerField(_("units returned"), null=True, blank=True)
    units_lost = models.PositiveIntegerField(_("units lost or wasted"), default=0)
    empties_returned = models.BooleanField(_("empty packages returned"), null=True, blank=True)
    return_condition = models.CharField(_("condition"), max_length=10, choices=Condition, blank=True)
    circumstances = models.TextField(_("what happened"), blank=True)
    discrepancy_reason = models.TextField(_("explanation of the difference"), blank=True)
    reconciled_at = models.DateTimeField(_("reconciled"), null=True, blank=True)
    reconciled_by = _person(_("reconciled by"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    verified_by = _person(_("verified by"))

    class Meta:
        ordering = ("-planned_on", "-id")
        verbose_name = _("distribution")
        indexes = [
            models.Index(fields=["site", "-planned_on", "-id"], name="latest_distributions"),
            models.Index(fields=["subject", "-planned_on", "-id"], name="distributions_of_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kit"], condition=~Q(status=DistributionStatus.CANCELLED), name="kit_handed_out_once"
            ),
            models.CheckConstraint(condition=Q(status__in=DistributionStatus.values), name="distribution_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=HANDED_OUT) | Q(dispensed_on__isnull=False, units_dispensed__isnull=False),
                name="dispensed_kit_has_date_and_units",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=COUNTED) | Q(returned_on__isnull=False), name="counted_return_has_date"
            ),
            models.CheckConstraint(
                condition=Q(units_returned=None) | Q(units_returned__lte=F("units_dispensed") - F("units_lost")),
                name="no_more_comes_back_than_went_out",
            ),
            models.CheckConstraint(
                condition=Q(returned_on=None) | Q(returned_on__gte=F("dispensed_on")), name="returned_after_dispensed"
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("reconciled_by")), name="verified_by_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.kit}"

    def get_absolute_url(self) -> str:
        return reverse("medications:distribution", args=[self.pk])

    @property
    def taken_by_count(self) -> int | None:
        """Units dispensed less returned and lost; None before the return was counted."""
        if self.units_returned is None or self.units_dispensed is None:
            return None
        return self.units_dispensed - self.units_returned - self.units_lost
