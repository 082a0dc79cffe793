"""The list of subjects, and the overview of one."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from subjects import selectors
from subjects.domain.permissions import Perm
from subjects.forms.subjects import SubjectFilters
from trialcrm.access.gates import requires
from trialcrm.access.scope import scope_of
from trialcrm.core.csv import csv_response
from trialcrm.core.htmx import show
from trialcrm.core.paging import page_of, sort_heading

from .charts import chart_page


@requires(Perm.VIEW_SUBJECT)
def subjects(request: HttpRequest) -> HttpResponseBase:
    focus = selectors.focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = SubjectFilters(request.GET, user=request.user, focus=focus)
    rows, order = filters.rows(), selectors.order_of(request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        header, lines = selectors.subject_lines(request.user, rows.order_by(*order.fields))
        return csv_response("participants", header, lines)
    page = page_of(rows, order, request.GET)
    shown = {
        "filters": filters,
        "page": page,
        "rows": selectors.subject_rows(request.user, page.rows),
        "headings": [sort_heading(request.GET, _("Participant"), "id", "-id")],
        "may_register": scope_of(request.user).anywhere(Perm.CHANGE_SUBJECT),
    }
    return show(request, "subjects/subjects/subjects.html", shown, fragment="rows")


@requires(Perm.VIEW_SUBJECT)
def subject(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.subject_for(request.user, pk)
    entries = selectors.timeline(request.user, found)
    return chart_page(request, pk, "overview", "subjects/subjects/subject.html", {"entries": entries})
