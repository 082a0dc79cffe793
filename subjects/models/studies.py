"""A study, the institutions and sites where it runs, its design, and who works on it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from subjects.domain.studies import Blinding, SiteStatus, StudyStatus
from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditedModel

from .base import StudyRecord


class Institution(AuditedModel):
    """A hospital or practice. What it does for one study is its Site there."""

    name = models.CharField(_("name"), max_length=200)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=3, help_text=_("ISO 3166-1 alpha-3"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "city"], name="institution_once")]

    def __str__(self) -> str:
        return self.name


class Study(AuditedModel):
    protocol_id = models.CharField(_("protocol"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=400)
    short_title = models.CharField(_("short title"), max_length=80, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=StudyStatus, default=StudyStatus.DRAFT)
    phase = models.CharField(_("phase"), max_length=40, blank=True)
    indication = models.CharField(_("indication"), max_length=200, blank=True)
    sponsor_name = models.CharField(_("sponsor"), max_length=200, blank=True)
    blinding = models.CharField(_("blinding"), max_length=10, choices=Blinding, default=Blinding.DOUBLE)
    planned_subjects = models.PositiveIntegerField(_("planned participants"), null=True, blank=True)
    is_imported = models.BooleanField(default=False)
    max_screening_days = models.PositiveSmallIntegerField(_("screening lasts at most (days)"), default=14)
    rescreen_max = models.PositiveSmallIntegerField(_("rescreenings allowed"), default=1)
    rescreen_min_days = models.PositiveSmallIntegerField(_("days before rescreening"), default=14)
    eligibility_valid_days = models.PositiveSmallIntegerField(_("eligibility valid (days)"), default=14)
    unbooked_lead_days = models.PositiveSmallIntegerField(_("book visits ahead (days)"), default=14)
    adverse_event_follow_up_days = models.PositiveSmallIntegerField(_("safety follow-up (days)"), default=30)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("protocol_id",)
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=StudyStatus.values), name="study_status_known"),
        ]

    def __str__(self) -> str:
        return self.protocol_id

    def get_absolute_url(self) -> str:
        return reverse("subjects:study", args=[self.pk])


class Site(AuditedModel):
    """A site of one study: where an institution runs it, under one investigator."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="sites")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="sites", verbose_name=_("institution"))
    number = models.CharField(_("number"), max_length=10)
    status = models.CharField(_("status"), max_length=20, choices=SiteStatus, default=SiteStatus.SELECTED)
    principal_investigator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("investigator"),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    activated_on = models.DateField(_("activated on"), null=True, blank=True)
    planned_subjects = models.PositiveIntegerField(_("planned participants"), null=True, blank=True)
    last_sequence = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        verbose_name = _("site")
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="site_number_once_in_study"),
            models.CheckConstraint(condition=Q(status__in=SiteStatus.values), name="site_status_known"),
        ]

    def __str__(self) -> str:
        return self.number

    @cached_property
    def name(self) -> str:
        return self.institution.name

    def get_absolute_url(self) -> str:
        return reverse("subjects:study", args=[self.study_id])


class StudyGroupPermission(GroupObjectPermissionBase):
    """Guardian's grants on a study, to groups, with a real foreign key."""

    content_object = models.ForeignKey(Study, models.CASCADE)


class SiteGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Site, models.CASCADE)


class Membership(AuditedModel):
    """A person's role in a study: at one site, at all sites (sponsor's side), or for one subject."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    study = models.ForeignKey(Study, models.PROTECT, related_name="memberships")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="memberships")
    subject = models.ForeignKey("subjects.Subject", models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()
    view_permission: ClassVar[str] = "view_membership"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_dates"),
            models.UniqueConstraint(
                fields=["user", "study", "site", "subject", "role"],
                condition=Q(ends_on=None),
                nulls_distinct=False,
                name="membership_once",
            ),
        ]

    def __str__(self) -> str:
        # The name of a participant's account would stay in the log for good.
        return f"{self.subject if self.subject_id else self.user} · {self.get_role_display()}"


class Arm(StudyRecord):
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("code",)
        constraints = [models.UniqueConstraint(fields=["study", "code"], name="arm_once")]

    def __str__(self) -> str:
        return self.name


class Element(StudyRecord):
    """A building block of an arm (SDTM TE), for example a screening period."""

    code = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    start_rule = models.TextField(blank=True)
    end_rule = models.TextField(blank=True)
    duration = models.CharField(max_length=40, blank=True, help_text=_("ISO 8601"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "code"], name="element_once")]

    def __str__(self) -> str:
        return self.name or self.code


class ArmElement(StudyRecord):
    """The place of an element in an arm (SDTM TA)."""

    arm = models.ForeignKey(Arm, models.PROTECT, related_name="elements")
    element = models.ForeignKey(Element, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    branch = models.TextField(blank=True)
    transition = models.TextField(blank=True)
    epoch = models.CharField(max_length=40)

    class Meta:
        ordering = ("arm", "order")
        constraints = [models.UniqueConstraint(fields=["arm", "order"], name="arm_element_order_once")]

    def __str__(self) -> str:
        return f"{self.arm.code} {self.order}"


class StudyParameter(StudyRecord):
    """A characteristic of the study as a registry knows it (SDTM TS)."""

    code = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    sequence = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=40, blank=True)
    value = models.TextField(blank=True)
    null_flavor = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ("code", "sequence")
        constraints = [models.UniqueConstraint(fields=["study", "code", "sequence"], name="parameter_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.sequence}"
