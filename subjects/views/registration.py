"""Registering participants, their consent, who they are, and what is known of them in code."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from subjects import policies, selectors, services
from subjects.domain.permissions import Perm
from subjects.forms.registration import (
    ConsentCorrectionForm,
    ConsentForm,
    ConsentWithdrawalForm,
    EnterScreeningForm,
    IdentityForm,
    PrescreenForm,
    RegistrationForm,
    SubjectChangeForm,
)
from trialcrm.access.gates import requires
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show


@requires(Perm.CHANGE_SUBJECT)
def register(request: HttpRequest) -> HttpResponse:
    """A new participant with a signed consent, at a site that is chosen first."""
    return _at_a_site(request, RegistrationForm, services.register_subject, "subjects/registration/register.html")


@requires(Perm.CHANGE_SUBJECT)
def prescreen(request: HttpRequest) -> HttpResponse:
    """Somebody of interest, before consent."""
    return _at_a_site(request, PrescreenForm, services.add_to_prescreening, "subjects/registration/prescreen.html")


def _at_a_site(request: HttpRequest, form_class: type, service: object, template: str) -> HttpResponse:
    sites = selectors.sites_to_register_at(request.user)
    chosen = request.GET.get("site") or (str(sites[0].pk) if len(sites) == 1 else "")
    if not chosen:
        return show(request, template, {"sites": sites})
    site = selectors.site_for(request.user, chosen)
    require(policies.register_subject(request.user, site))
    form = form_class(request.POST if request.method == "POST" else None, user=request.user, site=site)
    if request.method == "POST" and (made := form.tell(service, site=site, by=request.user)):
        said = _("%(subject)s is registered.") % {"subject": made}
        return done(request, made.get_absolute_url(), "subject-changed", said=said)
    shown = {"sites": sites, "site": site, "version": selectors.version_in_force(request.user, site)}
    return show(request, template, shown, form=form)


@requires(Perm.CHANGE_CONSENT)
def enter_screening(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody of the pre-screening list signs a consent and gets a participant id."""
    subject = selectors.subject_for(request.user, pk)
    require(policies.enter_screening(request.user, subject))
    initial = {"sex_at_birth": subject.sex_at_birth, "source": subject.source}
    posted = request.POST if request.method == "POST" else None
    form = EnterScreeningForm(posted, user=request.user, site=subject.site, initial=initial)
    if request.method == "POST" and (entered := form.tell(services.enter_screening, subject=subject, by=request.user)):
        said = _("%(subject)s is in screening.") % {"subject": entered}
        return done(request, entered.get_absolute_url(), "subject-changed", said=said)
    version = selectors.version_in_force(request.user, subject.site)
    shown = {"subject": subject, "site": subject.site, "version": version}
    return show(request, "subjects/registration/enter_screening.html", shown, form=form)


@requires(Perm.CHANGE_CONSENT)
def consent(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Another consent of somebody taking part."""
    subject = selectors.subject_for(request.user, pk, Perm.VIEW_CONSENT)
    require(policies.record_consent(request.user, subject))
    form = ConsentForm(request.POST if request.method == "POST" else None, user=request.user, site=subject.site)
    if request.method == "POST" and form.tell(services.record_consent, subject=subject, by=request.user):
        url = reverse("subjects:subject-screening", args=[pk])
        return done(request, url, "consent-changed", said=_("Consent recorded."))
    return show(request, "subjects/registration/consent.html", {"subject": subject}, fragment="dialog", form=form)


@requires(Perm.CHANGE_CONSENT)
def withdraw_consent(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A participant takes a consent back."""
    found = selectors.consent_for(request.user, pk)
    require(policies.withdraw_consent(request.user, found))
    posted = request.POST if request.method == "POST" else None
    form = ConsentWithdrawalForm(posted, today=clock.today(found.site.time_zone))
    if request.method == "POST" and form.tell(services.withdraw_consent, consent=found, by=request.user):
        url = reverse("subjects:subject-screening", args=[found.subject_id])
        return done(request, url, "consent-changed", said=_("Consent withdrawn."))
    shown = {"consent": found, "subject": found.subject}
    return show(request, "subjects/registration/withdraw_consent.html", shown, fragment="dialog", form=form)


@requires(Perm.CHANGE_CONSENT)
def correct_consent(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A consent was typed wrongly: it is marked as such, and the right one stands in its place."""
    found = selectors.consent_for(request.user, pk)
    require(policies.correct_consent(request.user, found))
    form = ConsentCorrectionForm(request.POST if request.method == "POST" else None, user=request.user, consent=found)
    if request.method == "POST" and form.tell(services.correct_consent, consent=found, by=request.user):
        url = reverse("subjects:subject-screening", args=[found.subject_id])
        return done(request, url, "consent-changed", said=_("Consent corrected."))
    shown = {"consent": found, "subject": found.subject}
    return show(request, "subjects/registration/correct_consent.html", shown, fragment="dialog", form=form)


@requires(Perm.VIEW_IDENTITY)
def identity(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who the participant is; whoever keeps it may correct it. Reading is logged."""
    subject = selectors.subject_for(request.user, pk, Perm.VIEW_IDENTITY)
    known = selectors.identity_of(request.user, subject, where="identity")
    may_change = policies.change_identity(request.user, subject)
    posted = request.POST if request.method == "POST" else None
    form = IdentityForm(posted, identity=known) if known and may_change else None
    if request.method == "POST":
        require(may_change)
        if form and form.tell(services.change_identity, subject=subject, by=request.user):
            return done(request, subject.get_absolute_url(), "subject-changed", said=_("Identity changed."))
    shown = {"subject": subject, "identity": known, "may_change": may_change}
    return show(request, "subjects/registration/identity.html", shown, fragment="dialog", form=form)


@requires(Perm.CHANGE_SUBJECT)
def change(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct coded facts, or hand the participant to another coordinator."""
    subject = selectors.subject_for(request.user, pk)
    require(policies.change_subject(request.user, subject))
    form = SubjectChangeForm(request.POST if request.method == "POST" else None, user=request.user, subject=subject)
    if request.method == "POST" and form.tell(services.change_subject, subject=subject, by=request.user):
        return done(request, subject.get_absolute_url(), "subject-changed", said=_("Details changed."))
    return show(request, "subjects/registration/change.html", {"subject": subject}, fragment="dialog", form=form)
