"""The list of visits."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from subjects import selectors
from subjects.domain.permissions import Perm
from subjects.domain.visits import WindowState
from subjects.forms.visits import EVERY_STATUS, VisitFilters
from trialcrm.access.gates import requires
from trialcrm.core.csv import csv_response
from trialcrm.core.htmx import show
from trialcrm.core.paging import page_of

from .links import heading, linked

#: What the chips set; they leave study, site and coordinator as they are.
CHIP_FILTERS = ("status", "window", "since", "until")


@requires(Perm.VIEW_VISIT)
def visits(request: HttpRequest) -> HttpResponseBase:
    focus = selectors.focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = VisitFilters(request.GET, user=request.user, focus=focus)
    rows, order = filters.rows(), selectors.visit_order(request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        header, lines = selectors.visit_lines(request.user, rows.order_by(*order.fields), request.GET.dict())
        return csv_response("visits", header, lines)
    page = page_of(rows, order, request.GET)
    shown = {
        "filters": filters,
        "page": page,
        "rows": selectors.visit_rows(request.user, page.rows, where="visit list"),
        "chips": _chips(request, focus),
        "headings": [heading(request, "due", _("Due")), heading(request, "participant", _("Participant"))],
        "csv_url": linked(request, format="csv"),
        "calendar_query": linked(request, drop=("status", "window", "since", "until", "sort", "q")),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "coordinator", *CHIP_FILTERS)),
    }
    return show(request, "subjects/visits/visits.html", shown, fragment="rows")


def _chips(request: HttpRequest, focus: selectors.Focus) -> list[dict[str, Any]]:
    counts, today = selectors.visit_counts(request.user, focus), focus.today().isoformat()
    presets: list[tuple[str, dict[str, str], int | None]] = [
        (_("To do"), {}, counts["todo"]),
        (_("Today"), {"since": today, "until": today, "status": EVERY_STATUS}, None),
        (_("Closing"), {"window": WindowState.CLOSING.value}, counts["closing"]),
        (_("Overdue"), {"window": WindowState.OVERDUE.value}, counts["overdue"]),
        (_("Out of window"), {"window": WindowState.OUT_OF_WINDOW.value}, None),
        (_("All"), {"status": EVERY_STATUS}, None),
    ]
    now = {name: request.GET[name] for name in CHIP_FILTERS if request.GET.get(name)}
    return [
        {"label": label, "count": count, "url": linked(request, drop=CHIP_FILTERS, **wanted), "current": now == wanted}
        for label, wanted, count in presets
    ]
