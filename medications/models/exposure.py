"""What was given to a subject, as a delivery tells it (SDTM EX). Names of treatments and doses tell the arm."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from subjects.models import Subject
from subjects.models.base import SubjectRecord
from trialcrm.core.partial_dates import parse_partial_date


class Exposure(SubjectRecord):
    """One interval of constant dosing; one without an end stays open. Only the unblinded may read it."""

    view_permission: ClassVar[str] = "view_treatmentassignment"

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="exposures", verbose_name=_("participant"))
    sequence = models.PositiveIntegerField(_("number"))
    treatment = models.CharField(_("treatment"), max_length=200)
    dose = models.DecimalField(_("dose"), max_digits=12, decimal_places=3, null=True, blank=True)
    dose_unit = models.CharField(_("unit"), max_length=40, blank=True)
    dose_form = models.CharField(_("form"), max_length=40, blank=True)
    frequency = models.CharField(_("frequency"), max_length=40, blank=True)
    route = models.CharField(_("route"), max_length=40, blank=True)
    lot = models.CharField(_("lot"), max_length=40, blank=True)
    epoch = models.CharField(_("epoch"), max_length=40, blank=True)
    visit_num = models.DecimalField(_("visit"), max_digits=7, decimal_places=2, null=True, blank=True)
    starts = models.CharField(_("began"), max_length=25, blank=True)
    starts_from = models.DateField(null=True, blank=True)
    starts_until = models.DateField(null=True, blank=True)
    ends = models.CharField(_("ended"), max_length=25, blank=True)
    ends_from = models.DateField(null=True, blank=True)
    ends_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("subject", "sequence")
        verbose_name = _("exposure")
        constraints = [
            models.UniqueConstraint(fields=["subject", "sequence"], name="exposure_sequence_once"),
            models.CheckConstraint(
                condition=Q(ends_until=None) | Q(starts_from=None) | Q(ends_until__gte=models.F("starts_from")),
                name="exposure_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.sequence}"

    def derive(self) -> None:
        super().derive()
        for name in ("starts", "ends"):
            text = getattr(self, name)
            day = parse_partial_date(text) if text else None
            setattr(self, f"{name}_from", day.lower if day else None)
            setattr(self, f"{name}_until", day.upper if day else None)
