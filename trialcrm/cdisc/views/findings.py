"""Findings of one import, and of a study."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from subjects.selectors import study_for
from trialcrm.access.gates import requires
from trialcrm.cdisc import selectors
from trialcrm.cdisc.domain.permissions import Perm
from trialcrm.cdisc.forms import FindingFilters
from trialcrm.core.csv import csv_response
from trialcrm.core.htmx import show
from trialcrm.core.paging import page_of

PAGE = "cdisc/findings/findings.html"


@requires(Perm.VIEW_FINDING)
def run_findings(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    run = selectors.run_for(request.user, pk)
    if run.study is None:
        return show(request, PAGE, {"run": run}, fragment="rows")
    return _listed(request, run.study, selectors.findings_of_run(request.user, run), {"run": run})


@requires(Perm.VIEW_FINDING)
def study_findings(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    study = study_for(request.user, pk)
    return _listed(request, study, selectors.findings_of_study(request.user, study), {})


def _listed(request: HttpRequest, study: Any, rows: Any, context: dict[str, Any]) -> HttpResponseBase:
    filters = FindingFilters(request.GET, user=request.user, study=study, rows=rows)
    if request.GET.get("format") == "csv":
        header, lines = selectors.finding_lines(request.user, study, filters.rows())
        return csv_response(f"findings-{study.protocol_id}", header, lines)
    shown = {
        "study": study,
        "filters": filters,
        "chips": _chips(request, filters),
        "page": page_of(filters.rows(), selectors.BY_CODE, request.GET),
        "csv_url": _linked(request, format="csv"),
        **context,
    }
    return show(request, PAGE, shown, fragment="rows")


def _chips(request: HttpRequest, filters: FindingFilters) -> list[dict[str, Any]]:
    """One chip for each code, with what it would leave of the other filters."""
    counts: dict[str, int] = {}
    for item in selectors.code_counts(filters.rows_of_any_code()):
        counts[item.code] = counts.get(item.code, 0) + item.count
    chosen = filters.code
    every = {"label": _("All"), "count": sum(counts.values()), "url": _linked(request, code=""), "current": not chosen}
    codes = [
        {"label": code, "count": count, "url": _linked(request, code=code), "current": code == chosen}
        for code, count in counts.items()
    ]
    return [every, *codes]


def _linked(request: HttpRequest, **wanted: str) -> str:
    """This page with other filters, from its first row on."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in wanted.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"
