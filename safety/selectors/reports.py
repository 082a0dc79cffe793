"""Reports to the sponsor."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from safety.models import SafetyReport
from subjects.selectors import Focus

_RELATED = ("event__subject", "event__site", "subject__site", "subject__study", "study", "site")


def report_for(user: Any, pk: uuid.UUID) -> SafetyReport:
    """One report in the person's sight, or 404."""
    people = ("sent_by", "received_by", "acknowledged_by")
    return get_object_or_404(SafetyReport.objects.visible_to(user).select_related(*_RELATED, *people), pk=pk)


def reports_waiting(user: Any, focus: Focus) -> QuerySet[SafetyReport]:
    """Reports that the sponsor has not acknowledged yet, the oldest first."""
    rows = SafetyReport.objects.visible_to(user).filter(site__in=focus.site_ids, acknowledged_at=None)
    return rows.select_related(*_RELATED, "sent_by").order_by("sent_at", "id")
