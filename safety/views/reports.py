"""Reports to the sponsor: sent, read, received, acknowledged; and the sponsor's own judgement."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety import policies, selectors, services
from safety.domain.permissions import Perm
from safety.forms.closing import NoFieldsForm, SendForm, SponsorForm
from trialcrm.access.gates import requires
from trialcrm.core.decisions import Decision, Words, require
from trialcrm.core.htmx import done, show

from .entry import CHANGED


@requires(Perm.SEND_REPORT)
def send(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.send_report(request.user, event))
    page = selectors.event_page(request.user, event)
    form = SendForm(request.POST if request.method == "POST" else None, is_first=not page.reports)
    if request.method == "POST" and form.tell(services.send_report, event=event, by=request.user):
        return done(request, event.get_absolute_url(), CHANGED, said=_("Report sent to the sponsor."))
    shown = {"event": event, "page": page, "row": page.row}
    return show(request, "safety/reports/send.html", shown, fragment="dialog", form=form)


@requires(Perm.VIEW_EVENT)
def safety_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    report = selectors.report_for(request.user, pk)
    lines = [{**line, "is_new": name in report.changed} for name, line in report.snapshot.items()]
    shown = {"report": report, "event": report.event, "lines": lines}
    return show(request, "safety/reports/safety_report.html", shown, fragment="panel")


class Act(NamedTuple):
    """What the sponsor does with a report: its template, its rule, the service, what is said then."""

    name: str
    rule: Callable[..., Decision]
    service: Callable[..., Any]
    said: Words


RECEIVE = Act("receive", policies.receive_report, services.receive_report, gettext_lazy("Receipt recorded."))
ACKNOWLEDGE = Act(
    "acknowledge", policies.acknowledge_report, services.acknowledge_report, gettext_lazy("Acknowledged.")
)


def _receipt(request: HttpRequest, pk: uuid.UUID, act: Act) -> HttpResponse:
    report = selectors.report_for(request.user, pk)
    require(act.rule(request.user, report))
    form = NoFieldsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.tell(act.service, report=report, by=request.user):
        return done(request, report.get_absolute_url(), CHANGED, said=act.said)
    shown = {"report": report, "event": report.event}
    return show(request, f"safety/reports/{act.name}.html", shown, fragment="dialog", form=form)


@requires(Perm.RECEIVE_REPORT)
def receive(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _receipt(request, pk, RECEIVE)


@requires(Perm.RECEIVE_REPORT)
def acknowledge(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _receipt(request, pk, ACKNOWLEDGE)


@requires(Perm.RECEIVE_REPORT)
def assess_as_sponsor(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.assess_as_sponsor(request.user, event))
    form = SponsorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.tell(services.assess_as_sponsor, event=event, by=request.user):
        return done(request, event.get_absolute_url(), CHANGED, said=_("Sponsor's assessment recorded."))
    return show(request, "safety/reports/assess_as_sponsor.html", {"event": event}, fragment="dialog", form=form)
