"""Notes about a subject: written once, corrected by an addendum."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from subjects.domain.notes import NoteType

from .base import SubjectRecord
from .participation import Subject


class SubjectNote(SubjectRecord):
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    note_type = models.CharField(_("type"), max_length=12, choices=NoteType, default=NoteType.GENERAL)
    note_text = models.TextField(_("note"))
    addendum_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="addenda")

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("note")
        indexes = [models.Index(fields=["subject", "-created_at"], name="note_list")]

    def __str__(self) -> str:
        return f"{self.subject} · {self.get_note_type_display()}"
