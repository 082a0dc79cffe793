"""The participant's own medication."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from medications import policies, selectors, services
from medications.domain.permissions import Perm
from medications.forms.adherence import OwnDoseForm
from medications.forms.distributions import ReceiptForm
from trialcrm.access.gates import requires
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show

from .acting import posted


@requires(Perm.OWN_MEDICATION)
def medication(request: HttpRequest) -> HttpResponse:
    shown = {"own": selectors.my_medication(request.user)}
    return show(request, "medications/portal/medication.html", shown, fragment="body")


@requires(Perm.OWN_MEDICATION)
def dose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What happened to one dose: one tap for a whole dose, a page for everything else."""
    order = selectors.order_for(request.user, pk, Perm.OWN_MEDICATION)
    require(policies.log_dose(request.user, order))
    initial = {"slot_at": request.GET.get("slot", ""), "adherence_status": request.GET.get("what", "")}
    form = OwnDoseForm(posted(request), initial=initial, order=order)
    if request.method == "POST" and form.tell(services.log_dose, order=order, by=request.user):
        return done(request, reverse("medications:my-medication"), "dose-changed", said=_("Thank you. It is noted."))
    return show(request, "medications/portal/dose.html", {"order": order}, fragment="dialog", form=form)


@requires(Perm.OWN_MEDICATION)
def receipt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    distribution = selectors.distribution_for(request.user, pk, Perm.OWN_MEDICATION)
    require(policies.acknowledge_receipt(request.user, distribution))
    form = ReceiptForm(posted(request), distribution=distribution)
    told = None
    if request.method == "POST":
        told = form.tell(services.acknowledge_receipt, distribution=distribution, by=request.user)
    if told:
        return done(request, reverse("medications:my-medication"), "distribution-changed", said=_("Thank you."))
    shown = {"distribution": distribution}
    return show(request, "medications/portal/receipt.html", shown, fragment="dialog", form=form)
