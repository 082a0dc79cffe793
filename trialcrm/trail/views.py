"""Reading the trail: of one record, of one subject, and everything that one may read."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from subjects.domain.permissions import Perm
from subjects.selectors import own_consents, own_subjects, subject_for
from subjects.views.charts import chart_page
from trialcrm.access.gates import personal, requires
from trialcrm.core.csv import csv_response
from trialcrm.core.decisions import require
from trialcrm.core.htmx import show
from trialcrm.core.paging import page_of

from . import policies, selectors, services
from .forms import Filters, SubjectTrailFilters, TrailFilters

#: Acts on one page of a participant's record, before those of a day are put together.
OWN_SIZE = 100


def _target(request: HttpRequest) -> str:
    """The part of the page that htmx fills; nothing for a whole page."""
    return getattr(getattr(request, "htmx", None), "target", None) or ""


@requires(Perm.VIEW_HISTORY)
def record(request: HttpRequest, app_label: str, model: str, pk: uuid.UUID) -> HttpResponse:
    """The story of one record, as a page, beside a list, or the next part of it."""
    story = selectors.story_of(request.user, f"{app_label}.{model}", pk, request.GET)
    fragment = "panel" if _target(request) == "panel" else "story"
    return show(request, "trail/record.html", {"story": story}, fragment=fragment)


@requires(Perm.VIEW_HISTORY)
def subject(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Everything that was done about one subject, and who read it: the chart's History tab."""
    found = subject_for(request.user, pk)
    require(policies.read_story(request.user, found))
    sight = selectors.Sight(request.user)
    people = selectors.people_of(selectors.rows_of_subject(sight, pk, selectors.Wanted()))
    filters = SubjectTrailFilters(request.GET, zone=found.site.time_zone, people=people)
    rows = selectors.rows_of_subject(sight, pk, filters.wanted)
    if request.GET.get("format") in FORMATS:
        return _export(request, sight, rows, filters, about=found)
    shown = _page(request, sight, rows, filters)
    if _target(request) == "rows":
        return show(request, "trail/subject.html", shown, fragment="rows")
    return chart_page(request, pk, "history", "trail/subject.html", shown)


@personal("shows what was done in the studies whose history one may read, and with one's own account")
def search(request: HttpRequest) -> HttpResponseBase:
    """The trail, searchable; the same as a file."""
    sight = selectors.Sight(request.user)
    zone = selectors.zone_of(request.user)
    filters = TrailFilters(request.GET, zone=zone)
    rows = selectors.rows_in_sight(sight, filters.wanted)
    if request.GET.get("format") in FORMATS:
        return _export(request, sight, rows, filters)
    shown = {**_page(request, sight, rows, filters), "zone": zone}
    return show(request, "trail/search.html", shown, fragment="rows")


@requires(Perm.OWN_VISITS)
def my_record(request: HttpRequest) -> HttpResponse:
    """What a participant signed, who looked at their record and who wrote in it."""
    subjects = own_subjects(request.user)
    zone = selectors.zone_of_own(request.user, subjects)
    page = page_of(selectors.rows_about(subjects), selectors.NEWEST, request.GET, size=OWN_SIZE)
    lines = selectors.own_lines(request.user, page.rows, zone)
    shown = {"page": page, "lines": lines, "consents": own_consents(request.user), "subjects": subjects, "zone": zone}
    return show(request, "trail/my_record.html", shown, fragment="rows")


def _page(request: HttpRequest, sight: Any, rows: Any, filters: Filters) -> dict[str, Any]:
    page = page_of(rows, selectors.NEWEST, request.GET)
    lines = selectors.lines_of(sight, page.rows)
    return {"filters": filters, "page": page, "lines": lines, "is_filtered": bool(filters.given)}


def _export(request: HttpRequest, sight: Any, rows: Any, filters: Filters, about: Any = None) -> StreamingHttpResponse:
    form = request.GET["format"]
    services.note_export(by=request.user, form=form, wanted=filters.given, about=about)
    name = f"trail-{about}" if about else "trail"
    return FORMATS[form](sight, rows, filters.given, name)


def _csv(sight: Any, rows: Any, wanted: dict[str, str], name: str) -> StreamingHttpResponse:
    return csv_response(name, selectors.COLUMNS, selectors.csv_lines(sight, rows))


def _json(sight: Any, rows: Any, wanted: dict[str, str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(selectors.json_text(sight, rows, wanted), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


FORMATS = {"csv": _csv, "json": _json}
