"""Finding events by words."""

from typing import Any

from django.db.models import Q, QuerySet

from safety.models import AdverseEvent


def events_named(user: Any, words: str) -> QuerySet[AdverseEvent]:
    """Events whose term holds the words, or written as id and number like “701-014 E03”; the newest first."""
    words = words.strip()
    subject, _space, number = words.rpartition(" ")
    wanted = Q(event_term__icontains=words)
    if subject and number[:1].upper() == "E" and number[1:].isdigit():
        wanted |= Q(subject__subject_id__icontains=subject, number=int(number[1:4]))
    rows = AdverseEvent.objects.visible_to(user).filter(wanted)
    return rows.select_related("subject", "site", "study").order_by("-aware_at", "-id")
