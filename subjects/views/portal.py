"""A participant's own appointments: see them, confirm, ask for another time, take them into a calendar."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.appointments import WishForm
from trialcrm.access.gates import requires
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show

from .visits.icalendar import calendar_file


@requires(Perm.OWN_VISITS)
def my_appointments(request: HttpRequest) -> HttpResponse:
    subjects = selectors.own_subjects(request.user)
    shown = {
        "own": selectors.own_appointments(request.user),
        "subjects": subjects,
        "has_several": len(subjects) > 1,
    }
    return show(request, "subjects/portal/my_appointments.html", shown, fragment="list")


@requires(Perm.OWN_VISITS)
@require_POST
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    appointment = selectors.own_appointment_for(request.user, pk)
    services.confirm_own_appointment(by=request.user, appointment=appointment)
    said = _("Thank you. We look forward to seeing you.")
    return done(request, reverse("subjects:my-appointments"), "appointment-changed", said=said)


@requires(Perm.OWN_VISITS)
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    appointment = selectors.own_appointment_for(request.user, pk)
    require(policies.ask_for_another_time(request.user, appointment))
    form = WishForm(request.POST if request.method == "POST" else None, appointment=appointment)
    if request.method == "POST" and form.tell(services.ask_for_another_time, appointment=appointment, by=request.user):
        said = _("We have your wish and will answer you. Until then your appointment stands.")
        return done(request, reverse("subjects:my-appointments"), "appointment-changed", said=said)
    return show(request, "subjects/portal/ask.html", {"appointment": appointment}, fragment="dialog", form=form)


@requires(Perm.OWN_VISITS)
def my_appointments_ics(request: HttpRequest) -> HttpResponse:
    """The participant's own booked times as a calendar file."""
    times = selectors.own_times(request.user)
    response = HttpResponse(calendar_file(times, clock.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    return response
