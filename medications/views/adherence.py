"""Doses of one order, and entering one for the participant."""

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from medications import policies, selectors, services
from medications.domain.permissions import Perm
from medications.forms.adherence import ProxyDoseForm
from trialcrm.access.gates import requires
from trialcrm.core import clock
from trialcrm.core.forms import Form
from trialcrm.core.htmx import show

from .acting import Act, carry_out, posted

CHANGED = "dose-changed"
SHOWN = timedelta(days=28)


@requires(Perm.VIEW_ADHERENCE)
def doses(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    order = selectors.order_for(request.user, pk, Perm.VIEW_ADHERENCE)
    since = clock.today(order.subject.site.time_zone) - SHOWN
    shown = {
        "order": order,
        "doses": selectors.due_doses(request.user, order, since),
        "entries": selectors.entries_of(request.user, order),
    }
    return show(request, "medications/adherence/doses.html", shown, fragment="body")


def _dose(request: HttpRequest, record: Any) -> Form:
    since = clock.today(record.subject.site.time_zone) - SHOWN
    due = selectors.due_doses(request.user, record, since)
    return ProxyDoseForm(posted(request), order=record, doses=due)


LOG = Act(
    "medications/adherence/log.html",
    policies.log_dose_for,
    _dose,
    services.log_dose,
    CHANGED,
    gettext_lazy("Dose entered."),
)


@requires(Perm.LOG_DOSE_FOR)
def log(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return carry_out(request, LOG, "order", selectors.order_for(request.user, pk))
