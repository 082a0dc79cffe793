"""What happens to a visit besides its booking."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.visits import CompletionForm, NotDoneForm, StartForm, UnscheduledForm
from trialcrm.access.gates import requires
from trialcrm.core.decisions import Decision, require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show


class Act(NamedTuple):
    """One act: its rule, what is asked, the service that does it. The name is that of its template."""

    name: str
    rule: Callable[..., Decision]
    form: Callable[..., Form]
    service: Callable[..., Any]


START = Act("start", policies.start_visit, StartForm, services.start_visit)
COMPLETE = Act("complete", policies.complete_visit, CompletionForm, services.complete_visit)
MISS = Act("miss", policies.miss_visit, NotDoneForm, services.miss_visit)
CANCEL = Act("cancel", policies.cancel_visit, NotDoneForm, services.cancel_visit)


def _act(request: HttpRequest, pk: uuid.UUID, act: Act, said: Callable[[Any], str]) -> HttpResponse:
    visit = selectors.visit_for(request.user, pk)
    require(act.rule(request.user, visit))
    form = act.form(request.POST if request.method == "POST" else None, visit=visit)
    told = form.tell(act.service, visit=visit, by=request.user) if request.method == "POST" else None
    if told:
        return done(request, visit.get_absolute_url(), "visit-changed", said=said(told))
    return show(request, f"subjects/visits/{act.name}.html", {"visit": visit}, fragment="dialog", form=form)


@requires(Perm.CHANGE_VISIT)
def start(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, START, lambda visit: _("Arrival recorded."))


@requires(Perm.CHANGE_VISIT)
def complete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    def said(visit: Any) -> str:
        return " ".join([_completed(visit), *_followed(request.user, visit)])

    return _act(request, pk, COMPLETE, said)


def _completed(visit: Any) -> str:
    off = visit.deviation_days or 0
    if off > 0:
        return ngettext("Visit completed, %(n)d day late.", "Visit completed, %(n)d days late.", off) % {"n": off}
    if off < 0:
        return ngettext("Visit completed, %(n)d day early.", "Visit completed, %(n)d days early.", -off) % {"n": -off}
    return _("Visit completed.")


def _followed(user: Any, visit: Any) -> list[str]:
    """What is counted from the visit, with its target by now."""
    names = [
        f"{item.visit_type}, {formats.date_format(item.target_on, 'j M Y')}"
        for item in selectors.counted_from(user, visit)
        if item.target_on
    ]
    return [_("Counted from it: %(visits)s.") % {"visits": "; ".join(names)}] if names else []


@requires(Perm.CHANGE_VISIT)
def miss(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, MISS, lambda visit: _("Recorded as missed."))


@requires(Perm.CHANGE_VISIT)
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, CANCEL, lambda visit: _("Visit cancelled."))


@requires(Perm.CHANGE_VISIT)
def add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    subject = selectors.subject_for(request.user, pk)
    require(policies.add_unscheduled_visit(request.user, subject))
    form = UnscheduledForm(request.POST if request.method == "POST" else None, subject=subject)
    told = None
    if request.method == "POST":
        told = form.tell(services.add_unscheduled_visit, subject=subject, by=request.user)
    if told:
        return done(request, told.get_absolute_url(), "visit-changed", said=_("Unscheduled visit added."))
    return show(request, "subjects/visits/add.html", {"subject": subject}, fragment="dialog", form=form)
