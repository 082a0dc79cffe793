"""The safety tab of one subject's chart."""

import uuid

from django.http import HttpRequest, HttpResponse

from safety import selectors
from safety.domain.permissions import Perm
from subjects.selectors import subject_for
from subjects.views.charts import chart_page
from trialcrm.access.gates import requires


@requires(Perm.VIEW_EVENT)
def subject_events(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = subject_for(request.user, pk, Perm.VIEW_EVENT)
    entries = sorted(selectors.timeline_of(request.user, subject), key=lambda entry: entry.at, reverse=True)
    shown = {"rows": selectors.events_of(request.user, subject), "entries": entries}
    return chart_page(request, pk, "safety", "safety/charts/subject_events.html", shown)
