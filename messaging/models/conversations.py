"""Conversations about one participant, their messages, who has read them, and what is attached.

What was written lies sealed with the participant's own key, like their name: people write about themselves in full.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from messaging.domain.conversations import ConversationKind, Topic, Triage
from subjects.models.base import SiteRecord, SubjectRecord
from trialcrm.core import clock, crypto


class SiteContact(SiteRecord):
    """Whom participants of a site call in an emergency, shown beside every message."""

    site = models.OneToOneField("subjects.Site", models.PROTECT, related_name="contact")
    emergency_phone = models.CharField(_("emergency number"), max_length=40)
    hours = models.CharField(_("when messages are read"), max_length=120, blank=True)

    view_permission: ClassVar[str] = "view_site"

    class Meta:
        verbose_name = _("emergency contact")

    def __str__(self) -> str:
        return str(self.site)

    def derive(self) -> None:
        self.study_id = self.site.study_id


class SealedRecord(SubjectRecord):
    """A record of a conversation, read at the site and by the participant and by nobody of the sponsor's side."""

    view_permission: ClassVar[str] = "view_conversation"
    own_permission: ClassVar[str] = "own_messages"

    class Meta:
        abstract = True

    def seal(self, name: str, text: str) -> str:
        """Text that opens only as this field of this record, with the participant's key.

        Raises:
            Unreadable: the key was destroyed or is not on the ring.
        """
        return crypto.seal(self._key(), text, self._place(name))

    def reveal(self, name: str, sealed: str) -> str:
        """What `seal` made, in clear.

        Raises:
            Unreadable: the key was destroyed, or the text was altered.
        """
        return crypto.reveal(self._key(), sealed, self._place(name))

    def _key(self) -> bytes:
        key = getattr(self.subject, "key", None)
        if key is None:
            raise crypto.Unreadable(f"there is no key for {self.subject_id}")
        return crypto.unwrap(key.wrapped)

    def _place(self, name: str) -> str:
        return f"{self._meta.model_name}/{self.pk}/{name}"


class Conversation(SealedRecord):
    """What the participant and the site team, or staff among each other, say about one participant."""

    kind = models.CharField(_("kind"), max_length=12, choices=ConversationKind, default=ConversationKind.PARTICIPANT)
    topic = models.CharField(_("topic"), max_length=16, choices=Topic, default=Topic.GENERAL)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    addressee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    last_at = models.DateTimeField(_("last message"), default=clock.now)
    waiting_since = models.DateTimeField(_("waits for a reply since"), null=True, blank=True)

    class Meta:
        ordering = ("-last_at", "-id")
        verbose_name = _("conversation")
        indexes = [
            models.Index(fields=["site", "-last_at", "-id"], name="conversation_list"),
            models.Index(fields=["subject", "-last_at"], name="conversation_of_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ConversationKind.values), name="conversation_kind_known"),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="conversation_topic_known"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.get_topic_display()}"

    def get_absolute_url(self) -> str:
        return reverse("messaging:conversation", args=[self.pk])


class Message(SealedRecord):
    """One message. It is never edited and never deleted; whoever sent it may mark it as retracted."""

    IDENTIFYING: ClassVar[frozenset[str]] = frozenset({"body"})

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sender"))
    is_from_participant = models.BooleanField(_("from the participant"), default=False)
    body = models.TextField(_("text"))
    sent_at = models.DateTimeField(_("sent at"), default=clock.now)
    is_retracted = models.BooleanField(_("retracted"), default=False)
    triage = models.CharField(_("triage"), max_length=20, choices=Triage, blank=True)
    triaged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("triaged by")
    )
    triaged_at = models.DateTimeField(_("triaged at"), null=True, blank=True)
    event_id = models.UUIDField(_("adverse event"), null=True, blank=True)

    class Meta:
        ordering = ("sent_at", "id")
        verbose_name = _("message")
        indexes = [
            models.Index(fields=["conversation", "sent_at", "id"], name="message_list"),
            models.Index(fields=["is_from_participant", "sent_at"], name="message_from_participant"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(triage__in=["", *Triage.values]), name="message_triage_known"),
            models.CheckConstraint(condition=Q(triage="") | Q(is_from_participant=True), name="triage_of_participants"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.sent_at:%Y-%m-%d %H:%M} UTC"

    @property
    def text(self) -> str | None:
        """What was written, or None when it can no longer be read."""
        return _opened(self, "body")


class MessageReceipt(SealedRecord):
    """When a message reached one person, and when they opened it. Times are set once and only move forward."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="receipts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_of_participant = models.BooleanField(default=False)
    delivered_at = models.DateTimeField(_("delivered at"), default=clock.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        ordering = ("read_at", "delivered_at", "id")
        verbose_name = _("receipt")
        constraints = [
            models.UniqueConstraint(fields=["message", "person"], name="receipt_once"),
            models.CheckConstraint(condition=Q(read_at=None) | Q(read_at__gte=F("delivered_at")), name="receipt_order"),
        ]

    def __str__(self) -> str:
        return str(self.message)


class Attachment(SealedRecord):
    """A file of a message; its bytes lie sealed in private storage under a name that tells nothing."""

    IDENTIFYING: ClassVar[frozenset[str]] = frozenset({"name", "sha256"})

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    name = models.TextField(_("file name"))
    media_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=80)

    class Meta:
        ordering = ("created_at", "id")
        verbose_name = _("attachment")

    def __str__(self) -> str:
        return f"{self.subject} · {self.media_type}"

    @property
    def file_name(self) -> str | None:
        """What the file was called, or None when that can no longer be read."""
        return _opened(self, "name")


def _opened(record: SealedRecord, name: str) -> str | None:
    try:
        return record.reveal(name, getattr(record, name))
    except crypto.Unreadable:
        return None
