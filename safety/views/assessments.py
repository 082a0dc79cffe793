"""Judging an event, correcting the judgement, signing it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from safety import policies, selectors, services
from safety.domain.permissions import Perm
from safety.forms.assessments import CorrectionForm, MedicalForm, SeenForm, SignForm
from trialcrm.access.gates import requires
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.htmx import done, show
from trialcrm.users.domain.signatures import Meaning

from .entry import CHANGED, scale_for


def _known(request: HttpRequest, event: Any, latest: Any) -> dict[str, Any]:
    """What every form of a judgement begins with."""
    zone = event.site.time_zone
    scale = scale_for(request, event.study)
    return {"event": event, "scale": scale, "latest": latest, "zone": zone, "today": clock.today(zone)}


@requires(Perm.RECORD_EVENT)
def assess(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.assess_event(request.user, event))
    page = selectors.event_page(request.user, event)
    form = SeenForm(request.POST if request.method == "POST" else None, **_known(request, event, page.latest))
    if request.method == "POST" and form.tell(services.assess_event, event=event, by=request.user):
        return done(request, event.get_absolute_url(), CHANGED, said=_("Assessment added."))
    shown = {"event": event, "page": page, "row": page.row}
    return show(request, "safety/assessments/assess.html", shown, fragment="dialog", form=form)


@requires(Perm.ASSESS_EVENT)
def assess_medically(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.assess_medically(request.user, event))
    page = selectors.event_page(request.user, event)
    products = selectors.products_of(request.user, event)
    posted = request.POST if request.method == "POST" else None
    form = MedicalForm(posted, products=products, **_known(request, event, page.latest))
    if posted is not None and form.tell(services.assess_event, event=event, by=request.user):
        said = _("Assessed. Your signature completes it.")
        return done(request, reverse("safety:event-sign", args=[pk]), CHANGED, said=said)
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "dialog"
    shown = {"event": event, "page": page, "row": page.row}
    return show(request, "safety/assessments/assess_medically.html", shown, fragment=fragment, form=form)


@requires(Perm.RECORD_EVENT)
def correct(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.change_event(request.user, event))
    latest = selectors.latest_assessment(request.user, event)
    if latest is None:
        require(refused(_("It was not assessed yet.")))
    products = selectors.products_to_correct(request.user, latest)
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(posted, products=products, **_known(request, event, latest))
    if posted is not None and form.tell(services.change_assessment, assessment=latest, by=request.user):
        return done(request, event.get_absolute_url(), CHANGED, said=_("Corrected."))
    return show(request, "safety/assessments/correct.html", {"event": event}, fragment="dialog", form=form)


@requires(Perm.ASSESS_EVENT)
def sign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    event = selectors.event_for(request.user, pk)
    require(policies.sign_assessment(request.user, event))
    page = selectors.event_page(request.user, event)
    if not page.awaits_signature:
        require(refused(_("Assess causality first.")))
    posted = request.POST if request.method == "POST" else None
    has_order = bool(selectors.running_order(request.user, event.subject))
    offered: dict[str, Any] = {"due": selectors.follow_up_day(request.user, event), "has_order": has_order}
    form = SignForm(posted, request=request, record=page.latest, meaning=Meaning.CAUSALITY, event=event, **offered)
    if posted is not None and form.tell(services.sign_assessment, event=event, by=request.user):
        return done(request, reverse("safety:review"), CHANGED, said=_("Signed."))
    fragment = "panel" if request.headers.get("HX-Target") == "panel" else "dialog"
    shown = {"event": event, "page": page, "row": page.row}
    return show(request, "safety/assessments/sign.html", shown, fragment=fragment, form=form)
