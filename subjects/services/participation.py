"""A subject's way through the study, one verb for each move."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.participation import EndReason, SubjectState
from subjects.domain.studies import Epoch
from subjects.events import SubjectChanged
from subjects.models import Identity, Site, Subject
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish
from trialcrm.core.partial_dates import PartialDate

from . import schedule
from .consent import Signed, record_consent, withdraw_consent
from .dispositions import MILESTONE, TREATMENT, record_disposition
from .identity import record_identity, refuse_identity_in
from .locking import locked
from .screening import open_attempt


@dataclass(frozen=True, slots=True)
class Coded:
    """What is known of a subject without saying who it is. Sex, race and ethnicity are CDISC submission values."""

    sex_at_birth: str = ""
    race: str = ""
    ethnicity: str = ""
    country: str = ""
    source: str = ""


@recorded("subject.prescreened", gettext_lazy("Put on the pre-screening list"))
def add_to_prescreening(*, by: Any, site: Site, coordinator: Any, coded: Coded) -> Subject:
    """List somebody of interest before consent: no name is kept and no participant id is used up."""
    site = locked(site, "study")
    require(policies.register_subject(by, site))
    count = site.study.subjects.filter(site=site, subject_id__startswith=f"{site.number}-P").count()
    subject = Subject(
        study=site.study,
        site=site,
        subject_id=f"{site.number}-P{count + 1:03d}",
        coordinator=coordinator,
        source=coded.source,
        sex_at_birth=coded.sex_at_birth,
        country=site.institution.country,
    )
    subject.save()
    _published(subject)
    return subject


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
    """
    subject = locked(subject, "study", "site")
    require(policies.enter_screening(by, subject))
    record_consent(by=by, subject=subject, signed=signed)
    subject = locked(subject, "study", "site")
    subject.subject_id = _next_id(subject.site)
    subject.state = SubjectState.SCREENING
    subject.sex_at_birth, subject.race, subject.ethnicity = coded.sex_at_birth, coded.race, coded.ethnicity
    subject.country = coded.country or subject.country
    subject.age = _age(identity.date_of_birth, subject.consented_on)
    subject.save()
    record_identity(by=by, subject=subject, identity=identity)
    open_attempt(subject, subject.consented_on)
    schedule.plan_from_consent(subject)
    record_disposition(subject, "INFORMED CONSENT OBTAINED", subject.consented_on, Epoch.SCREENING, category=MILESTONE)
    _published(subject)
    return subject


def _next_id(site: Site) -> str:
    site = locked(site)
    site.last_sequence += 1
    site.save()
    return f"{site.number}-{site.last_sequence:03d}"


def _age(born: date | None, on: date) -> int | None:
    if born is None:
        return None
    if born > on:
        require(refused(_("The birth date lies after the consent."), "date_of_birth"))
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@recorded("subject.changed", gettext_lazy("Participant changed"))
def change_subject(*, by: Any, subject: Subject, coordinator: Any, coded: Coded, reason: str) -> Subject:
    """Correct coded facts of a subject or hand it to another coordinator."""
    subject = locked(subject, "study", "site")
    require(policies.change_subject(by, subject))
    refuse_identity_in(subject, reason=reason)
    subject.coordinator = coordinator
    subject.sex_at_birth, subject.race, subject.ethnicity = coded.sex_at_birth, coded.race, coded.ethnicity
    subject.save()
    _published(subject)
    return subject


@recorded("subject.enrolled", gettext_lazy("Enrolled"))
def enrol(*, by: Any, subject: Subject, enrolled_on: date) -> Subject:
    """Take an eligible participant into a study in which everybody gets the same, so that nobody is randomised.

    Raises:
        Refused: not eligible, eligibility too old, consent not active, or an impossible date.
    """
    subject = locked(subject, "study", "site")
    require(policies.enrol(by, subject))
    _require_past(subject, enrolled_on, "enrolled_on")
    _require_fresh_eligibility(subject, enrolled_on)
    subject.state = SubjectState.ENROLLED
    subject.save()
    record_disposition(subject, "ENROLLED", enrolled_on, Epoch.SCREENING, category=MILESTONE)
    _published(subject)
    return subject


@recorded("subject.randomised", gettext_lazy("Randomised"))
def randomise(*, by: Any, subject: Subject, randomisation_number: str, randomised_at: datetime) -> Subject:
    """Record the randomisation number. The arm behind it is kept elsewhere and not shown here.

    Raises:
        Refused: not eligible, eligibility too old, consent not active, or the number was used before.
    """
    subject = locked(subject, "study", "site")
    require(policies.randomise(by, subject))
    if randomised_at > clock.now():
        require(refused(_("This time lies in the future."), "randomised_at"))
    on = clock.local(randomised_at, subject.site.time_zone).date()
    _require_fresh_eligibility(subject, on)
    if subject.study.subjects.filter(randomisation_number=randomisation_number).exclude(pk=subject.pk).exists():
        require(refused(_("This randomisation number was used before."), "randomisation_number"))
    subject.state = SubjectState.RANDOMISED
    subject.randomisation_number, subject.randomised_at = randomisation_number, randomised_at
    subject.save()
    record_disposition(subject, "RANDOMIZED", on, Epoch.SCREENING, category=MILESTONE)
    _published(subject)
    return subject


