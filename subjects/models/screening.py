"""Criteria of a study, and attempts to screen a subject against them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from subjects.domain.screening import OPEN, Answer, CriterionKind, FailReason, ScreeningStatus
from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.users.domain.signatures import Item
from trialcrm.users.selectors.signatures import item_of

from .base import StudyRecord, SubjectRecord
from .participation import Subject


class EligibilityCriterion(StudyRecord):
    """One inclusion or exclusion criterion, worded as in the protocol (SDTM TI)."""

    study = models.ForeignKey("subjects.Study", models.PROTECT, related_name="criteria")
    version = models.CharField(_("protocol version"), max_length=20, default="1")
    code = models.CharField(_("code"), max_length=8)
    kind = models.CharField(_("kind"), max_length=10, choices=CriterionKind)
    text = models.TextField(_("text"))
    order = models.PositiveSmallIntegerField(default=0)
    allows_not_applicable = models.BooleanField(_("“not applicable” allowed"), default=False)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ("version", "order", "code")
        verbose_name = _("criterion")
        constraints = [models.UniqueConstraint(fields=["study", "version", "code"], name="criterion_once")]

    def __str__(self) -> str:
        return self.code


class ScreeningQuerySet(ScopedQuerySet):
    def open(self) -> "ScreeningQuerySet":
        return self.filter(status__in=OPEN)

    def current(self) -> "ScreeningQuerySet":
        return self.filter(is_current=True)


class Screening(SubjectRecord):
    """One attempt to screen one subject; the latest attempt carries the subject's screening status."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="screenings")
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    status = models.CharField(_("status"), max_length=10, choices=ScreeningStatus, default=ScreeningStatus.PENDING)
    screening_date = models.DateField(_("screening date"))
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("completed by"),
    )
    fail_reason = models.CharField(_("reason"), max_length=20, choices=FailReason, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    is_current = models.BooleanField(default=True)
    eligible_on = models.DateField(_("eligibility confirmed on"), null=True, blank=True)
    eligible_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ("screening_date", "id")
        verbose_name = _("screening attempt")
        indexes = [models.Index(fields=["site", "screening_date", "id"], name="screening_queue")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "attempt"], name="screening_attempt_once"),
            models.UniqueConstraint(fields=["subject"], condition=Q(is_current=True), name="one_current_screening"),
            models.CheckConstraint(condition=Q(status__in=ScreeningStatus.values), name="screening_status_known"),
            models.CheckConstraint(
                condition=Q(decided_on=None) | Q(decided_on__gte=models.F("screening_date")),
                name="screening_decided_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {_('attempt')} {self.attempt}"

    def get_absolute_url(self) -> str:
        return reverse("subjects:screening-attempt", args=[self.pk])

    def signed_content(self) -> list[Item]:
        """The result, and the answer to each criterion with its evidence."""
        own = [item_of(self, name) for name in ("subject", "attempt", "screening_date", "status", "decided_on")]
        results = self.results.select_related("criterion").order_by("criterion__order", "criterion__code")
        return own + [result.as_item() for result in results]


class CriterionResult(SubjectRecord):
    """The answer to one criterion in one attempt; the question is never negated."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    screening = models.ForeignKey(Screening, models.PROTECT, related_name="results")
    criterion = models.ForeignKey(EligibilityCriterion, models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=2, choices=Answer, blank=True)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    assessed_on = models.DateField(null=True, blank=True)

    view_permission: ClassVar[str] = "view_screening"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["screening", "criterion"], name="criterion_answered_once")]

    def __str__(self) -> str:
        return f"{self.screening} · {self.criterion}"

    def as_item(self) -> Item:
        """The answer as a line to sign."""
        shown = " · ".join(filter(None, (str(self.get_answer_display() or "—"), self.evidence)))
        label = f"{self.criterion.code} {self.criterion.text}"
        return Item(self.criterion.code, label, [self.answer, self.evidence], shown)
