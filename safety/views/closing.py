"""Acts that move an event on: to the investigator and back, resolved, closed, dismissed, void, reopened."""

import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety import policies, selectors, services
from safety.domain.permissions import Perm
from safety.forms.closing import BatchForm, NoFieldsForm, ResolveForm, VoidForm, WhyForm
from subjects.selectors import focus_of
from trialcrm.access.gates import requires
from trialcrm.core.decisions import Decision, Words, refused, require
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.forms import SigningForm

from .entry import CHANGED


class Act(NamedTuple):
    """One act: its template, its rule, the service that does it, and what is said then."""

    name: str
    rule: Callable[..., Decision]
    service: Callable[..., Any]
    said: Words


ASK = Act("ask_review", policies.ask_review, services.ask_review, gettext_lazy("Sent to the investigator."))
BACK = Act("return", policies.return_event, services.return_event, gettext_lazy("Returned with your question."))
RESOLVE = Act("resolve", policies.resolve_event, services.resolve_event, gettext_lazy("Resolved."))
REOPEN = Act("reopen", policies.reopen_event, services.reopen_event, gettext_lazy("Reopened."))
DISMISS = Act("dismiss", policies.dismiss_draft, services.dismiss_draft, gettext_lazy("Dismissed."))
VOID = Act("void", policies.void_event, services.void_event, gettext_lazy("Made void."))


def _act(request: HttpRequest, pk: uuid.UUID, act: Act, form_of: Callable[[Any, Any], Form]) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(act.rule(request.user, event))
    form = form_of(request.POST if request.method == "POST" else None, event)
    if request.method == "POST" and form.tell(act.service, event=event, by=request.user):
        return done(request, event.get_absolute_url(), CHANGED, said=act.said)
    return show(request, f"safety/closing/{act.name}.html", {"event": event}, fragment="dialog", form=form)


@requires(Perm.RECORD_EVENT)
def ask_review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, ASK, lambda posted, event: NoFieldsForm(posted))


@requires(Perm.ASSESS_EVENT)
def send_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, BACK, lambda posted, event: WhyForm(posted))


@requires(Perm.RECORD_EVENT)
def resolve(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, RESOLVE, lambda posted, event: ResolveForm(posted, event=event))


@requires(Perm.RECORD_EVENT)
def reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, REOPEN, lambda posted, event: WhyForm(posted))


@requires(Perm.ASSESS_EVENT)
def dismiss(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, DISMISS, lambda posted, event: WhyForm(posted))


@requires(Perm.RECORD_EVENT)
def void(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return _act(request, pk, VOID, lambda posted, event: VoidForm(posted, user=request.user, event=event))


@requires(Perm.CLOSE_EVENT)
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.close_event(request.user, event))
    form = SigningForm(
        request.POST if request.method == "POST" else None, request=request, record=event, meaning=Meaning.REVIEWED
    )
    if request.method == "POST" and form.tell(services.close_event, event=event, by=request.user):
        return done(request, event.get_absolute_url(), CHANGED, said=_("Closed."))
    return show(request, "safety/closing/close.html", {"event": event}, fragment="dialog", form=form)


@requires(Perm.CLOSE_EVENT)
def close_together(request: HttpRequest) -> HttpResponse:
    """Mild events that are not serious, with one proof of identity and a signature each."""
    focus = focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    rows = [row for row in selectors.to_close(request.user, focus) if policies.close_event(request.user, row)]
    if not rows:
        require(refused(_("No mild event waits to be closed.")))
    form = BatchForm(
        request.POST if request.method == "POST" else None, request=request, rows=rows, meaning=Meaning.REVIEWED
    )
    if request.method == "POST" and form.tell(services.close_events, by=request.user):
        return done(request, reverse("safety:review"), CHANGED, said=_("Closed."))
    return show(request, "safety/closing/close_together.html", {"rows": rows}, fragment="dialog", form=form)
