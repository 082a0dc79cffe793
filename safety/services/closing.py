"""How an event ends: resolved, closed, dismissed, void – and reopened."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety import policies
from safety.domain.assessments import FINAL_OUTCOMES, Outcome
from safety.domain.events import EventStatus
from safety.models import AdverseEvent
from subjects.services import refuse_identity_in
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import refused, require
from trialcrm.core.partial_dates import PartialDate
from trialcrm.users.domain.signatures import Meaning, Proof
from trialcrm.users.services import sign

from . import writing


@recorded("event.resolved", gettext_lazy("Adverse event resolved"))
def resolve_event(
    *,
    by: Any,
    event: AdverseEvent,
    outcome: str,
    end: PartialDate | None = None,
    end_unknown_reason: str = "",
) -> AdverseEvent:
    """The event is over, or it lasts and no more is expected at last contact; then it has no end date.

    Raises:
        Refused: recovered without a day of the end or a reason why it is unknown, or a fatal outcome not judged yet.
    """
    event = writing.taken(event)
    require(policies.resolve_event(by, event))
    latest = writing.latest_of(event)
    if latest is None:
        require(refused(_("Say how severe it is first.")))
        raise AssertionError  # never reached; the line above refuses
    refuse_identity_in(event.subject, end_unknown_reason=end_unknown_reason)
    _require_known_end(outcome, end, end_unknown_reason, latest.outcome)
    event.end, event.end_unknown_reason = end.text if end else "", "" if end else end_unknown_reason
    if latest.outcome == outcome:
        writing.require_consistent(event, latest)
    else:
        added = writing.new_assessment(by, event, writing.copy_of(latest, outcome=outcome), is_medical=False)
        writing.require_consistent(event, added)
        added.save()
        writing.settle(event)
    writing.move(event, EventStatus.RESOLVED)
    event.follow_up_due_on = None
    event.save()
    writing.announce(event)
    return event


def _require_known_end(outcome: str, end: PartialDate | None, why_unknown: str, judged: str) -> None:
    if outcome == Outcome.FATAL and judged != Outcome.FATAL:
        require(refused(_("A death is assessed by an investigator."), "outcome"))
    if outcome in FINAL_OUTCOMES and not (end and end.exact) and not why_unknown.strip():
        require(refused(_("Give the day on which it ended, or say why it is unknown."), "end"))


@recorded("event.reopened", gettext_lazy("Adverse event reopened"))
def reopen_event(*, by: Any, event: AdverseEvent, reason: str) -> AdverseEvent:
    """A relapse, or a correction of something that was over.

    Raises:
        Refused: it is not over, closed and not by its principal investigator, or no reason.
    """
    event = writing.taken(event)
    require(policies.reopen_event(by, event))
    _keep_reason(event, reason)
    writing.move(event, EventStatus.FOLLOW_UP)
    event.save()
    writing.announce(event)
    return event


@recorded("event.closed", gettext_lazy("Adverse event closed"))
def close_event(*, by: Any, event: AdverseEvent, proof: Proof) -> AdverseEvent:
    """The principal investigator signs that no more data are expected.

    Raises:
        Refused: not resolved, or the sponsor has not acknowledged the final report of a serious event.
        StaleRecord: it changed while it was open.
    """
    event = writing.taken(event)
    require(policies.close_event(by, event))
    sign(by=by, record=event, meaning=Meaning.REVIEWED, proof=proof)
    writing.move(event, EventStatus.CLOSED)
    event.save()
    writing.announce(event)
    return event


@recorded("event.closed-together", gettext_lazy("Adverse events closed together"))
def close_events(*, by: Any, events: Sequence[AdverseEvent], proofs: Mapping[Any, Proof]) -> list[AdverseEvent]:
    """Close several events with one proof of identity, each with its own signature. Only mild ones, none serious.

    Raises:
        Refused: one of them is serious or more than mild, or may not be closed.
    """
    if not events:
        require(refused(_("Choose at least one event."), "events"))
    for event in events:
        if event.is_serious or event.max_severity not in ("MILD", "1"):
            words = _("%(event)s is serious or more than mild; close it on its own page.")
            require(refused(words % {"event": event}, "events"))
    return [close_event(by=by, event=event, proof=proofs[event.pk]) for event in events]


@recorded("event.dismissed", gettext_lazy("Draft dismissed: not an adverse event"))
def dismiss_draft(*, by: Any, event: AdverseEvent, reason: str) -> AdverseEvent:
    """A report was read and is no adverse event; who reported it reads that it was looked at.

    Raises:
        Refused: it is no draft, not by an investigator, or no reason.
    """
    event = writing.taken(event)
    require(policies.dismiss_draft(by, event))
    _keep_reason(event, reason)
    writing.move(event, EventStatus.NOT_AN_AE)
    event.save()
    writing.announce(event)
    return event


@recorded("event.voided", gettext_lazy("Adverse event void"))
def void_event(*, by: Any, event: AdverseEvent, reason: str, kept_event: AdverseEvent | None = None) -> AdverseEvent:
    """Entered in error, or the same as another event, which is kept. Nothing of it is deleted.

    Raises:
        Refused: it is closed, no reason, or the event that is kept is another participant's or void itself.
    """
    event = writing.taken(event)
    require(policies.void_event(by, event))
    _keep_reason(event, reason)
    if kept_event:
        wrong = kept_event.subject_id != event.subject_id or kept_event.pk == event.pk
        if wrong or kept_event.status == EventStatus.VOID:
            require(refused(_("Choose another event of this participant."), "kept_event"))
    event.kept_event = kept_event
    writing.move(event, EventStatus.VOID)
    event.is_cause_of_death = False
    event.save()
    writing.announce(event)
    return event


def _keep_reason(event: AdverseEvent, reason: str) -> None:
    if not reason.strip():
        require(refused(_("Say why."), "reason"))
    refuse_identity_in(event.subject, reason=reason)
    event.status_reason = reason
