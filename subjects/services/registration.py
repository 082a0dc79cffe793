"""How somebody becomes a subject: the pre-screening list, consent, a participant id; and corrections of coded facts."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.participation import Coded, SubjectState, age_on
from subjects.domain.studies import Epoch
from subjects.events import SubjectChanged
from subjects.models import Identity, Signed, Site, Subject
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish

from . import schedule
from .consent import record_consent
from .dispositions import INFORMED_CONSENT, MILESTONE, record_disposition
from .identity import record_identity, refuse_identity_in
from .locking import locked
from .screening import open_attempt


@recorded("subject.prescreened", gettext_lazy("Put on the pre-screening list"))
def add_to_prescreening(*, by: Any, site: Site, coordinator: Any, coded: Coded) -> Subject:
    """List somebody of interest before consent: no name is kept and no participant id is used up.

    Raises:
        Refused: by role, or because the study or the site does not recruit.
    """
    site = locked(site, "study", "institution")
    require(policies.register_subject(by, site))
    subject = Subject(
        study=site.study,
        site=site,
        subject_id=_next_list_number(site),
        coordinator=coordinator,
        source=coded.source,
        sex_at_birth=coded.sex_at_birth,
        country=site.institution.country,
    )
    subject.save()
    _published(subject)
    return subject


def _next_list_number(site: Site) -> str:
    """A number of the pre-screening list. Everybody at a site was listed once, so counting them never repeats one."""
    number = site.subjects.count() + 1
    while site.study.subjects.filter(subject_id=f"{site.number}-P{number:03d}").exists():
        number += 1
    return f"{site.number}-P{number:03d}"


@recorded("subject.registered", gettext_lazy("Registered"))
def register_subject(
    *, by: Any, site: Site, coordinator: Any, identity: Identity, coded: Coded, signed: Signed
) -> Subject:
    """Register a participant with a signed consent: gives the id, opens screening, plans the screening visits.

    Raises:
        Refused: by role, because the site does not recruit, or because the consent is not valid.
    """
    listed = add_to_prescreening(by=by, site=site, coordinator=coordinator, coded=coded)
    return enter_screening(by=by, subject=listed, identity=identity, coded=coded, signed=signed)


@recorded("subject.entered-screening", gettext_lazy("Entered screening"))
def enter_screening(*, by: Any, subject: Subject, identity: Identity, coded: Coded, signed: Signed) -> Subject:
    """Take somebody from the pre-screening list into screening.

    The participant id is the site's number and a sequence; it is never reused and says nothing about the person.

    Raises:
        Refused: not on the list, the site does not recruit, the consent is not valid, a birth date after it, or a
            record number that another participant of the site has.
    """
    subject = locked(subject, "study", "site")
    require(policies.enter_screening(by, subject))
    subject.state = SubjectState.SCREENING
    subject.subject_id = _next_id(subject.site)
    _code(subject, coded)
    subject.country = coded.country or subject.country
    subject.age = _age(identity, clock.local(signed.signed_at, subject.site.time_zone).date())
    subject.save()
    record_identity(by=by, subject=subject, identity=identity)
    refuse_identity_in(subject, source=subject.source)
    consent = record_consent(by=by, subject=subject, signed=signed)
    return _begun(consent.subject, consented_on=clock.local(signed.signed_at, subject.site.time_zone).date())


def _begun(subject: Subject, consented_on: date) -> Subject:
    open_attempt(subject, consented_on)
    schedule.plan_from_consent(subject)
    record_disposition(subject, INFORMED_CONSENT, consented_on, Epoch.SCREENING, category=MILESTONE)
    _published(subject)
    return subject


def _next_id(site: Site) -> str:
    """The next participant id of a site; numbers that an import brought are passed over."""
    site = locked(site, "study")
    site.last_sequence += 1
    while site.study.subjects.filter(subject_id=_id(site)).exists():
        site.last_sequence += 1
    site.save()
    return _id(site)


def _id(site: Site) -> str:
    return f"{site.number}-{site.last_sequence:03d}"


def _code(subject: Subject, coded: Coded) -> None:
    subject.sex_at_birth, subject.race, subject.ethnicity = coded.sex_at_birth, coded.race, coded.ethnicity
    subject.source = coded.source or subject.source


def _age(identity: Identity, on: date) -> int | None:
    if identity.date_of_birth and identity.date_of_birth > on:
        require(refused(_("The birth date lies after the consent."), "date_of_birth"))
    return age_on(identity.date_of_birth, on)


@recorded("subject.changed", gettext_lazy("Participant changed"))
def change_subject(*, by: Any, subject: Subject, coordinator: Any, coded: Coded, reason: str) -> Subject:
    """Correct coded facts of a subject or hand it to another coordinator."""
    subject = locked(subject, "study", "site")
    require(policies.change_subject(by, subject))
    refuse_identity_in(subject, reason=reason, source=coded.source)
    subject.coordinator = coordinator
    _code(subject, coded)
    subject.save()
    _published(subject)
    return subject


def _published(subject: Subject) -> None:
    publish(SubjectChanged(subject.study_id, subject.site_id, subject.pk, subject.state))
