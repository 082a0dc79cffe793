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
    AWAITED,
    BOOKED,
    DONE,
    HOLDING,
    OPEN,
    Anchor,
    AppointmentStatus,
    MoveReason,
    Side,
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


class AppointmentQuerySet(ScopedQuerySet):
    def awaited(self) -> "AppointmentQuerySet":
        return self.filter(status__in=AWAITED)

    def with_wish(self) -> "AppointmentQuerySet":
        """Those for which the participant asks for another time and has no answer yet."""
        return self.awaited().filter(wished_at__isnull=False, wish_answered_at=None)


class Appointment(SubjectRecord):
    """A booked time of one subject with one provider, who cannot be in two places at once.

    Of a visit, or for anything else that is to be met for; `reason` says what for. The participant may ask for another
    time (`wish`); staff answer by moving it, or by declining with a word.
    """

    own_permission: ClassVar[str] = "own_visits"

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="appointments")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="appointments")
    provider = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("with"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    location = models.CharField(_("place"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=AppointmentStatus, default=AppointmentStatus.BOOKED)
    reason = models.TextField(_("what for"), blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=12, choices=Side, blank=True)
    ended_reason = models.TextField(_("why moved or not kept"), blank=True)
    cancelled_by = models.CharField(_("cancelled by"), max_length=12, choices=Side, blank=True)
    wish = models.TextField(_("asks for another time"), blank=True)
    wished_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    wish_answer = models.TextField(_("answer"), blank=True)
    wish_answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    successor = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="predecessor")

    view_permission: ClassVar[str] = "view_visit"
    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "id")
        verbose_name = _("appointment")
        indexes = [
            models.Index(fields=["site", "starts_at"], name="appointment_calendar"),
            models.Index(fields=["subject", "starts_at"], name="appointment_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointment_starts_before_end"),
            models.CheckConstraint(condition=Q(status__in=AppointmentStatus.values), name="appointment_status_known"),
            models.CheckConstraint(
                condition=Q(confirmed_by__in=["", *Side.values], cancelled_by__in=["", *Side.values]),
                name="appointment_sides_known",
            ),
            models.CheckConstraint(
                condition=Q(wish="", wished_at=None, wish_answered_at=None)
                | (~Q(wish="") & Q(wished_at__isnull=False)),
                name="appointment_wish_has_time",
            ),
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

    def get_absolute_url(self) -> str:
        return reverse("subjects:appointment", args=[self.pk])

    @property
    def has_wish(self) -> bool:
        """Whether the participant waits for an answer to their wish for another time."""
        return self.wished_at is not None and self.wish_answered_at is None and self.status in AWAITED

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def purpose(self) -> str:
        """What it is for, in words: its visit, or its own reason."""
        return self.visit.visit_type if self.visit else self.reason
