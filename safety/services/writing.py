"""What every verb on an event does: take it, keep its header in step with its assessments, check it, tell of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from safety.domain.assessments import SCALES, ActionTaken, Criterion, Outcome, SeverityScale, strongest, worst
from safety.domain.consistency import problems
from safety.domain.entries import Judged, Seen, Told
from safety.domain.events import EVENT_LIFECYCLE, EventStatus
from safety.events import BecameSerious, EventChanged, ReviewAsked
from safety.models import AdverseEvent, AEAssessment, AECausality
from safety.selectors.events import facts_of
from subjects.models import Subject
from subjects.services import refuse_identity_in
from subjects.services.locking import locked, locked_row
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.core.events import publish
from trialcrm.core.partial_dates import parse_partial_date

_LATEST_ENTRY = timedelta(minutes=5)


def taken(event: AdverseEvent) -> AdverseEvent:
    """The event as it is now, its subject held first, so that acts about one person follow one another."""
    subject = locked_row(Subject, event.subject_id, "study", "site")
    held = locked(event)
    held.subject, held.study, held.site = subject, subject.study, subject.site
    return held


def held(subject: Subject) -> Subject:
    return locked(subject, "study", "site")


def new_event(by: Any, subject: Subject, told: Told) -> AdverseEvent:
    """An unsaved draft with the next number of the subject."""
    last = AdverseEvent.objects.filter(subject=subject).aggregate(last=Max("number"))["last"] or 0
    event = AdverseEvent(subject=subject, number=last + 1, reported_by_id=by.pk)
    event.study, event.site = subject.study, subject.site
    tell(event, told)
    return event


def tell(event: AdverseEvent, told: Told) -> None:
    """Put what was told into the header.

    Raises:
        Refused: no term, an impossible time, or words that name the participant.
    """
    if not told.event_term.strip():
        require(refused(_("Say what happened."), "event_term"))
    if told.aware_at > clock.now() + _LATEST_ENTRY:
        require(refused(_("This time lies in the future."), "aware_at"))
    refuse_identity_in(
        event.subject,
        event_term=told.event_term,
        narrative=told.narrative,
        end_unknown_reason=told.end_unknown_reason,
    )
    event.event_term, event.narrative = told.event_term.strip(), told.narrative
    event.onset, event.end = (day.text if day else "" for day in (told.onset, told.end))
    event.end_unknown_reason = "" if told.end else told.end_unknown_reason
    event.aware_at, event.learned_from = told.aware_at, told.learned_from


def judge(assessment: AEAssessment, seen: Seen) -> None:
    """Put a judgement into an assessment.

    Raises:
        Refused: a severity of another scale, no outcome, a date in the future, or words that name the participant.
    """
    event = assessment.event
    _require_scale(event, seen.severity)
    if seen.outcome not in Outcome.values:
        require(refused(_("Say how the event stands."), "outcome"))
    if seen.action_taken and seen.action_taken not in ActionTaken.values:
        require(refused(_("Say what was done with the study drug."), "action_taken"))
    today = clock.today(event.site.time_zone)
    assessment.assessed_on = seen.assessed_on or today
    if assessment.assessed_on > today:
        require(refused(_("This date lies in the future."), "assessed_on"))
    refuse_identity_in(event.subject, remark=seen.remark)
    for criterion in Criterion:
        setattr(assessment, criterion.value, criterion in seen.criteria)
    assessment.admitted = seen.admitted.text if seen.admitted and assessment.hospitalisation else ""
    for name in ("severity", "outcome", "action_taken", "has_treatment", "visit", "remark"):
        setattr(assessment, name, getattr(seen, name))


def _require_scale(event: AdverseEvent, severity: str) -> None:
    if severity not in SCALES[scale_of(event.study)]:
        require(refused(_("Say how severe it is."), "severity"))


def scale_of(study: Any) -> SeverityScale:
    """Whether the study records severity or a grade."""
    plan = getattr(study, "safety_plan", None)
    return SeverityScale(plan.severity_scale) if plan else SeverityScale.SEVERITY


def follow_up_days(study: Any) -> int:
    """Days until the next follow-up of an event that has not ended."""
    plan = getattr(study, "safety_plan", None)
    return plan.follow_up_days if plan else 14


def require_consistent(event: AdverseEvent, latest: AEAssessment | None) -> None:
    """Refuse what cannot all be true.

    Raises:
        Refused: with the first contradiction, at its field.
    """
    for problem in problems(facts_of(event, latest)):
        if problem.is_refused:
            raise Refused(refused(problem.words, problem.field))


def new_assessment(by: Any, event: AdverseEvent, seen: Seen, *, is_medical: bool) -> AEAssessment:
    """An unsaved assessment with the next number of the event."""
    last = event.assessments.aggregate(last=Max("sequence"))["last"] or 0 if event.pk and not event._state.adding else 0
    assessment = AEAssessment(event=event, subject=event.subject, sequence=last + 1, is_medical=is_medical)
    assessment.assessor_id = by.pk
    judge(assessment, seen)
    return assessment


def keep_causality(assessment: AEAssessment, judged: Iterable[Judged]) -> None:
    """Write the causality of each product; a product judged before gets its new judgement."""
    known = {row.product: row for row in assessment.causalities.all()}
    for item in judged:
        row = known.get(item.product) or AECausality(
            assessment=assessment, subject=assessment.subject, product=item.product
        )
        row.causality, row.order_ref = item.causality, item.order_ref
        row.save()


def settle(event: AdverseEvent) -> bool:
    """Bring the header in step with the assessments; whether it has just become serious.

    An event that was serious once stays serious: what was judged then is corrected in that assessment.
    """
    rows = list(event.assessments.prefetch_related("causalities").order_by("sequence"))
    latest = rows[-1]
    was_serious = event.is_serious
    event.is_serious = any(row.is_serious for row in rows)
    event.severity, event.max_severity = latest.severity, worst(row.severity for row in rows)
    event.outcome, event.action_taken = latest.outcome, latest.action_taken
    judged = [[cause.causality for cause in row.causalities.all()] for row in rows]
    event.causality = strongest(next((found for found in reversed(judged) if found), []))
    return event.is_serious and not was_serious


def start_clock(event: AdverseEvent, since: datetime | None) -> None:
    """The 24 hours begin when the site knew that it is serious; after an upgrade, anew.

    Raises:
        Refused: before the site knew of the event at all, or in the future.
    """
    since = since or clock.now()
    if not event.aware_at <= since <= clock.now() + _LATEST_ENTRY:
        words = _("Between the time when the site learned of the event and now.")
        require(refused(words, "serious_since"))
    event.serious_since = since


def move(event: AdverseEvent, to: EventStatus) -> None:
    """Take a step that the table lists.

    Raises:
        Refused: it is not listed.
    """
    require(EVENT_LIFECYCLE.may_move(event.status, to))
    event.status = to
    if to == EventStatus.UNDER_REVIEW:
        event.review_asked_at = clock.now()


def announce(event: AdverseEvent, *, became_serious: bool = False, asked: bool = False) -> None:
    """Tell the floors above what happened to the event."""
    place = (event.study_id, event.site_id, event.subject_id, event.pk)
    publish(EventChanged(*place, status=event.status, is_serious=event.is_serious))
    if became_serious and event.serious_since:
        publish(BecameSerious(*place, aware_at=event.serious_since))
    if asked:
        publish(ReviewAsked(*place, is_serious=event.is_serious))


def latest_of(event: AdverseEvent) -> AEAssessment | None:
    """The assessment that stands."""
    return event.assessments.order_by("-sequence").first()


def copy_of(assessment: AEAssessment, **changed: Any) -> Seen:
    """A judgement like an earlier one, with what is different now."""
    kept = Seen(
        severity=assessment.severity,
        outcome=assessment.outcome,
        criteria=frozenset(assessment.criteria),
        action_taken=assessment.action_taken,
        admitted=parse_partial_date(assessment.admitted) if assessment.admitted else None,
        has_treatment=assessment.has_treatment,
    )
    return Seen(**{**{name: getattr(kept, name) for name in Seen.__slots__}, **changed})
