"""Kits that are handed out: the list, one record, and each step of it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies, selectors, services
from medications.domain.distributions import DistributionStatus
from medications.domain.permissions import Perm
from medications.forms import distributions as forms
from subjects.selectors import focus_of
from subjects.views.visits.links import linked
from trialcrm.access.gates import requires
from trialcrm.core.csv import csv_response
from trialcrm.core.decisions import require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show
from trialcrm.core.paging import page_of

from .acting import Act, carry_out, chips_of, dated, plain, posted

CHANGED = "distribution-changed"


@requires(Perm.VIEW_DISTRIBUTION)
def distributions(request: HttpRequest) -> HttpResponseBase:
    focus = focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = forms.DistributionFilters(request.GET, user=request.user, focus=focus)
    rows = filters.rows()
    if request.GET.get("format") == "csv":
        ordered = rows.order_by(*selectors.LATEST_FIRST.fields)
        header, lines = selectors.distribution_lines(request.user, ordered, request.GET.dict())
        return csv_response("distributions", header, lines)
    page = page_of(rows, selectors.LATEST_FIRST, request.GET)
    shown = {
        "filters": filters,
        "page": page,
        "rows": selectors.distribution_rows(request.user, page.rows, "distribution list"),
        "chips": _chips(request, focus),
        "csv_url": linked(request, format="csv"),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "status")),
    }
    return show(request, "medications/distributions/distributions.html", shown, fragment="rows")


def _chips(request: HttpRequest, focus: Any) -> list[dict[str, Any]]:
    counts = selectors.distribution_counts(request.user, focus)
    chosen = (
        DistributionStatus.PREPARED,
        DistributionStatus.DISPENSED,
        DistributionStatus.ACKNOWLEDGED,
        DistributionStatus.RETURNED,
    )
    wanted = [("", _("All"), sum(counts.values())), *((s.value, s.label, counts.get(s.value, 0)) for s in chosen)]
    return chips_of(request, wanted, "status", linked)


@requires(Perm.VIEW_DISTRIBUTION)
def distribution(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.distribution_for(request.user, pk)
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "body"
    shown = {"distribution": found, "page": selectors.distribution_page(request.user, found)}
    return show(request, "medications/distributions/distribution.html", shown, fragment=fragment)


@requires(Perm.DISPENSE)
def prepare(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    order = selectors.order_for(request.user, pk)
    require(policies.prepare_kit(request.user, order))
    form = forms.PreparationForm(posted(request), user=request.user, order=order)
    told = None
    if request.method == "POST":
        told = form.tell(services.prepare_kit, order=order, by=request.user)
    if told:
        return done(request, told.get_absolute_url(), CHANGED, said=_("Kit %(kit)s prepared.") % {"kit": told.kit})
    return show(request, "medications/distributions/prepare.html", {"order": order}, fragment="dialog", form=form)


def _of_item(form: Any) -> Any:
    def make(request: HttpRequest, record: Any) -> Form:
        return form(posted(request), distribution=record)

    return make


DISPENSE = Act(
    "medications/distributions/dispense.html",
    policies.dispense_kit,
    _of_item(forms.DispensingForm),
    services.dispense_kit,
    CHANGED,
    gettext_lazy("Kit handed out."),
)
PUT_BACK = Act(
    "medications/distributions/put_back.html",
    policies.put_back_kit,
    plain(forms.PutBackForm),
    services.put_back_kit,
    CHANGED,
    gettext_lazy("Kit put back on the shelf."),
)
WITNESS = Act(
    "medications/distributions/witness.html",
    policies.witness_receipt,
    _of_item(forms.ReceiptForm),
    services.acknowledge_receipt,
    CHANGED,
    gettext_lazy("Receipt recorded."),
)
TAKE_BACK = Act(
    "medications/distributions/take_back.html",
    policies.count_return,
    dated(forms.ReturnForm),
    services.count_return,
    CHANGED,
    gettext_lazy("Return counted."),
)
LOSE = Act(
    "medications/distributions/lose.html",
    policies.report_lost,
    dated(forms.LossForm),
    services.report_lost,
    CHANGED,
    gettext_lazy("Recorded as lost."),
)
RECONCILE = Act(
    "medications/distributions/reconcile.html",
    policies.reconcile_kit,
    plain(forms.ReconciliationForm),
    services.reconcile_kit,
    CHANGED,
    gettext_lazy("Reconciled."),
)
VERIFY = Act(
    "medications/distributions/verify.html",
    policies.verify_reconciliation,
    plain(forms.VerificationForm),
    services.verify_reconciliation,
    CHANGED,
    gettext_lazy("Verified."),
)


def _act(request: HttpRequest, pk: uuid.UUID, act: Act) -> HttpResponse:
    found = selectors.distribution_for(request.user, pk)
    page = selectors.distribution_page(request.user, found)
    return carry_out(request, act, "distribution", found, page=page)


@requires(Perm.DISPENSE)
def dispense(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, DISPENSE)


@requires(Perm.DISPENSE)
def put_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, PUT_BACK)


@requires(Perm.WITNESS_RECEIPT)
def witness(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, WITNESS)


@requires(Perm.COUNT_RETURN)
def take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, TAKE_BACK)


@requires(Perm.COUNT_RETURN)
def lose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, LOSE)


@requires(Perm.DISPENSE)
def reconcile(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, RECONCILE)


@requires(Perm.VERIFY_STOCK)
def verify(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, VERIFY)
