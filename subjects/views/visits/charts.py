"""Visits in the chart of one subject."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from subjects import selectors
from subjects.domain.permissions import Perm
from subjects.views.charts import chart_page
from trialcrm.access.gates import requires
from trialcrm.core import clock
from trialcrm.core.htmx import wants_fragment

from .icalendar import calendar_file


@requires(Perm.VIEW_VISIT)
def subject_visits(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = selectors.subject_for(request.user, pk)
    chosen = request.GET.get("show", "")
    visits = selectors.visits_of(request.user, subject, chosen)
    address = reverse("subjects:subject-visits", args=[pk])
    words = (("", _("All")), ("due", _("Due")), ("outside", _("Out of window")))
    chips = [
        {
            "label": label,
            "count": visits.counts[name],
            "url": f"{address}?show={name}" if name else address,
            "current": name == chosen,
        }
        for name, label in words
    ]
    shown = {
        "visits": visits,
        "others": selectors.other_appointments(request.user, subject),
        "chips": chips,
        "is_fragment": wants_fragment(request),
    }
    return chart_page(request, pk, "visits", "subjects/visits/subject_visits.html", shown)


@requires(Perm.VIEW_VISIT)
def subject_visits_ics(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The booked times as a calendar file, with the participant's id and no name."""
    subject = selectors.subject_for(request.user, pk)
    times = selectors.booked_times(request.user, subject)
    response = HttpResponse(calendar_file(times, clock.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="visits-{subject.subject_id}.ics"'
    return response
