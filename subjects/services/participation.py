"""A subject's way through the study after screening, one verb for each move."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.consent import ConsentStatus
from subjects.domain.participation import (
    ENDED,
    LEAVING,
    OWN_WISH,
    STOPPING,
    EndReason,
    SubjectState,
    WithdrawalExtent,
)
from subjects.domain.screening import FailReason
from subjects.domain.studies import Epoch
from subjects.events import SubjectChanged
from subjects.models import Study, Subject
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish
from trialcrm.core.partial_dates import PartialDate

from . import schedule
from .consent import withdraw_consent
from .dispositions import MILESTONE, OTHER, TREATMENT, record_disposition, take_back_end
from .identity import refuse_identity_in
from .locking import locked
from .screening import close_attempt


@recorded("subject.enrolled", gettext_lazy("Enrolled"))
def enrol(*, by: Any, subject: Subject, enrolled_on: date) -> Subject:
    """Take an eligible participant into a study in which everybody gets the same, so that nobody is randomised.

    Raises:
        Refused: not eligible, eligibility too old, consent not active, or an impossible date.
    """
    subject = locked(subject, "study", "site")
    require(policies.enrol(by, subject))
    _require_past(subject, enrolled_on, "enrolled_on")
    _require_fresh_eligibility(subject, enrolled_on, "enrolled_on")
    subject.state = SubjectState.ENROLLED
    subject.save()
    record_disposition(subject, "ENROLLED", enrolled_on, Epoch.SCREENING, category=MILESTONE)
    _published(subject)
    return subject


@recorded("subject.randomised", gettext_lazy("Randomised"))
def randomise(*, by: Any, subject: Subject, randomisation_number: str, randomised_at: datetime) -> Subject:
    """Record the randomisation number. The arm behind it is kept elsewhere and not shown here.

    Raises:
        Refused: not eligible, eligibility too old or later, consent not active, or the number was used before.
    """
    subject = locked(subject, "study", "site")
    require(policies.randomise(by, subject))
    if randomised_at > clock.now():
        require(refused(_("This time lies in the future."), "randomised_at"))
    on = clock.local(randomised_at, subject.site.time_zone).date()
    _require_fresh_eligibility(subject, on, "randomised_at")
    _require_new_number(subject.study, randomisation_number)
    subject.state = SubjectState.RANDOMISED
    subject.randomisation_number, subject.randomised_at = randomisation_number, randomised_at
    subject.save()
    record_disposition(subject, "RANDOMIZED", on, Epoch.SCREENING, category=MILESTONE)
    _published(subject)
    return subject


def _require_new_number(study: Study, number: str) -> None:
    """The study is held, so that the same number given twice at once is refused in words and not by the database."""
    if locked(study).subjects.filter(randomisation_number=number).exists():
        require(refused(_("This randomisation number was used before."), "randomisation_number"))


def _require_fresh_eligibility(subject: Subject, on: date, field: str) -> None:
    attempt = subject.screenings.filter(is_current=True).first()
    valid = subject.study.eligibility_valid_days
    if attempt is None or attempt.eligible_on is None:
        require(refused(_("Eligibility was not confirmed.")))
    elif on < attempt.eligible_on:
        require(refused(_("This is before eligibility was confirmed."), field))
    elif (on - attempt.eligible_on).days > valid:
        require(refused(_("Eligibility was confirmed more than %(days)s days before.") % {"days": valid}, field))


@recorded("subject.first-dose", gettext_lazy("First dose given"))
def start_treatment(*, by: Any, subject: Subject, first_dose_on: date) -> Subject:
    """Record the first dose: day 1 of the study, from which the dated schedule of visits follows.

    Raises:
        Refused: not randomised or enrolled, or a date in the future or before randomisation.
    """
    subject = locked(subject, "study", "site")
    require(policies.start_treatment(by, subject))
    _require_past(subject, first_dose_on, "first_dose_on")
    zone = subject.site.time_zone
    if subject.randomised_at and first_dose_on < clock.local(subject.randomised_at, zone).date():
        require(refused(_("This is before randomisation."), "first_dose_on"))
    subject.state, subject.first_dose_on = SubjectState.ON_TREATMENT, first_dose_on
    subject.save()
    schedule.plan_from_baseline(subject)
    _published(subject)
    return subject


@recorded("subject.treatment-stopped", gettext_lazy("Treatment stopped"))
def stop_treatment(
    *, by: Any, subject: Subject, last_dose_on: date, end_reason: str, term: str, reason: str = ""
) -> Subject:
    """Stop the treatment and go on following the participant; remaining visits stay planned.

    Raises:
        Refused: not on treatment, an impossible date, or a reason for which treatment does not stop early.
    """
    subject = locked(subject, "study", "site")
    require(policies.stop_treatment(by, subject))
    _require_reason(end_reason, STOPPING)
    _last_dose(subject, last_dose_on)
    refuse_identity_in(subject, term=term, reason=reason)
    subject.state = SubjectState.TREATMENT_DISCONTINUED
    subject.save()
    record_disposition(subject, end_reason, last_dose_on, Epoch.TREATMENT, term=term, subcategory=TREATMENT)
    _published(subject)
    return subject


def _last_dose(subject: Subject, on: date) -> None:
    _require_past(subject, on, "last_dose_on")
    if subject.first_dose_on and on < subject.first_dose_on:
        require(refused(_("This is before the first dose."), "last_dose_on"))
    subject.last_dose_on = on


@recorded("subject.follow-up", gettext_lazy("Entered follow-up"))
def enter_follow_up(*, by: Any, subject: Subject, last_dose_on: date | None = None, reason: str = "") -> Subject:
    """Treatment is over, or somebody lost was found again: follow-up begins.

    Raises:
        Refused: never treated, an impossible date of the last dose, or somebody lost is back without a word why.
    """
    subject = locked(subject, "study", "site")
    require(policies.enter_follow_up(by, subject))
    refuse_identity_in(subject, reason=reason)
    if last_dose_on:
        _last_dose(subject, last_dose_on)
    if subject.state == SubjectState.LOST_TO_FOLLOW_UP:
        if not reason:
            require(refused(_("Say how the participant was found again."), "reason"))
        take_back_end(subject)
        schedule.plan_again(subject)
    subject.state, subject.ended_on, subject.end_reason = SubjectState.FOLLOW_UP, None, ""
    subject.save()
    _published(subject)
    return subject


@recorded("subject.completed", gettext_lazy("Completed the study"))
def complete_participation(*, by: Any, subject: Subject, ended_on: date) -> Subject:
    """The participant finished as the protocol plans it, as an investigator attests."""
    subject = locked(subject, "study", "site")
    require(policies.complete_participation(by, subject))
    return _end(subject, SubjectState.COMPLETED, EndReason.COMPLETED, ended_on, by=by)


@recorded("subject.withdrawn", gettext_lazy("Withdrawn"))
def withdraw(
    *, by: Any, subject: Subject, ended_on: date, end_reason: str, extent: str, term: str = "", reason: str = ""
) -> Subject:
    """Participation ends early. Withdrawing is the participant's right and needs no reason (ICH E6(R3) 2.9).

    Data collected so far are kept. Where it is the participant's own wish and goes beyond treatment, consent ends
    with it.

    Raises:
        Refused: participation is over, an impossible date, or a reason that is another move, like a death.
    """
    subject = locked(subject, "study", "site")
    require(policies.withdraw(by, subject))
    _require_reason(end_reason, LEAVING)
    refuse_identity_in(subject, term=term, reason=reason)
    subject.withdrawal_extent = extent
    ended = _end(subject, SubjectState.WITHDRAWN, end_reason, ended_on, by=by, term=term)
    if end_reason in OWN_WISH and extent != WithdrawalExtent.TREATMENT:
        for consent in subject.consents.filter(status=ConsentStatus.ACTIVE):
            withdraw_consent(by=by, consent=consent, withdrawn_on=ended_on, reason=reason)
    return ended


def _require_reason(end_reason: str, among: frozenset[EndReason]) -> None:
    if end_reason not in among:
        require(refused(_("This is not a reason for it; another act records it."), "end_reason"))


@recorded("subject.lost", gettext_lazy("Lost to follow-up"))
def lose_to_follow_up(*, by: Any, subject: Subject, ended_on: date, reason: str) -> Subject:
    """The participant could not be reached; `ended_on` is the last contact, the reason lists the attempts."""
    subject = locked(subject, "study", "site")
    require(policies.lose_to_follow_up(by, subject))
    refuse_identity_in(subject, reason=reason)
    return _end(subject, SubjectState.LOST_TO_FOLLOW_UP, EndReason.LOST_TO_FOLLOW_UP, ended_on, by=by)


@recorded("subject.died", gettext_lazy("Death recorded"))
def record_death(*, by: Any, subject: Subject, died_on: PartialDate, reason: str = "") -> Subject:
    """Record a death; the date may be known only in part.

    Where participation had ended before, its reason stays: there is one reason for the end of participation.
    """
    subject = locked(subject, "study", "site")
    require(policies.record_death(by, subject))
    refuse_identity_in(subject, reason=reason)
    today = clock.today(subject.site.time_zone)
    if died_on.lower > today:
        require(refused(_("This date lies in the future."), "died_on"))
    if subject.consented_on and died_on.upper < subject.consented_on:
        require(refused(_("This date is before consent."), "died_on"))
    subject.died_on = died_on.text
    on = min(died_on.upper, today)
    if subject.state in ENDED and subject.end_reason:
        return _died_afterwards(subject, on, died_on)
    return _end(subject, SubjectState.DIED, EndReason.DEATH, on, by=by, exact=died_on)


def _died_afterwards(subject: Subject, on: date, exact: PartialDate) -> Subject:
    subject.state = SubjectState.DIED
    subject.save()
    record_disposition(subject, EndReason.DEATH, on, Epoch.FOLLOW_UP, category=OTHER, exact=exact)
    _published(subject)
    return subject


#: What an attempt that was still open becomes when participation ends.
_ATTEMPT_ENDS = {SubjectState.WITHDRAWN: FailReason.WITHDREW}


def _end(
    subject: Subject,
    state: SubjectState,
    end_reason: str,
    on: date,
    *,
    by: Any,
    term: str = "",
    exact: PartialDate | None = None,
) -> Subject:
    _require_past(subject, on, "ended_on")
    if exact is None and subject.first_dose_on and on < subject.first_dose_on:
        require(refused(_("This is before the first dose."), "ended_on"))
    subject.state, subject.ended_on, subject.end_reason = state, on, end_reason
    subject.save()
    epoch = Epoch.TREATMENT if subject.first_dose_on else Epoch.SCREENING
    record_disposition(subject, end_reason, on, epoch, term=term, exact=exact)
    close_attempt(by, subject, on, _ATTEMPT_ENDS.get(state, FailReason.NOT_COMPLETED))
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
