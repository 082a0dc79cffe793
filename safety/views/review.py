"""What waits for the investigator."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from safety import selectors
from safety.domain.permissions import Perm
from subjects.selectors import focus_of
from subjects.views.visits.links import linked
from trialcrm.access.gates import requires
from trialcrm.core.htmx import show


@requires(Perm.ASSESS_EVENT)
def review(request: HttpRequest) -> HttpResponse:
    """The queue, ordered by the time left."""
    focus = focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    waiting = selectors.review_queue(request.user, focus)
    parts = {
        "": waiting,
        "serious": [item for item in waiting if item.event.is_serious],
        "overdue": [item for item in waiting if item.is_over],
    }
    chosen = request.GET.get("part", "")
    shown = {
        "rows": parts.get(chosen, waiting),
        "total": len(waiting),
        "chips": _chips(request, parts, chosen if chosen in parts else ""),
        "drafts": selectors.drafts_waiting(request.user, focus)[:20],
        "to_close": selectors.to_close(request.user, focus),
        "matrix": selectors.relatedness(request.user, focus),
        "focus": focus,
    }
    return show(request, "safety/review/review.html", shown, fragment="rows")


def _chips(request: HttpRequest, parts: dict[str, list[Any]], chosen: str) -> list[dict[str, Any]]:
    labels = {"": _("All"), "serious": _("Serious"), "overdue": _("Overdue")}
    return [
        {
            "label": labels[name],
            "count": len(rows),
            "url": linked(request, drop=("part",), **({"part": name} if name else {})),
            "current": name == chosen,
        }
        for name, rows in parts.items()
    ]