def _require_fresh_eligibility(subject: Subject, on: date) -> None:
    if not subject.consents.filter(status="active").exists():
        require(refused(_("There is no active consent.")))
    attempt = subject.screenings.filter(is_current=True).first()
    valid = subject.study.eligibility_valid_days
    if attempt is None or attempt.eligible_on is None or (on - attempt.eligible_on).days > valid:
        require(refused(_("Eligibility was confirmed more than %(days)s days ago.") % {"days": valid}))


@recorded("subject.first-dose", gettext_lazy("First dose given"))
def start_treatment(*, by: Any, subject: Subject, first_dose_on: date) -> Subject:
    """Record the first dose: day 1 of the study, from which the dated schedule of visits follows."""
    subject = locked(subject, "study", "site")
    require(policies.start_treatment(by, subject))
    _require_past(subject, first_dose_on, "first_dose_on")
    subject.state, subject.first_dose_on = SubjectState.ON_TREATMENT, first_dose_on
    subject.save()
    schedule.plan_from_baseline(subject)
    _published(subject)
    return subject


@recorded("subject.treatment-stopped", gettext_lazy("Treatment stopped"))
def stop_treatment(
    *, by: Any, subject: Subject, last_dose_on: date, end_reason: str, term: str, reason: str = ""
) -> Subject:
    """Stop the treatment and go on following the participant; remaining treatment visits stay planned."""
    subject = locked(subject, "study", "site")
    require(policies.stop_treatment(by, subject))
    _require_past(subject, last_dose_on, "last_dose_on")
    refuse_identity_in(subject, term=term, reason=reason)
    subject.state, subject.last_dose_on = SubjectState.TREATMENT_DISCONTINUED, last_dose_on
    subject.save()
    record_disposition(subject, end_reason, last_dose_on, Epoch.TREATMENT, term=term, subcategory=TREATMENT)
    _published(subject)
    return subject


@recorded("subject.follow-up", gettext_lazy("Entered follow-up"))
def enter_follow_up(*, by: Any, subject: Subject, reason: str = "") -> Subject:
    """Treatment is over, or somebody lost was found again: follow-up begins."""
    subject = locked(subject, "study", "site")
    require(policies.enter_follow_up(by, subject))
    refuse_identity_in(subject, reason=reason)
    subject.state, subject.ended_on, subject.end_reason = SubjectState.FOLLOW_UP, None, ""
    subject.save()
    _published(subject)
    return subject


@recorded("subject.completed", gettext_lazy("Completed the study"))
def complete_participation(*, by: Any, subject: Subject, ended_on: date) -> Subject:
    """The participant finished as the protocol plans it."""
    subject = locked(subject, "study", "site")
    require(policies.complete_participation(by, subject))
    return _end(subject, SubjectState.COMPLETED, EndReason.COMPLETED, ended_on)


@recorded("subject.withdrawn", gettext_lazy("Withdrawn"))
def withdraw(
    *, by: Any, subject: Subject, ended_on: date, end_reason: str, extent: str, term: str = "", reason: str = ""
) -> Subject:
    """Participation ends early. Withdrawing is the participant's right and needs no reason (ICH E6(R3) 2.9).

    Data collected so far are kept.
    """
    subject = locked(subject, "study", "site")
    require(policies.withdraw(by, subject))
    refuse_identity_in(subject, term=term, reason=reason)
    subject.withdrawal_extent = extent
    for consent in subject.consents.filter(status="active"):
        withdraw_consent(by=by, consent=consent, withdrawn_on=ended_on, reason=reason)
    return _end(subject, SubjectState.WITHDRAWN, end_reason, ended_on, term)


@recorded("subject.lost", gettext_lazy("Lost to follow-up"))
def lose_to_follow_up(*, by: Any, subject: Subject, ended_on: date, reason: str) -> Subject:
    """The participant could not be reached; `ended_on` is the last contact, the reason lists the attempts."""
    subject = locked(subject, "study", "site")
    require(policies.lose_to_follow_up(by, subject))
    refuse_identity_in(subject, reason=reason)
    return _end(subject, SubjectState.LOST_TO_FOLLOW_UP, EndReason.LOST_TO_FOLLOW_UP, ended_on)


@recorded("subject.died", gettext_lazy("Death recorded"))
def record_death(*, by: Any, subject: Subject, died_on: PartialDate, reason: str = "") -> Subject:
    """Record a death; the date may be known only in part."""
    subject = locked(subject, "study", "site")
    require(policies.record_death(by, subject))
    refuse_identity_in(subject, reason=reason)
    today = clock.today(subject.site.time_zone)
    if died_on.lower > today:
        require(refused(_("This date lies in the future."), "died_on"))
    subject.died_on = died_on.text
    return _end(subject, SubjectState.DIED, EndReason.DEATH, min(died_on.upper, today), exact=died_on)


def _end(
    subject: Subject, state: str, end_reason: str, on: date, term: str = "", exact: PartialDate | None = None
) -> Subject:
    _require_past(subject, on, "ended_on")
    subject.state, subject.ended_on, subject.end_reason = state, on, end_reason
    subject.save()
    epoch = Epoch.TREATMENT if subject.first_dose_on else Epoch.SCREENING
    record_disposition(subject, end_reason, on, epoch, term=term, exact=exact)
    schedule.cancel_open_visits(subject)
    _published(subject)
    return subject


def _require_past(subject: Subject, on: date, field: str) -> None:
    if on > clock.today(subject.site.time_zone):
        require(refused(_("This date lies in the future."), field))
    if subject.consented_on and on < subject.consented_on:
        require(refused(_("This date is before consent."), field))


def _published(subject: Subject) -> None:
    publish(SubjectChanged(subject.study_id, subject.site_id, subject.pk, subject.state))
