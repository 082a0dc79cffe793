"""Products and lots, and the balance of a lot site by site."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies, selectors, services
from medications.domain.permissions import Perm
from medications.forms import stock as forms
from subjects.selectors import study_for
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show

from .acting import Act, carry_out, plain, posted

CHANGED = "stock-changed"


@requires(Perm.SHIP_STOCK)
def product(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    study = study_for(request.user, pk)
    require(policies.supply_study(request.user, study))
    form = forms.ProductForm(posted(request))
    if request.method == "POST" and form.tell(services.register_product, study=study, by=request.user):
        return done(request, reverse("medications:stock"), CHANGED, said=_("Product registered."))
    return show(request, "medications/lots/product.html", {"study": study}, fragment="dialog", form=form)


@requires(Perm.SHIP_STOCK)
def add(request: HttpRequest) -> HttpResponse:
    form = forms.LotForm(posted(request), user=request.user)
    told = form.tell(services.register_lot, by=request.user) if request.method == "POST" else None
    if told:
        return done(request, told.get_absolute_url(), CHANGED, said=_("Lot registered."))
    return show(request, "medications/lots/add.html", {}, fragment="dialog", form=form)


@requires(Perm.VIEW_STOCK)
def lot(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.lot_for(request.user, pk)
    shown = {"lot": found, "balances": selectors.balances(request.user, found)}
    return show(request, "medications/lots/lot.html", shown, fragment="body")


RELEASE = Act(
    "medications/lots/release.html",
    policies.release_lot,
    plain(forms.LotReleaseForm),
    services.release_lot,
    CHANGED,
    gettext_lazy("Lot released."),
)


@requires(Perm.SHIP_STOCK)
def release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return carry_out(request, RELEASE, "lot", selectors.lot_for(request.user, pk))
