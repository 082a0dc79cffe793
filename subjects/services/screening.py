"""Attempts at screening: answers, results, eligibility, another attempt."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.consent import ConsentStatus, in_force
from subjects.domain.participation import EndReason, SubjectState
from subjects.domain.screening import OPEN, Answer, Answered, FailReason, Given, ScreeningStatus, unanswered, unmet
from subjects.domain.studies import Epoch
from subjects.events import ScreeningChanged, SubjectChanged
from subjects.models import CriterionResult, EligibilityCriterion, Screening, Subject
from trialcrm.audit import bulk
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish
from trialcrm.users.domain.signatures import Meaning, Proof
from trialcrm.users.services import sign

from . import schedule
from .dispositions import record_disposition, take_back_end
from .identity import refuse_identity_in
from .locking import locked

Answers = Mapping[uuid.UUID, Given]


def open_attempt(subject: Subject, screening_date: date) -> Screening:
    """Open the next attempt inside an act under way; earlier ones are kept as they are."""
    last = subject.screenings.filter(is_current=True).first()
    if last:
        last.is_current = False
        last.save()
    attempt = Screening(
        subject=subject,
        attempt=last.attempt + 1 if last else 1,
        status=ScreeningStatus.RESCREEN if last else ScreeningStatus.PENDING,
        screening_date=screening_date,
    )
    attempt.save()
    return attempt


def begin_on(subject: Subject, was: date, on: date) -> None:
    """The day of consent was typed wrongly: the attempt that it opened begins on the right one, inside that act."""
    for attempt in subject.screenings.filter(attempt=1, screening_date=was):
        attempt.screening_date = on
        attempt.save()
        _published(attempt)


def close_attempt(by: Any, subject: Subject, on: date, fail_reason: str) -> None:
    """Close an attempt that is still open when participation ends, inside the act that ends it."""
    attempt = subject.screenings.filter(is_current=True, status__in=OPEN).first()
    if attempt:
        attempt.fail_reason = fail_reason
        _decide(attempt, ScreeningStatus.FAILED, max(on, attempt.screening_date), by)


@recorded("screening.answered", gettext_lazy("Criteria answered"))
def answer_criteria(*, by: Any, screening: Screening, answers: Answers, notes: str = "", reason: str = "") -> Screening:
    """Record answers to criteria while the attempt is open; answers already given change only with a reason.

    Raises:
        Refused: the attempt is decided, a criterion belongs to another study or does not allow “not applicable”, a
            text names the person, or an answer already given changes without a reason.
    """
    screening = locked(screening, "subject", "study", "site")
    require(policies.answer_criteria(by, screening))
    refuse_identity_in(screening.subject, notes=notes, reason=reason)
    _answer(screening, answers, by, reason)
    screening.notes = notes or screening.notes
    screening.save()
    _published(screening)
    return screening


def _answer(screening: Screening, answers: Answers, by: Any, reason: str) -> None:
    criteria = {item.pk: item for item in EligibilityCriterion.objects.filter(study=screening.study, pk__in=answers)}
    results = {item.criterion_id: item for item in screening.results.select_related("screening", "criterion")}
    today = clock.today(screening.site.time_zone)
    refuse_identity_in(screening.subject, **{f"evidence_{pk}": given.evidence or "" for pk, given in answers.items()})
    new = []
    for pk, given in answers.items():
        if pk not in criteria:
            require(refused(_("This criterion belongs to another study.")))
        result = results.get(pk) or CriterionResult(
            subject=screening.subject, screening=screening, criterion=criteria[pk]
        )
        evidence = result.evidence if given.evidence is None else given.evidence
        if (result.answer, result.evidence) == (given.answer, evidence):
            continue
        _require_sensible(criteria[pk], given)
        if corrects(result, given) and not reason:
            require(refused(_("Say why an answer that was already given changes."), "reason"))
        result.answer, result.evidence = given.answer, evidence
        result.assessed_by_id, result.assessed_on = by.pk, today
        if pk in results:
            result.save()
        else:
            new.append(result)
    bulk.create(new, told=True)


def corrects(result: CriterionResult, given: Given) -> bool:
    """Whether something already recorded would change; evidence added to an answer corrects nothing."""
    return bool(result.answer and result.answer != given.answer) or bool(
        result.evidence and given.evidence not in (None, result.evidence)
    )


def _require_sensible(criterion: EligibilityCriterion, given: Given) -> None:
    field = f"answer_{criterion.pk}"
    if given.answer and given.answer not in Answer.values:
        require(refused(_("%(code)s has an answer that does not exist.") % {"code": criterion.code}, field))
    if given.answer == Answer.NOT_APPLICABLE and not criterion.allows_not_applicable:
        require(refused(_("%(code)s is answered with yes or no.") % {"code": criterion.code}, field))


@recorded("screening.passed", gettext_lazy("Screening passed"))
def pass_screening(
    *,
    by: Any,
    screening: Screening,
    decided_on: date,
    answers: Answers | None = None,
    notes: str = "",
    reason: str = "",
) -> Screening:
    """Record that every criterion is met. There are no waivers.

    An investigator then confirms eligibility; until then the participant stays in screening.

    Raises:
        Refused: a criterion is open or unmet, the date is impossible, or consent is not active.
    """
    screening = _prepare(by, screening, decided_on, answers, notes=notes, reason=reason)
    given = answered(screening)
    if unanswered(given):
        require(refused(_("Not answered yet: %(codes)s.") % {"codes": ", ".join(unanswered(given))}))
    if unmet(given):
        words = {"codes": ", ".join(unmet(given))}
        require(refused(_("Not met: %(codes)s. A pass with an unmet criterion is not possible.") % words))
    require(policies.has_consent(screening.subject))
    return _decide(screening, ScreeningStatus.PASSED, decided_on, by)


@recorded("screening.failed", gettext_lazy("Screening failed"))
def fail_screening(
    *,
    by: Any,
    screening: Screening,
    decided_on: date,
    fail_reason: str,
    answers: Answers | None = None,
    notes: str = "",
    reason: str = "",
) -> Screening:
    """Record that the attempt ended without eligibility, and why; what was still planned is cancelled.

    Raises:
        Refused: “criteria not met” without an unmet criterion, an unknown reason, or an impossible date.
    """
    screening = _prepare(by, screening, decided_on, answers, notes=notes, reason=reason)
    _require_known(fail_reason)
    if fail_reason == FailReason.CRITERIA and not unmet(answered(screening)):
        require(refused(_("No criterion is answered as unmet."), "fail_reason"))
    return _fail(screening, fail_reason, decided_on, by)


@recorded("screening.pass-revoked", gettext_lazy("Pass revoked"))
def revoke_pass(*, by: Any, screening: Screening, decided_on: date, fail_reason: str, reason: str) -> Screening:
    """New information turns a pass into a failure, before randomisation only."""
    screening = locked(screening, "subject", "study", "site")
    require(policies.revoke_pass(by, screening))
    _require_known(fail_reason)
    refuse_identity_in(screening.subject, reason=reason)
    _require_possible(screening, decided_on)
    return _fail(screening, fail_reason, decided_on, by)


def _require_known(fail_reason: str) -> None:
    if fail_reason not in FailReason.values:
        require(refused(_("Say why the attempt failed."), "fail_reason"))


@recorded("screening.eligibility-confirmed", gettext_lazy("Eligibility confirmed"))
def confirm_eligibility(*, by: Any, screening: Screening, proof: Proof) -> Screening:
    """An investigator signs that the person may take part, under every answer (21 CFR 312.60).

    Raises:
        Refused: no investigator, or the attempt is not passed.
        StaleRecord: an answer changed while it was read.
    """
    screening = locked(screening, "subject", "study", "site")
    require(policies.confirm_eligibility(by, screening))
    sign(by=by, record=screening, meaning=Meaning.ELIGIBLE, proof=proof)
    screening.eligible_on, screening.eligible_by_id = clock.today(screening.site.time_zone), by.pk
    screening.save()
    _move_subject(screening.subject, SubjectState.ELIGIBLE)
    _published(screening)
    return screening


@recorded("screening.reopened", gettext_lazy("Rescreening opened"))
def rescreen(*, by: Any, subject: Subject, screening_date: date, reason: str) -> Screening:
    """Open another attempt for somebody who failed; the earlier attempt stays as it was.

    Raises:
        Refused: no attempts left, too early by the study's setting, or no consent to a version still in force.
    """
    subject = locked(subject, "study", "site")
    require(policies.rescreen(by, subject))
    refuse_identity_in(subject, reason=reason)
    last = subject.screenings.filter(is_current=True).first()
    _require_allowed(subject, last, screening_date)
    _require_current_consent(subject, screening_date)
    take_back_end(subject)
    subject.ended_on, subject.end_reason = None, ""
    _move_subject(subject, SubjectState.RESCREEN)
    schedule.plan_again(subject)
    attempt = open_attempt(subject, screening_date)
    _published(attempt)
    return attempt


def _require_allowed(subject: Subject, last: Screening | None, on: date) -> None:
    study = subject.study
    if last and last.attempt > study.rescreen_max:
        require(refused(_("The protocol allows %(count)s rescreening.") % {"count": study.rescreen_max}))
    waited = (on - last.decided_on).days if last and last.decided_on else study.rescreen_min_days
    if waited < study.rescreen_min_days:
        words = {"days": study.rescreen_min_days}
        require(refused(_("Rescreening is possible %(days)s days after the failure.") % words, "screening_date"))
    if on > clock.today(subject.site.time_zone):
        require(refused(_("This date lies in the future."), "screening_date"))


def _require_current_consent(subject: Subject, on: date) -> None:
    """Another attempt needs a consent to the version in force (ICH E6(R3) 2.8.2)."""
    consents = subject.consents.filter(status=ConsentStatus.ACTIVE).select_related("version")
    consent = consents.order_by("-signed_on").first()
    if consent is None:
        require(policies.has_consent(subject))
    elif consent.signed_on and on < consent.signed_on:
        require(refused(_("Screening cannot begin before consent was signed."), "screening_date"))
    elif (version := consent.version) and not in_force(
        version.status, version.effective_from, version.superseded_on, on
    ):
        require(refused(_("Version %(version)s is no longer in force. Record consent first.") % {"version": version}))


def _prepare(
    by: Any, screening: Screening, decided_on: date, answers: Answers | None, *, notes: str, reason: str
) -> Screening:
    screening = locked(screening, "subject", "study", "site")
    require(policies.decide_screening(by, screening))
    _require_possible(screening, decided_on)
    refuse_identity_in(screening.subject, notes=notes, reason=reason)
    _answer(screening, answers or {}, by, reason)
    screening.notes = notes or screening.notes
    return screening


def _require_possible(screening: Screening, decided_on: date) -> None:
    if decided_on < screening.screening_date:
        require(refused(_("The result cannot come before screening began."), "decided_on"))
    if decided_on > clock.today(screening.site.time_zone):
        require(refused(_("This date lies in the future."), "decided_on"))


def answered(screening: Screening) -> list[Answered]:
    """Every current criterion of the study with its answer, empty where open."""
    given = {result.criterion_id: result.answer for result in screening.results.all()}
    criteria = EligibilityCriterion.objects.filter(study=screening.study_id, is_current=True)
    return [Answered(item.code, item.kind, given.get(item.pk, "")) for item in criteria]


def _decide(screening: Screening, status: str, on: date, by: Any) -> Screening:
    screening.status, screening.decided_on, screening.completed_by_id = status, on, by.pk
    screening.save()
    _published(screening)
    return screening


def _fail(screening: Screening, fail_reason: str, on: date, by: Any) -> Screening:
    screening.fail_reason = fail_reason
    subject = screening.subject
    subject.ended_on, subject.end_reason = on, EndReason.SCREEN_FAILURE
    _move_subject(subject, SubjectState.SCREEN_FAILED)
    record_disposition(subject, EndReason.SCREEN_FAILURE, on, Epoch.SCREENING)
    schedule.cancel_open_visits(subject)
    return _decide(screening, ScreeningStatus.FAILED, on, by)


def _move_subject(subject: Subject, state: str) -> None:
    subject.state = state
    subject.save()
    publish(SubjectChanged(subject.study_id, subject.site_id, subject.pk, state))


def _published(screening: Screening) -> None:
    publish(
        ScreeningChanged(screening.study_id, screening.site_id, screening.subject_id, screening.pk, screening.status)
    )
