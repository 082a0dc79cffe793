"""The week of appointments, one appointment beside it, and what is done with it."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.appointments import (
    AppointmentForm,
    BareForm,
    CancellingForm,
    DecliningForm,
    MissingForm,
    MovingForm,
    WeekFilters,
)
from trialcrm.access.gates import requires
from trialcrm.core.csv import csv_response
from trialcrm.core.decisions import Decision, require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show

from .visits.calendar import WEEK, read_period
from .visits.links import linked

CHANGED = ("appointment-changed", "visit-changed")


@requires(Perm.VIEW_VISIT)
def appointments(request: HttpRequest) -> HttpResponseBase:
    focus = selectors.focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = WeekFilters(request.GET, user=request.user, focus=focus)
    today = focus.today()
    monday = read_period(request.GET.get("week", ""), f"{WEEK}-%u", "-1") or today - timedelta(days=today.weekday())
    rows = selectors.in_week(filters.rows(), focus, monday)
    if request.GET.get("format") == "csv":
        header, lines = selectors.appointment_lines(request.user, rows, request.GET.dict())
        return csv_response(f"appointments-{monday:{WEEK}}", header, lines)
    shown = {
        "filters": filters,
        "week": selectors.week_of(rows, monday, today),
        "asking": selectors.asking(request.user, focus),
        "is_narrowed": any(request.GET.get(name) for name in ("provider", "status")),
        **_links(request, monday, today),
    }
    return show(request, "subjects/appointments/appointments.html", shown, fragment="period")


def _links(request: HttpRequest, monday: date, today: date) -> dict[str, Any]:
    return {
        "caption": _("Week of %(day)s") % {"day": formats.date_format(monday, "j F Y")},
        "before": linked(request, week=f"{monday - timedelta(days=7):{WEEK}}"),
        "after": linked(request, week=f"{monday + timedelta(days=7):{WEEK}}"),
        "now": linked(request, week=f"{today:{WEEK}}"),
        "csv_url": linked(request, format="csv"),
    }


@requires(Perm.VIEW_VISIT)
def appointment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.appointment_for(request.user, pk)
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "body"
    shown = {"page": selectors.appointment_page(request.user, found), "appointment": found}
    return show(request, "subjects/appointments/appointment.html", shown, fragment=fragment)


@requires(Perm.CHANGE_VISIT)
def book(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = selectors.subject_for(request.user, pk)
    require(policies.book_appointment(request.user, subject))
    form = AppointmentForm(request.POST or None, subject=subject)
    if request.method == "POST" and form.tell(services.book_appointment, subject=subject, by=request.user):
        visits = reverse("subjects:subject-visits", args=[pk])
        return done(request, visits, *CHANGED, said=_("Appointment booked."))
    return show(request, "subjects/appointments/book.html", {"subject": subject}, fragment="dialog", form=form)


class Act(NamedTuple):
    """One act: its rule, what is asked, the service that does it. The name is that of its template."""

    name: str
    rule: Callable[..., Decision]
    form: Callable[..., Form]
    service: Callable[..., Any]


CONFIRM = Act("confirm", policies.confirm_appointment, BareForm, services.confirm_appointment)
MOVE = Act("move", policies.move_appointment, MovingForm, services.move_appointment)
CANCEL = Act("cancel", policies.cancel_appointment, CancellingForm, services.cancel_appointment)
MISS = Act("miss", policies.miss_appointment, MissingForm, services.miss_appointment)
KEEP = Act("keep", policies.keep_appointment, BareForm, services.keep_appointment)
DECLINE = Act("decline", policies.decline_wish, DecliningForm, services.decline_wish)


def _act(request: HttpRequest, pk: uuid.UUID, act: Act, said: str) -> HttpResponse:
    found = selectors.appointment_for(request.user, pk)
    require(act.rule(request.user, found))
    form = act.form(request.POST if request.method == "POST" else None, appointment=found)
    told = form.tell(act.service, appointment=found, by=request.user) if request.method == "POST" else None
    if told:
        return done(request, told.get_absolute_url(), *CHANGED, said=said)
    shown = {"appointment": found}
    return show(request, f"subjects/appointments/{act.name}.html", shown, fragment="dialog", form=form)


@requires(Perm.CHANGE_VISIT)
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, CONFIRM, _("Appointment confirmed."))


@requires(Perm.CHANGE_VISIT)
def move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """To another time; that of a visit is moved with its visit, which knows the window."""
    found = selectors.appointment_for(request.user, pk)
    if found.visit_id:
        require(policies.move_appointment(request.user, found))
        return redirect("subjects:visit-reschedule", found.visit_id)
    return _act(request, pk, MOVE, _("Appointment moved."))


@requires(Perm.CHANGE_VISIT)
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, CANCEL, _("Appointment cancelled."))


@requires(Perm.CHANGE_VISIT)
def miss(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, MISS, _("Recorded that nobody came."))


@requires(Perm.CHANGE_VISIT)
def keep(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, KEEP, _("Recorded as kept."))


@requires(Perm.CHANGE_VISIT)
def decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, DECLINE, _("Answered. The time stays."))
