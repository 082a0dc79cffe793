"""What was told to the sponsor about a serious event: frozen when it was sent."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from safety.domain.reports import ReportKind
from subjects.models.base import SubjectRecord
from trialcrm.core.decisions import Refused, refused

from .events import AdverseEvent


class SafetyReport(SubjectRecord):
    """One report to the sponsor. New information is a new report; this one never changes."""

    view_permission: ClassVar[str] = "view_adverseevent"
    SITE_TEXT: ClassVar[frozenset[str]] = frozenset()
    #: What the sponsor adds once a report has arrived; everything else is frozen.
    RECEIPT: ClassVar[frozenset[str]] = frozenset(
        {"received_at", "received_by_id", "acknowledged_at", "acknowledged_by_id"}
    )

    event = models.ForeignKey(AdverseEvent, models.PROTECT, related_name="reports", verbose_name=_("adverse event"))
    kind = models.CharField(_("report"), max_length=10, choices=ReportKind)
    sequence = models.PositiveSmallIntegerField(_("number"))
    snapshot = models.JSONField(_("as sent"))
    changed = models.JSONField(_("new since the last report"), default=list)
    new_information = models.TextField(_("what is new"), blank=True)
    aware_at = models.DateTimeField(_("site aware since"))
    sent_at = models.DateTimeField(_("sent"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    hours_elapsed = models.DecimalField(_("hours since the site was aware"), max_digits=9, decimal_places=2)
    is_on_time = models.BooleanField(_("on time"))
    is_unblinded = models.BooleanField(_("unblinded"), default=False)
    follow_up_due_on = models.DateField(_("next follow-up"), null=True, blank=True)
    received_at = models.DateTimeField(_("received by the sponsor"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("received by")
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )

    class Meta:
        ordering = ("event", "sequence")
        verbose_name = _("safety report")
        constraints = [
            models.UniqueConstraint(fields=["event", "sequence"], name="report_sequence_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(received_at__isnull=False),
                name="acknowledged_report_was_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("safety:safety-report", args=[self.pk])

    @property
    def name(self) -> str:
        """Initial, Follow-up 2, Final."""
        number = f" {self.sequence - 1}" if self.kind == ReportKind.FOLLOW_UP else ""
        return f"{self.get_kind_display()}{number}"

    def derive(self) -> None:
        """Called before every write, one by one and in bulk.

        Raises:
            Refused: something that was sent would change, or a receipt would be taken back.
        """
        super().derive()
        if self._state.adding:
            return
        for change in self.changes():
            if change["field"] not in self.RECEIPT or change["old"] is not None:
                raise Refused(refused(_("A report that was sent does not change. Send a follow-up report.")))
