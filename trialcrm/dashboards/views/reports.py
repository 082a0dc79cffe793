"""Reports: one study at a glance, and the records behind each of its numbers."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.selectors import focus_of, studies_with_counts
from trialcrm.access.gates import requires
from trialcrm.core.csv import csv_response
from trialcrm.core.htmx import show
from trialcrm.core.paging import page_of
from trialcrm.dashboards.selectors import reports as selectors


@requires(Perm.VIEW_SUBJECT)
def reports(request: HttpRequest) -> HttpResponseBase:
    """The report of the study in focus; where there are several, the choice between them."""
    kept = request.session.get("focus", {})
    wanted = (request.GET.get(name, kept.get(name, "")) for name in ("study", "site"))
    focus = focus_of(request.user, *wanted)
    study = focus.study or (focus.studies[0] if len(focus.studies) == 1 else None)
    if study:
        site = f"?site={focus.site.pk}" if focus.site else ""
        return redirect(reverse("dashboards:report", args=[study.pk]) + site)
    return show(request, "dashboards/reports/reports.html", {"studies": studies_with_counts(request.user)})


@requires(Perm.VIEW_SUBJECT)
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    place = selectors.place_for(request.user, pk, request.GET.get("site", ""))
    if request.GET.get("format") == "csv":
        table = selectors.table_of(place, request.GET.get("of", ""))
        return csv_response(f"{place.study}-{table.name}", table.header, table.lines)
    people = selectors.people_of(place)
    shown = {
        "place": place,
        "study": place.study,
        "sites": _site_chips(request, place),
        "enrolment": selectors.enrolment(people),
        "funnel": selectors.funnel(people),
        "consort": selectors.consort(people),
        "windows": selectors.windows(place),
        "events": selectors.events(place),
        "adherence": selectors.adherence(place),
        "by_site": selectors.by_site(people),
        "site_heads": selectors.site_heads(),
        "csv": f"?{f'site={place.site.pk}&' if place.site else ''}format=csv&of=",
    }
    return show(request, "dashboards/reports/report.html", shown)


@requires(Perm.VIEW_SUBJECT)
def report_records(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Exactly the records that were counted for one number."""
    place = selectors.place_for(request.user, pk, request.GET.get("site", ""))
    records = selectors.records_behind(place, request.GET.get("of", "people:assessed"))
    if request.GET.get("format") == "csv":
        lines = selectors.record_lines(place, records)
        return csv_response(f"{place.study}-records", selectors.COLUMNS, lines)
    page = page_of(records.rows, records.order, request.GET)
    query = request.GET.copy()
    query["format"] = "csv"
    shown = {
        "place": place,
        "study": place.study,
        "title": records.title,
        "page": page,
        "rows": list(records.lines(page.rows)),
        "csv_url": f"?{query.urlencode()}",
    }
    return show(request, "dashboards/reports/report_records.html", shown, fragment="rows")


def _site_chips(request: HttpRequest, place: selectors.Place) -> list[dict[str, Any]]:
    if len(place.sites) < 2:
        return []
    every = {"label": _("All sites"), "count": None, "url": request.path, "current": place.site is None}
    chosen = [
        {"label": site.number, "count": None, "url": f"?site={site.pk}", "current": site == place.site}
        for site in place.sites
    ]
    return [every, *chosen]
