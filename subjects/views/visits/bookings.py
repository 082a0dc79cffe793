"""Booking a visit and moving it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.visits import BookingForm, ReschedulingForm
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show


@requires(Perm.CHANGE_VISIT)
def schedule(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    visit = selectors.visit_for(request.user, pk)
    require(policies.schedule_visit(request.user, visit))
    form = BookingForm(request.POST or None, visit=visit)
    if request.method == "POST" and form.tell(services.schedule_visit, visit=visit, by=request.user):
        return done(request, visit.get_absolute_url(), "visit-changed", said=_("Visit booked."))
    return show(request, "subjects/visits/schedule.html", {"visit": visit}, fragment="dialog", form=form)


@requires(Perm.CHANGE_VISIT)
def reschedule(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    visit = selectors.visit_for(request.user, pk)
    require(policies.reschedule_visit(request.user, visit))
    form = ReschedulingForm(request.POST or None, visit=visit)
    if request.method == "POST" and form.tell(services.reschedule_visit, visit=visit, by=request.user):
        return done(request, visit.get_absolute_url(), "visit-changed", said=_("Visit moved."))
    return show(request, "subjects/visits/reschedule.html", {"visit": visit}, fragment="dialog", form=form)


@requires(Perm.CHANGE_VISIT)
@require_POST
def window(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the date being picked means for the window. A POST, so that what is typed stands in no address."""
    visit = selectors.visit_for(request.user, pk)
    form = BookingForm(initial=request.POST.dict(), visit=visit)
    return show(request, "subjects/visits/window.html", {"visit": visit, "form": form}, fragment="window")
