"""Shipments from the sponsor to a site."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies, selectors, services
from medications.domain.permissions import Perm
from medications.forms import stock as forms
from trialcrm.access.gates import requires
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show

from .acting import Act, carry_out, posted

CHANGED = "stock-changed"


@requires(Perm.SHIP_STOCK)
def send(request: HttpRequest) -> HttpResponse:
    form = forms.ShipmentForm(posted(request), user=request.user)
    told = form.tell(services.send_shipment, by=request.user) if request.method == "POST" else None
    if told:
        return done(request, told.get_absolute_url(), CHANGED, said=_("Shipment sent."))
    return show(request, "medications/shipments/send.html", {}, fragment="dialog", form=form)


@requires(Perm.VIEW_STOCK)
def shipment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.shipment_for(request.user, pk)
    shown = {"shipment": found, "kits": selectors.kits_of_shipment(request.user, found)}
    return show(request, "medications/shipments/shipment.html", shown, fragment="body")


def _arrival(request: HttpRequest, record: Any) -> Form:
    return forms.ArrivalForm(posted(request), shipment=record)


RECEIVE = Act(
    "medications/shipments/receive.html",
    policies.receive_shipment,
    _arrival,
    services.receive_shipment,
    CHANGED,
    gettext_lazy("Shipment received."),
)


@requires(Perm.CHANGE_STOCK)
def receive(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = selectors.shipment_for(request.user, pk)
    return carry_out(request, RECEIVE, "shipment", found, kits=selectors.kits_of_shipment(request.user, found))
