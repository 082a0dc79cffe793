"""Departures from the protocol: the list, one record, and what is done about it."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from subjects import policies, selectors, services
from subjects.domain.deviations import DeviationStatus, Importance
from subjects.domain.permissions import Perm
from subjects.forms import deviations as forms
from subjects.views.visits.links import linked
from trialcrm.access.gates import requires
from trialcrm.core.csv import csv_response
from trialcrm.core.decisions import Decision, require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of
from trialcrm.users.domain.signatures import Meaning


@requires(Perm.VIEW_DEVIATION)
def deviations(request: HttpRequest) -> HttpResponseBase:
    focus = selectors.focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = forms.DeviationFilters(request.GET, user=request.user, focus=focus)
    rows = filters.rows()
    if request.GET.get("format") == "csv":
        ordered = rows.order_by(*selectors.DEVIATION_ORDER.fields)
        header, lines = selectors.deviation_lines(request.user, ordered, request.GET.dict())
        return csv_response("deviations", header, lines)
    shown = {
        "filters": filters,
        "page": page_of(rows, selectors.DEVIATION_ORDER, request.GET),
        "chips": _chips(request, focus),
        "csv_url": linked(request, format="csv"),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "status", "category", "importance")),
    }
    return show(request, "subjects/deviations/deviations.html", shown, fragment="rows")


def _chips(request: HttpRequest, focus: selectors.Focus) -> list[dict[str, Any]]:
    counts, now = selectors.deviation_counts(request.user, focus), request.GET.get("status", "")
    wanted = [("", _("Not settled"), counts["unsettled"])]
    wanted += [
        (status.value, str(status.label), counts.get(status.value, 0))
        for status in (DeviationStatus.CANDIDATE, DeviationStatus.OPEN, DeviationStatus.ACTION)
    ]
    wanted += [("all", _("All"), None)]  # type: ignore[list-item]
    return [
        {"label": label, "count": count, "url": linked(request, drop=("status",), **({"status": key} if key else {})),
         "current": now == key}
        for key, label, count in wanted
    ]  # fmt: skip


@requires(Perm.VIEW_DEVIATION)
def deviation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.deviation_for(request.user, pk)
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "body"
    return show(request, "subjects/deviations/deviation.html", {"deviation": found}, fragment=fragment)


@requires(Perm.CHANGE_DEVIATION)
def add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = selectors.subject_for(request.user, pk, Perm.VIEW_DEVIATION)
    require(policies.record_deviation(request.user, subject))
    form = forms.NewDeviationForm(request.POST or None, zone=subject.site.time_zone)
    told = None
    if request.method == "POST":
        told = form.tell(services.record_deviation, subject=subject, by=request.user)
    if told:
        return done(request, told.get_absolute_url(), "deviation-changed", said=_("Deviation recorded."))
    shown = {"subject": subject, "back_url": reverse("subjects:subject", args=[pk])}
    return show(request, "subjects/deviations/add.html", shown, fragment="dialog", form=form)


class Act(NamedTuple):
    """One act: its rule, what is asked, the service that does it. The name is that of its template."""

    name: str
    rule: Callable[..., Decision]
    form: Callable[[HttpRequest, Any], Form]
    service: Callable[..., Any]


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _departure(request: HttpRequest, item: Any) -> Form:
    names = ("description", "category", "starts_on", "ends_on", "discovered_on")
    initial = {name: getattr(item, name) for name in names}
    return forms.DepartureForm(_posted(request), initial=initial, zone=item.site.time_zone)


def _closing(request: HttpRequest, item: Any) -> Form:
    if item.importance == Importance.MINOR:
        return forms.ClosingForm(_posted(request))
    return forms.SignedClosingForm(_posted(request), request=request, record=item, meaning=Meaning.REVIEWED)


CONFIRM = Act("confirm", policies.open_deviation, _departure, services.open_deviation)
DISMISS = Act(
    "dismiss", policies.dismiss_deviation, lambda r, _i: forms.DismissalForm(_posted(r)), services.dismiss_deviation
)
ASSESS = Act(
    "assess",
    policies.assess_deviation,
    lambda r, i: forms.AssessmentForm(_posted(r), initial={"importance": i.importance}),
    services.assess_deviation,
)
UPGRADE = Act(
    "upgrade", policies.upgrade_deviation, lambda r, _i: forms.UpgradeForm(_posted(r)), services.upgrade_deviation
)
ACTION = Act(
    "action",
    policies.plan_action,
    lambda r, i: forms.ActionForm(_posted(r), site_id=i.site_id),
    services.plan_action,
)
CLOSE = Act("close", policies.close_deviation, _closing, services.close_deviation)


def _act(request: HttpRequest, pk: uuid.UUID, act: Act, said: str) -> HttpResponse:
    found = selectors.deviation_for(request.user, pk)
    require(act.rule(request.user, found))
    form = act.form(request, found)
    if request.method == "POST" and form.tell(act.service, deviation=found, by=request.user):
        return done(request, found.get_absolute_url(), "deviation-changed", said=said)
    return show(request, f"subjects/deviations/{act.name}.html", {"deviation": found}, fragment="dialog", form=form)


@requires(Perm.CHANGE_DEVIATION)
def confirm(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, CONFIRM, _("Deviation opened."))


@requires(Perm.CHANGE_DEVIATION)
def dismiss(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, DISMISS, _("Dismissed."))


@requires(Perm.ASSESS_DEVIATION)
def assess(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, ASSESS, _("Assessed."))


@requires(Perm.CHANGE_DEVIATION)
def upgrade(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, UPGRADE, _("Now a major deviation."))


@requires(Perm.CHANGE_DEVIATION)
def action(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, ACTION, _("Action recorded."))


@requires(Perm.CHANGE_DEVIATION)
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, CLOSE, _("Deviation closed."))
