"""Taking an event in, correcting what is known of it, and handing it to the investigator and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety import policies
from safety.domain.entries import Judged, Seen, Told
from safety.domain.events import EventStatus
from safety.models import AdverseEvent, AEAssessment
from subjects.models import Subject
from subjects.services import refuse_identity_in
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import refused, require

from . import writing


@recorded("event.recorded", gettext_lazy("Adverse event recorded"))
def record_event(
    *, by: Any, subject: Subject, told: Told, seen: Seen, serious_since: datetime | None = None
) -> AdverseEvent:
    """Enter an event of a participant, confirmed by the site. A serious one goes to the investigator at once.

    Raises:
        Refused: not coordinator or investigator, or what was entered cannot all be true; at the field.
    """
    subject = writing.held(subject)
    require(policies.record_event(by, subject))
    event = writing.new_event(by, subject, told)
    event.save()
    return _opened(by, event, seen, serious_since)


@recorded("event.confirmed", gettext_lazy("Adverse event confirmed"))
def confirm_event(
    *, by: Any, event: AdverseEvent, told: Told, seen: Seen, serious_since: datetime | None = None
) -> AdverseEvent:
    """Take up a draft: what the reporter said, in the site's words, with severity, seriousness and outcome.

    Raises:
        Refused: it is no draft any more, or what was entered cannot all be true.
    """
    event = writing.taken(event)
    require(policies.confirm_event(by, event))
    writing.tell(event, told)
    return _opened(by, event, seen, serious_since)


def _opened(by: Any, event: AdverseEvent, seen: Seen, serious_since: datetime | None) -> AdverseEvent:
    assessment = writing.new_assessment(by, event, seen, is_medical=False)
    writing.require_consistent(event, assessment)
    assessment.save()
    writing.move(event, EventStatus.OPEN)
    became = writing.settle(event)
    if became:
        writing.start_clock(event, serious_since or event.aware_at)
        writing.move(event, EventStatus.UNDER_REVIEW)
    event.save()
    writing.announce(event, became_serious=became, asked=became)
    return event


@recorded("event.changed", gettext_lazy("Adverse event changed"))
def change_event(*, by: Any, event: AdverseEvent, told: Told, reason: str) -> AdverseEvent:
    """Correct term, dates, awareness or narrative; a signature under the assessment is then no longer valid.

    Raises:
        Refused: no reason, or what was entered cannot all be true.
    """
    event = writing.taken(event)
    require(policies.change_event(by, event))
    _require_reason(reason)
    refuse_identity_in(event.subject, reason=reason)
    before = [getattr(event, name) for name in AEAssessment.SIGNED_OF_EVENT]
    writing.tell(event, told)
    writing.require_consistent(event, writing.latest_of(event))
    if [getattr(event, name) for name in AEAssessment.SIGNED_OF_EVENT] != before:
        mark_unsigned(event)
    event.save()
    writing.announce(event)
    return event


def mark_unsigned(event: AdverseEvent) -> None:
    """What an investigator has signed is not what stands any more. Under review, it is to be signed anyway."""
    if event.status in (EventStatus.FOLLOW_UP, EventStatus.RESOLVED):
        event.needs_signature = True


def _require_reason(reason: str) -> None:
    if not reason.strip():
        require(refused(_("Say why."), "reason"))


@recorded("event.review-asked", gettext_lazy("Review of an adverse event asked"))
def ask_review(*, by: Any, event: AdverseEvent) -> AdverseEvent:
    """Hand an event to the investigator for the medical assessment."""
    event = writing.taken(event)
    require(policies.ask_review(by, event))
    writing.move(event, EventStatus.UNDER_REVIEW)
    event.save()
    writing.announce(event, asked=True)
    return event


@recorded("event.returned", gettext_lazy("Adverse event returned with a question"))
def return_event(*, by: Any, event: AdverseEvent, reason: str) -> AdverseEvent:
    """Ask the site's staff for more before judging; the question is kept with the event.

    Raises:
        Refused: it is not under review, or there is no question.
    """
    event = writing.taken(event)
    require(policies.return_event(by, event))
    _require_reason(reason)
    refuse_identity_in(event.subject, reason=reason)
    writing.move(event, EventStatus.OPEN)
    event.status_reason = reason
    event.save()
    writing.announce(event)
    return event


def judged_products(judged: Sequence[Judged]) -> None:
    """An investigator judges at least one product.

    Raises:
        Refused: none is judged.
    """
    if not judged:
        require(refused(_("Say for the study drug whether it may have caused the event."), "causality"))
