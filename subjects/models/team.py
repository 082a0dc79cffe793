"""Tasks that an investigator delegates, roles that people are invited to, and requests to join."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from subjects.domain.team import EntryStatus, OfferStatus, RequestStatus, Task
from trialcrm.access.querysets import ScopedQuerySet
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditedModel
from trialcrm.users.domain.signatures import Item
from trialcrm.users.selectors.signatures import item_of

from .base import SiteRecord
from .studies import Membership


class DelegationEntry(SiteRecord):
    """A line of the delegation log of a site: who does which tasks for the investigator, from and until.

    It is accepted by the delegate and signed by the investigator, and gives rights only while it is signed and current
    (ICH E6(R3) 2.3.1 to 2.3.3). What was signed is not changed; it is ended, and another line is written.
    """

    #: The person it is about sees it whatever else they may see.
    person_field: ClassVar[str] = "user_id"

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="entries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    title = models.CharField(_("role title"), max_length=80, blank=True)
    tasks = ArrayField(models.CharField(max_length=3, choices=Task), verbose_name=_("tasks"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    gcp_trained_on = models.DateField(_("trained in good clinical practice on"), null=True, blank=True)
    training = models.CharField(_("training evidence"), max_length=300)
    status = models.CharField(_("status"), max_length=12, choices=EntryStatus, default=EntryStatus.PROPOSED)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.TextField(_("reason for the end"), blank=True)

    class Meta:
        ordering = ("-starts_on", "-id")
        verbose_name = _("delegation entry")
        verbose_name_plural = _("delegation entries")
        indexes = [models.Index(fields=["site", "-starts_on"], name="delegation_log")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EntryStatus.values), name="delegation_status_known"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="delegation_dates"),
            models.CheckConstraint(condition=Q(tasks__len__gt=0), name="delegation_has_tasks"),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.ENDED) | Q(ended_at__isnull=False), name="delegation_ended_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {', '.join(self.tasks)}"

    def get_absolute_url(self) -> str:
        return reverse("subjects:delegation-entry", args=[self.pk])

    def derive(self) -> None:
        self.study_id = self.membership.study_id
        # Tasks are delegated at a site; without one the database refuses the row.
        self.site_id = self.membership.site_id  # type: ignore[assignment]
        self.user_id = self.membership.user_id

    @property
    def task_words(self) -> list[tuple[str, str]]:
        """Each task with its code and in words."""
        return [(code, str(Task(code).label)) for code in self.tasks]

    def signed_content(self) -> list[Item]:
        """What delegate and investigator put their names under."""
        tasks = "; ".join(f"{code} {words}" for code, words in self.task_words)
        role = self.membership.role
        return [
            item_of(self, "user"),
            Item("role", str(_("Role")), role, str(Role(role).label)),
            item_of(self, "title"),
            Item("tasks", str(_("Tasks")), list(self.tasks), tasks),
            *(item_of(self, name) for name in ("starts_on", "ends_on", "gcp_trained_on", "training")),
        ]


class PlaceRecord(AuditedModel):
    """A record of a study that may belong to one of its sites."""

    study = models.ForeignKey("subjects.Study", models.PROTECT, related_name="+")
    site = models.ForeignKey("subjects.Site", models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()
    view_permission: ClassVar[str] = "view_membership"

    class Meta:
        abstract = True


class OfferedRole(PlaceRecord):
    """A role that somebody was invited to; it becomes a membership when they have an account and were identified."""

    person_field: ClassVar[str] = "user_id"

    subject = models.ForeignKey("subjects.Subject", models.PROTECT, null=True, blank=True, related_name="+")
    invitation = models.ForeignKey("users.Invitation", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    identity_method = models.CharField(_("identity checked by"), max_length=20, blank=True)
    identity_checked_on = models.DateField(_("identity checked on"), null=True, blank=True)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("status"), max_length=12, choices=OfferStatus, default=OfferStatus.SENT)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("offered role")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OfferStatus.values), name="offer_status_known"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="offer_dates"),
        ]

    def __str__(self) -> str:
        # Who was invited is read at the place only; a participant's name would stay in the log for good.
        return f"{self.subject or self.site or self.study} · {self.get_role_display()}"


class AccessRequest(PlaceRecord):
    """Somebody with an account asks to be given a role."""

    person_field: ClassVar[str] = "user_id"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    words = models.CharField(_("in their words"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=RequestStatus, default=RequestStatus.OPEN)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="access_request_status_known"),
            models.UniqueConstraint(
                fields=["user", "study", "site"],
                condition=Q(status=RequestStatus.OPEN),
                nulls_distinct=False,
                name="one_open_access_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
