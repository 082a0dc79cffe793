"""Kits: the list, one record with its ledger, and what happens to it besides being handed out."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies, selectors, services
from medications.domain.permissions import Perm
from medications.forms import stock as forms
from subjects.selectors import focus_of
from subjects.views.visits.links import linked
from trialcrm.access.gates import requires
from trialcrm.core.csv import csv_response
from trialcrm.core.htmx import show
from trialcrm.core.paging import page_of, sort_heading

from .acting import Act, carry_out, plain

CHANGED = "stock-changed"


@requires(Perm.VIEW_STOCK)
def kits(request: HttpRequest) -> HttpResponseBase:
    focus = focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = forms.KitFilters(request.GET, user=request.user, focus=focus)
    rows, order = filters.rows(), selectors.kit_order(request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        header, lines = selectors.kit_lines(request.user, rows.order_by(*order.fields), request.GET.dict())
        return csv_response("kits", header, lines)
    shown = {
        "filters": filters,
        "page": page_of(rows, order, request.GET),
        "by_expiry": sort_heading(request.GET, _("Expires"), "expiry", "-expiry"),
        "csv_url": linked(request, format="csv"),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "state", "lot", "expires")),
    }
    return show(request, "medications/kits/kits.html", shown, fragment="rows")


@requires(Perm.VIEW_STOCK)
def kit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.kit_for(request.user, pk)
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "body"
    shown = {"kit": found, "page": selectors.kit_page(request.user, found)}
    return show(request, "medications/kits/kit.html", shown, fragment=fragment)


QUARANTINE = Act(
    "medications/kits/quarantine.html",
    policies.quarantine_kit,
    plain(forms.WhyForm),
    services.quarantine_kit,
    CHANGED,
    gettext_lazy("Kit quarantined."),
)
RELEASE = Act(
    "medications/kits/release.html",
    policies.release_kit,
    plain(forms.KitReleaseForm),
    services.release_kit,
    CHANGED,
    gettext_lazy("Kit back in stock."),
)
DAMAGE = Act(
    "medications/kits/damage.html",
    policies.damage_kit,
    plain(forms.WhyForm),
    services.damage_kit,
    CHANGED,
    gettext_lazy("Recorded as damaged."),
)
EXPIRE = Act(
    "medications/kits/expire.html",
    policies.expire_kit,
    plain(forms.ExpiryForm),
    services.expire_kit,
    CHANGED,
    gettext_lazy("Taken out of stock."),
)
DISPOSE = Act(
    "medications/kits/dispose.html",
    policies.dispose_kit,
    plain(forms.DisposalForm),
    services.dispose_kit,
    CHANGED,
    gettext_lazy("Recorded."),
)


def _act(request: HttpRequest, pk: uuid.UUID, act: Act) -> HttpResponse:
    return carry_out(request, act, "kit", selectors.kit_for(request.user, pk))


@requires(Perm.CHANGE_STOCK)
def quarantine(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, QUARANTINE)


@requires(Perm.CHANGE_STOCK)
def release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, RELEASE)


@requires(Perm.CHANGE_STOCK)
def damage(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, DAMAGE)


@requires(Perm.CHANGE_STOCK)
def expire(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, EXPIRE)


@requires(Perm.CHANGE_STOCK)
def dispose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, DISPOSE)
