"""Taking the trail out of the portal is an act of its own."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from trialcrm.audit import log
from trialcrm.audit.models import AuditLog

from .selectors.exports import last_seal


def note_export(*, by: Any, form: str, wanted: dict[str, str], about: Model | None = None) -> AuditLog:
    """Log that the trail was exported, in which form and with which filters (21 CFR 11.10(b), GDPR Article 5(2))."""
    facts = {"format": form, "filters": wanted, "last_seal": last_seal()}
    return log.note("trail.exported", _("Trail exported"), by=by, about=about, facts=facts)
