"""What people are told, and the mails about it. The trail has the events themselves."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.domain.mails import MailStatus
from messaging.domain.notices import LOOKS, Look, NoticeKind
from trialcrm.core import clock
from trialcrm.core.ids import new_id


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: Any, permission: str = "") -> Self:
        """One's own and nobody else's."""
        return self.filter(person_id=user.pk)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(models.Model):
    """Something that one person is told once: `key` says what, so that it is never raised twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(_("what"), max_length=30, choices=NoticeKind)
    key = models.CharField(max_length=160)
    study = models.ForeignKey("subjects.Study", models.CASCADE, null=True, related_name="+")
    site = models.ForeignKey("subjects.Site", models.CASCADE, null=True, related_name="+")
    subject = models.ForeignKey("subjects.Subject", models.CASCADE, null=True, related_name="+")
    record_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("notification")
        indexes = [
            models.Index(fields=["person", "-created_at", "-id"], name="notification_list"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notification_unread"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notification_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notification_kind_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def look(self) -> Look:
        return LOOKS[self.kind]


class OutgoingMail(models.Model):
    """A mail to one person, written in the transaction of what it is about and sent by the tick."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("about"), max_length=30, choices=NoticeKind)
    status = models.CharField(_("status"), max_length=10, choices=MailStatus, default=MailStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)

    class Meta:
        ordering = ("due_at", "id")
        verbose_name = _("mail")
        indexes = [models.Index(fields=["status", "due_at"], name="mail_due")]
        constraints = [models.CheckConstraint(condition=Q(status__in=MailStatus.values), name="mail_status_known")]

    def __str__(self) -> str:
        return f"{self.get_status_display()} · {self.created_at:%Y-%m-%d %H:%M} UTC"
