"""The list of adverse events, and one event."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from safety import selectors
from safety.domain.permissions import Perm
from safety.forms.events import EventFilters
from subjects.selectors import Focus, focus_of
from subjects.views.visits.links import heading, linked
from trialcrm.access.gates import requires
from trialcrm.core.csv import csv_response
from trialcrm.core.htmx import show
from trialcrm.core.paging import page_of

#: What the chips set; they leave study, site and words as they are.
CHIP_FILTERS = ("status", "serious", "severity", "causality")


@requires(Perm.VIEW_EVENT)
def events(request: HttpRequest) -> HttpResponseBase:
    focus = focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = EventFilters(request.GET, user=request.user, focus=focus)
    order = selectors.EVENT_ORDERS.get(request.GET.get("sort", ""), selectors.EVENT_ORDERS["-aware"])
    if request.GET.get("format") == "csv":
        lines = selectors.event_lines(request.user, filters.rows().order_by(*order.fields), request.GET.dict())
        return csv_response("adverse-events", selectors.EVENT_COLUMNS, lines)
    page = page_of(filters.rows(), order, request.GET)
    shown = {
        "filters": filters,
        "page": page,
        "rows": selectors.event_rows(request.user, page.rows, where="list of adverse events"),
        "chips": _chips(request, focus),
        "by_subject": heading(request, "participant", _("Participant"), "-aware"),
        "by_time": heading(request, "aware", _("Site aware"), "-aware"),
        "csv_url": linked(request, format="csv"),
        "is_narrowed": any(request.GET.get(name) for name in ("q", *CHIP_FILTERS)),
    }
    return show(request, "safety/events/events.html", shown, fragment="rows")


def _chips(request: HttpRequest, focus: Focus) -> list[dict[str, Any]]:
    counts = selectors.event_counts(request.user, focus.site_ids)
    presets: list[tuple[str, dict[str, str], int]] = [
        (_("All"), {}, counts["all"]),
        (_("Serious"), {"serious": "yes"}, counts["serious"]),
        (_("Drafts"), {"status": "draft"}, counts["draft"]),
        (_("Under review"), {"status": "under_review"}, counts["under_review"]),
        (_("Follow-up"), {"status": "follow_up"}, counts["follow_up"]),
    ]
    now = {name: request.GET[name] for name in CHIP_FILTERS if request.GET.get(name)}
    return [
        {"label": label, "count": count, "url": linked(request, drop=CHIP_FILTERS, **wanted), "current": now == wanted}
        for label, wanted, count in presets
    ]


@requires(Perm.VIEW_EVENT)
def event(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.event_for(request.user, pk)
    page = selectors.event_page(request.user, found)
    # Opened beside a list it brings its own head; refreshed in its place only what may have changed.
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "body"
    shown = {"page": page, "row": page.row, "event": found}
    return show(request, "safety/events/event.html", shown, fragment=fragment)
