"""Notes about a subject."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoteType(TextChoices):
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    SCREENING = "screening", _("Screening")
    SAFETY = "safety", _("Safety")
    MEDICATION = "medication", _("Medication")
    GENERAL = "general", _("General")
    MONITOR = "monitor", _("Monitor")
