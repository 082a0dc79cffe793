"""Entering an event, taking up a draft, correcting what is known."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from safety import policies, selectors, services
from safety.domain.assessments import SeverityScale
from safety.domain.permissions import Perm
from safety.forms.events import ChangeForm, EntryForm, ReportForm
from subjects.selectors import subject_for
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show

CHANGED = "event-changed"


def scale_for(request: HttpRequest, study: Any) -> SeverityScale:
    return SeverityScale(selectors.plan_of(request.user, study).severity_scale)


@requires(Perm.RECORD_EVENT)
def record(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = subject_for(request.user, pk)
    require(policies.record_event(request.user, subject))
    scale, zone = scale_for(request, subject.study), subject.site.time_zone
    form = EntryForm(request.POST if request.method == "POST" else None, scale=scale, zone=zone)
    told = form.tell(services.record_event, subject=subject, by=request.user) if request.method == "POST" else None
    if told:
        return done(request, told.get_absolute_url(), CHANGED, said=_entered(told))
    shown = {"subject": subject, "back_url": reverse("safety:subject-events", args=[pk])}
    return show(request, "safety/entry/record.html", shown, fragment="dialog", form=form)


def _entered(event: Any) -> str:
    if event.is_serious:
        return _("%(event)s recorded. It is serious: the investigator is told, and 24 hours to the sponsor run.") % {
            "event": event.code
        }
    return _("%(event)s recorded.") % {"event": event.code}


@requires(Perm.RECORD_EVENT)
def serious_part(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What a serious event asks for besides, as soon as a criterion is ticked; saves nothing."""
    subject = subject_for(request.user, pk)
    require(policies.record_event(request.user, subject))
    scale, zone = scale_for(request, subject.study), subject.site.time_zone
    form = EntryForm(request.POST, scale=scale, zone=zone)
    return show(request, "safety/entry/serious_part.html", {"subject": subject, "entry": form})


@requires(Perm.RECORD_EVENT)
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.confirm_event(request.user, event))
    scale, zone = scale_for(request, event.study), event.site.time_zone
    form = EntryForm(request.POST if request.method == "POST" else None, scale=scale, zone=zone, event=event)
    told = form.tell(services.confirm_event, event=event, by=request.user) if request.method == "POST" else None
    if told:
        return done(request, told.get_absolute_url(), CHANGED, said=_entered(told))
    shown = {"subject": event.subject, "event": event, "back_url": event.get_absolute_url()}
    return show(request, "safety/entry/record.html", shown, fragment="dialog", form=form)


@requires(Perm.RECORD_EVENT)
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.change_event(request.user, event))
    form = ChangeForm(request.POST if request.method == "POST" else None, event=event, zone=event.site.time_zone)
    if request.method == "POST" and form.tell(services.change_event, event=event, by=request.user):
        return done(request, event.get_absolute_url(), CHANGED, said=_("Changed."))
    return show(request, "safety/entry/change.html", {"event": event}, fragment="dialog", form=form)


@requires(Perm.REPORT_EVENT)
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """For those who hear of an event and do not judge it."""
    subject = subject_for(request.user, pk)
    require(policies.report_event(request.user, subject))
    form = ReportForm(request.POST if request.method == "POST" else None, zone=subject.site.time_zone)
    if request.method == "POST" and form.tell(services.report_event, subject=subject, by=request.user):
        said = _("Reported. The coordinator or an investigator takes it up.")
        return done(request, subject.get_absolute_url(), CHANGED, said=said)
    return show(request, "safety/entry/report.html", {"subject": subject}, fragment="dialog", form=form)
