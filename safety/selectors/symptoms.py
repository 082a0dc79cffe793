"""What a participant told the site about themselves, and what became of it."""

from typing import Any

from safety.domain.permissions import Perm
from safety.models import AdverseEvent
from subjects.models import Subject


def my_symptoms(user: Any) -> list[AdverseEvent]:
    """A participant's own reports, the newest first; what the site recorded otherwise is not shown here."""
    rows = AdverseEvent.objects.visible_to(user, Perm.OWN_SYMPTOMS)
    return list(
        rows.filter(reported_by_id=user.pk).select_related("site", "subject").order_by("-created_at", "-id")[:100]
    )


def my_place(user: Any) -> Subject | None:
    """The participation that somebody reports symptoms for; the latest where there were several."""
    rows = Subject.objects.visible_to(user, Perm.OWN_SYMPTOMS).select_related("site__institution", "study")
    return rows.order_by("-created_at").first()
