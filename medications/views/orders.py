"""Orders: the list, one record, and what is done with it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies, selectors, services
from medications.domain.orders import OrderStatus
from medications.domain.permissions import Perm
from medications.forms import orders as forms
from subjects.selectors import focus_of, subject_for
from subjects.views.visits.links import linked
from trialcrm.access.gates import requires
from trialcrm.core.csv import csv_response
from trialcrm.core.decisions import require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of, sort_heading
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.forms import SigningForm

from .acting import Act, carry_out, chips_of, dated, plain, posted

CHANGED = "order-changed"


@requires(Perm.VIEW_ORDER)
def orders(request: HttpRequest) -> HttpResponseBase:
    focus = focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = forms.OrderFilters(request.GET, user=request.user, focus=focus)
    rows, order = filters.rows(), selectors.order_order(request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        header, lines = selectors.order_lines(request.user, rows.order_by(*order.fields), request.GET.dict())
        return csv_response("orders", header, lines)
    page = page_of(rows, order, request.GET)
    shown = {
        "filters": filters,
        "page": page,
        "rows": selectors.order_rows(request.user, page.rows),
        "chips": _chips(request, focus),
        "heading": sort_heading(request.GET, _("Participant"), "participant", "-participant"),
        "csv_url": linked(request, format="csv"),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "status", "drug")),
    }
    return show(request, "medications/orders/orders.html", shown, fragment="rows")


def _chips(request: HttpRequest, focus: Any) -> list[dict[str, Any]]:
    counts = selectors.order_counts(request.user, focus)
    chosen = (OrderStatus.DRAFT, OrderStatus.ACTIVE, OrderStatus.ON_HOLD)
    wanted = [("", _("All"), sum(counts.values())), *((s.value, s.label, counts.get(s.value, 0)) for s in chosen)]
    return chips_of(request, wanted, "status", linked)


@requires(Perm.VIEW_ORDER)
def order(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.order_for(request.user, pk)
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "body"
    shown = {"order": found, "page": selectors.order_page(request.user, found)}
    return show(request, "medications/orders/order.html", shown, fragment=fragment)


@requires(Perm.CHANGE_ORDER)
def draft(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = subject_for(request.user, pk, Perm.VIEW_ORDER)
    require(policies.draft_order(request.user, subject))
    zone = subject.site.time_zone
    form = forms.OrderForm(posted(request), user=request.user, study=subject.study, zone=zone)
    told = None
    if request.method == "POST":
        told = form.tell(services.draft_order, subject=subject, by=request.user)
    if told:
        return done(request, told.get_absolute_url(), CHANGED, said=_("Order drafted."))
    shown = {"subject": subject, "back_url": reverse("medications:subject-medication", args=[pk])}
    return show(request, "medications/orders/draft.html", shown, fragment="dialog", form=form)


def _order_form(kind: type[forms.OrderForm]) -> Any:
    def make(request: HttpRequest, record: Any) -> Form:
        zone, initial = record.site.time_zone, forms.as_ordered(record)
        return kind(posted(request), initial=initial, user=request.user, study=record.study, zone=zone)

    return make


def _signing(request: HttpRequest, record: Any) -> Form:
    return SigningForm(posted(request), request=request, record=record, meaning=Meaning.PRESCRIBED)


CHANGE = Act(
    "medications/orders/change.html",
    policies.change_order,
    _order_form(forms.OrderForm),
    services.change_order,
    CHANGED,
    gettext_lazy("Draft changed."),
)
SIGN = Act(
    "medications/orders/sign.html",
    policies.sign_order,
    _signing,
    services.sign_order,
    CHANGED,
    gettext_lazy("Order signed."),
)
REVISE = Act(
    "medications/orders/revise.html",
    policies.revise_order,
    _order_form(forms.RevisionForm),
    services.revise_order,
    CHANGED,
    gettext_lazy("New version drafted. It takes effect when it is signed."),
)
HOLD = Act(
    "medications/orders/hold.html",
    policies.hold_order,
    dated(forms.HoldForm),
    services.hold_order,
    CHANGED,
    gettext_lazy("On hold."),
)
RESUME = Act(
    "medications/orders/resume.html",
    policies.resume_order,
    dated(forms.ResumeForm),
    services.resume_order,
    CHANGED,
    gettext_lazy("Resumed."),
)
DISCONTINUE = Act(
    "medications/orders/discontinue.html",
    policies.discontinue_order,
    dated(forms.DiscontinueForm),
    services.discontinue_order,
    CHANGED,
    gettext_lazy("Discontinued."),
)
COMPLETE = Act(
    "medications/orders/complete.html",
    policies.complete_order,
    dated(forms.CompleteForm),
    services.complete_order,
    CHANGED,
    gettext_lazy("Completed."),
)
CANCEL = Act(
    "medications/orders/cancel.html",
    policies.cancel_order,
    plain(forms.CancelForm),
    services.cancel_order,
    CHANGED,
    gettext_lazy("Draft given up."),
)
FEEDBACK = Act(
    "medications/orders/feedback.html",
    policies.give_feedback,
    plain(forms.FeedbackForm),
    services.give_feedback,
    CHANGED,
    gettext_lazy("Sent to the participant."),
)


def _act(request: HttpRequest, pk: uuid.UUID, act: Act) -> HttpResponse:
    return carry_out(request, act, "order", selectors.order_for(request.user, pk))


@requires(Perm.CHANGE_ORDER)
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, CHANGE)


@requires(Perm.SIGN_ORDER)
def sign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, SIGN)


@requires(Perm.CHANGE_ORDER)
def revise(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, REVISE)


@requires(Perm.SIGN_ORDER)
def hold(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, HOLD)


@requires(Perm.SIGN_ORDER)
def resume(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, RESUME)


@requires(Perm.SIGN_ORDER)
def discontinue(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, DISCONTINUE)


@requires(Perm.SIGN_ORDER)
def complete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, COMPLETE)


@requires(Perm.CHANGE_ORDER)
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, CANCEL)


@requires(Perm.CHANGE_ORDER)
def feedback(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, FEEDBACK)
