"""Planned visits of the protocol, visits of a subject, and the appointments that book them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from subjects.domain.visits import (
    BOOKED,
    DONE,
    HOLDING,
    OPEN,
    Anchor,
    AppointmentStatus,
    MoveReason,
    UnscheduledReason,
    VisitKind,
    VisitStatus,
)
from subjects.domain.windows import Window
from trialcrm.access.querysets import ScopedQuerySet

from .base import StudyRecord, SubjectRecord
from .participation import Subject


class PlannedVisit(StudyRecord):
    """A visit as the protocol plans it (SDTM TV): counted from an anchor, with a window in whole days."""

    study = models.ForeignKey("subjects.Study", models.PROTECT, related_name="planned_visits")
    visit_num = models.DecimalField(_("number"), max_digits=7, decimal_places=2)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=VisitKind, default=VisitKind.CLINIC)
    anchor = models.CharField(_("counted from"), max_length=16, choices=Anchor, default=Anchor.BASELINE, blank=True)
    anchor_visit_num = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    offset_days = models.SmallIntegerField(_("offset (days)"), null=True, blank=True)
    window_before = models.PositiveSmallIntegerField(_("days before"), null=True, blank=True)
    window_after = models.PositiveSmallIntegerField(_("days after"), null=True, blank=True)
    is_unscheduled_kind = models.BooleanField(_("only when needed"), default=False)
    preparation = models.CharField(_("how to prepare"), max_length=200, blank=True)
    start_rule = models.TextField(blank=True)
    end_rule = models.TextField(blank=True)
    visit_day = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering = ("visit_num",)
        verbose_name = _("planned visit")
        constraints = [models.UniqueConstraint(fields=["study", "visit_num"], name="planned_visit_once")]

    def __str__(self) -> str:
        return self.name


class VisitQuerySet(ScopedQuerySet):
    def open(self) -> "VisitQuerySet":
        return self.filter(status__in=OPEN)

    def booked(self) -> "VisitQuerySet":
        return self.filter(status__in=BOOKED)

    def done(self) -> "VisitQuerySet":
        return self.filter(status__in=DONE)


class Visit(SubjectRecord):
    """A visit of one subject. Moving its booking never moves its target or its window."""

    own_permission: ClassVar[str] = "own_visits"

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="visits")
    planned_visit = models.ForeignKey(PlannedVisit, models.PROTECT, null=True, blank=True, related_name="visits")
    visit_num = models.DecimalField(_("number"), max_digits=7, decimal_places=2)
    visit_type = models.CharField(_("visit"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=VisitKind, default=VisitKind.CLINIC)
    status = models.CharField(_("status"), max_length=16, choices=VisitStatus, default=VisitStatus.PLANNED)
    is_unscheduled = models.BooleanField(_("unscheduled"), default=False)
    unscheduled_reason = models.CharField(_("reason"), max_length=16, choices=UnscheduledReason, blank=True)
    target_on = models.DateField(_("target"), null=True, blank=True)
    opens_on = models.DateField(_("window opens"), null=True, blank=True)
    closes_on = models.DateField(_("window closes"), null=True, blank=True)
    due_on = models.DateField(_("due"))
    scheduled_at = models.DateTimeField(_("booked for"), null=True, blank=True)
    location = models.CharField(_("place"), max_length=120, blank=True)
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coordinator")
    )
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    started_on = models.DateField(_("actual date"), null=True, blank=True)
    ended_on = models.DateField(_("actual end"), null=True, blank=True)
    study_day = models.IntegerField(_("study day"), null=True, blank=True)
    deviation_days = models.IntegerField(_("days out of window"), null=True, blank=True)
    out_of_window_reason = models.TextField(_("why out of window"), blank=True)
    move_reason = models.CharField(_("why moved"), max_length=12, choices=MoveReason, blank=True)
    not_done_reason = models.TextField(_("why not done"), blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        verbose_name = _("visit")
        indexes = [
            models.Index(fields=["site", "due_on", "id"], name="visit_list"),
            models.Index(fields=["site", "closes_on"], condition=Q(status__in=OPEN), name="visit_open_by_close"),
            models.Index(fields=["site", "scheduled_at"], name="visit_calendar"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject", "visit_num"], name="visit_number_once"),
            models.CheckConstraint(condition=Q(status__in=VisitStatus.values), name="visit_status_known"),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(opens_on__lte=F("target_on"), closes_on__gte=F("target_on")),
                name="visit_window_around_target",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=DONE) | Q(started_on__isnull=False), name="done_visit_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=BOOKED) | Q(scheduled_at__isnull=False), name="booked_visit_has_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="visit_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.visit_type}"

    def get_absolute_url(self) -> str:
        return reverse("subjects:visit", args=[self.pk])

    @property
    def window(self) -> Window | None:
        """Target and window, if the visit has them."""
        if not (self.target_on and self.opens_on and self.closes_on):
            return None
        return Window(target=self.target_on, opens=self.opens_on, closes=self.closes_on)

    @property
    def days_early(self) -> int:
        """Days before the window opened, when the visit took place then."""
        return max(0, -(self.deviation_days or 0))


class TimeRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Appointment(SubjectRecord):
    """A booked time of one subject with one provider, who cannot be in two places at once."""

    own_permission: ClassVar[str] = "own_visits"

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="appointments")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="appointments")
    provider = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("with"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    location = models.CharField(_("place"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=AppointmentStatus, default=AppointmentStatus.BOOKED)
    reason = models.TextField(_("reason"), blank=True)
    successor = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="predecessor")

    view_permission: ClassVar[str] = "view_visit"

    class Meta:
        ordering = ("starts_at", "id")
        verbose_name = _("appointment")
        indexes = [models.Index(fields=["site", "starts_at"], name="appointment_calendar")]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointment_starts_before_end"),
            models.CheckConstraint(condition=Q(status__in=AppointmentStatus.values), name="appointment_status_known"),
            ExclusionConstraint(
                name="provider_in_one_place",
                expressions=[
                    (TimeRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                    ("provider", RangeOperators.EQUAL),
                ],
                condition=Q(status__in=HOLDING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.starts_at:%Y-%m-%d %H:%M}"
