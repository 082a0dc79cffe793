"""Doses as the participant, or somebody for them, logged them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from medications.domain.adherence import DoseStatus, MissedReason
from subjects.models import Subject
from subjects.models.base import SubjectRecord

from .distributions import Distribution
from .orders import OWN, MedicationOrder


class AdherenceLog(SubjectRecord):
    """One entry about one dose. A correction is another entry that supersedes it; both are kept.

    Doses that are due are computed and never stored, so that what nobody recorded stays unrecorded.
    """

    own_permission: ClassVar[str] = OWN

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="dose_logs")
    distribution = models.ForeignKey(Distribution, models.PROTECT, related_name="logs")
    order = models.ForeignKey(MedicationOrder, models.PROTECT, related_name="logs")
    slot_at = models.DateTimeField(_("dose due"), null=True, blank=True)
    adherence_status = models.CharField(_("what happened"), max_length=10, choices=DoseStatus)
    units = models.DecimalField(_("units taken"), max_digits=6, decimal_places=2)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    missed_reason = models.CharField(_("why not"), max_length=10, choices=MissedReason, blank=True)
    entered_at = models.DateTimeField(_("entered"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_proxy = models.BooleanField(_("entered by the site"), default=False)
    is_late = models.BooleanField(_("late entry"), default=False)
    proxy_reason = models.TextField(_("why the site entered it"), blank=True)
    is_current = models.BooleanField(default=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")

    class Meta:
        ordering = ("-entered_at", "-id")
        verbose_name = _("dose entry")
        verbose_name_plural = _("dose entries")
        indexes = [models.Index(fields=["order", "slot_at"], name="doses_of_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "slot_at"],
                condition=Q(is_current=True, slot_at__isnull=False),
                name="one_entry_per_dose",
            ),
            models.CheckConstraint(condition=Q(adherence_status__in=DoseStatus.values), name="dose_status_known"),
            models.CheckConstraint(
                condition=Q(slot_at__isnull=False) | ~Q(adherence_status=DoseStatus.MISSED), name="missed_dose_was_due"
            ),
            models.CheckConstraint(
                condition=~Q(adherence_status=DoseStatus.MISSED) | Q(units=0), name="missed_dose_has_no_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.get_adherence_status_display()}"

    def derive(self) -> None:
        super().derive()
        self.order_id = self.distribution.order_id
