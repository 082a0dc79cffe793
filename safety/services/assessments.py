"""Judging an event: as seen by the site, as an investigator, corrected, signed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety import policies
from safety.domain.assessments import FINAL_OUTCOMES, Outcome, rank_of
from safety.domain.entries import Judged, Seen
from safety.domain.events import EventStatus
from safety.models import AdverseEvent, AEAssessment
from subjects.domain.participation import SubjectState
from subjects.services import record_death, refuse_identity_in
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.partial_dates import PartialDate
from trialcrm.users.domain.signatures import Meaning, Proof
from trialcrm.users.services import sign

from . import orders, writing
from .events import judged_products, mark_unsigned
from .reports import send_report


@recorded("event.assessed", gettext_lazy("Adverse event assessed"))
def assess_event(
    *,
    by: Any,
    event: AdverseEvent,
    seen: Seen,
    judged: Sequence[Judged] | None = None,
    end: PartialDate | None = None,
    died_on: PartialDate | None = None,
    serious_since: datetime | None = None,
) -> AEAssessment:
    """Add how the event stands now. With causality it is an investigator's medical assessment, to be signed.

    Worse than before, or newly serious, it goes back to the investigator; newly serious, the 24 hours begin anew.

    Raises:
        Refused: the event is over, a judgement is missing, what was entered cannot all be true, or a death is asked
            for and not said.
    """
    event = writing.taken(event)
    is_medical = judged is not None
    require(policies.assess_medically(by, event) if is_medical else policies.assess_event(by, event))
    if judged is not None:
        judged_products(judged)
    before = event.max_severity
    assessment = writing.new_assessment(by, event, seen, is_medical=is_medical)
    event.end = end.text if end else event.end
    if assessment.outcome == Outcome.FATAL:
        _death(by, event, died_on, is_medical=is_medical)
    writing.require_consistent(event, assessment)
    assessment.save()
    writing.keep_causality(assessment, judged or ())
    became = writing.settle(event)
    if became:
        writing.start_clock(event, serious_since)
    worse = became or rank_of(event.max_severity) > rank_of(before)
    asked = _to_review(event, is_medical=is_medical, worse=worse)
    event.save()
    writing.announce(event, became_serious=became, asked=asked)
    return assessment


def _to_review(event: AdverseEvent, *, is_medical: bool, worse: bool) -> bool:
    """New information goes to the investigator; whether they are asked now."""
    if event.status == EventStatus.UNDER_REVIEW:
        return False
    if is_medical or worse or event.status == EventStatus.FOLLOW_UP:
        writing.move(event, EventStatus.UNDER_REVIEW)
        return True
    return False


def _death(by: Any, event: AdverseEvent, died_on: PartialDate | None, *, is_medical: bool) -> None:
    """A fatal event ends with the death, which an investigator records with it."""
    subject = event.subject
    if subject.state != SubjectState.DIED and is_medical:
        if died_on is None:
            require(refused(_("Say when the participant died."), "died_on"))
        else:
            record_death(by=by, subject=subject, died_on=died_on)
            subject.refresh_from_db()
    if subject.died_on:
        event.end, event.end_unknown_reason = subject.died_on, ""
    others = AdverseEvent.objects.filter(subject=subject, is_cause_of_death=True).exclude(pk=event.pk)
    event.is_cause_of_death = not others.exists()


@recorded("event.assessment-changed", gettext_lazy("Assessment corrected"))
def change_assessment(
    *,
    by: Any,
    assessment: AEAssessment,
    seen: Seen,
    reason: str,
    judged: Sequence[Judged] = (),
    serious_since: datetime | None = None,
) -> AEAssessment:
    """Correct what was judged, with a reason. Signed before, it is shown as changed since and signed again.

    Causality is corrected by an investigator only.

    Raises:
        Refused: no reason, or what was entered cannot all be true.
    """
    event = writing.taken(assessment.event)
    require(policies.assess_medically(by, event) if judged else policies.change_event(by, event))
    if not reason.strip():
        require(refused(_("Say why."), "reason"))
    refuse_identity_in(event.subject, reason=reason)
    assessment = writing.locked(assessment)
    assessment.event, assessment.subject = event, event.subject
    writing.judge(assessment, seen)
    if assessment == writing.latest_of(event):
        writing.require_consistent(event, assessment)
    assessment.save()
    writing.keep_causality(assessment, judged)
    became = writing.settle(event)
    if became:
        writing.start_clock(event, serious_since)
    mark_unsigned(event)
    asked = became and _to_review(event, is_medical=False, worse=True)
    event.save()
    writing.announce(event, became_serious=became, asked=asked)
    return assessment


@recorded("event.signed", gettext_lazy("Medical assessment signed"))
def sign_assessment(
    *,
    by: Any,
    event: AdverseEvent,
    proof: Proof,
    follow_up_due_on: date | None = None,
    sends_report: bool = False,
    acts_on_order: bool = False,
) -> AdverseEvent:
    """Sign the medical assessment that stands; what lasts is followed up, what is over is resolved.

    `sends_report` sends what is signed to the sponsor in the same act. `acts_on_order` holds the participant's order
    when the drug was interrupted, and discontinues it when it was withdrawn.

    Raises:
        Refused: nobody but an investigator signs; nothing was judged medically yet.
        StaleRecord: it changed while it was open.
    """
    event = writing.taken(event)
    require(policies.sign_assessment(by, event))
    assessment = writing.latest_of(event)
    if assessment is None or not assessment.causalities.exists():
        require(refused(_("Assess causality first.")))
        raise AssertionError  # never reached; the line above refuses
    assessment.event, assessment.subject = event, event.subject
    sign(by=by, record=assessment, meaning=Meaning.CAUSALITY, proof=proof)
    _after_signing(event, follow_up_due_on)
    event.save()
    if acts_on_order:
        orders.follow_action(by, event)
    writing.announce(event)
    if sends_report and event.is_serious:
        send_report(by=by, event=event)
    return event


def _after_signing(event: AdverseEvent, follow_up_due_on: date | None) -> None:
    event.needs_signature, event.status_reason = False, ""
    if event.status == EventStatus.UNDER_REVIEW:
        writing.move(event, EventStatus.FOLLOW_UP)
    ended = bool(event.end) and event.outcome in FINAL_OUTCOMES
    if ended and event.status == EventStatus.FOLLOW_UP:
        writing.move(event, EventStatus.RESOLVED)
        event.follow_up_due_on = None
    elif event.status == EventStatus.FOLLOW_UP:
        today = clock.today(event.site.time_zone)
        event.follow_up_due_on = follow_up_due_on or today + timedelta(days=writing.follow_up_days(event.study))
