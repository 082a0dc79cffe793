"""Events as tests need them, made through the services."""

from datetime import timedelta
from typing import Any

from safety import services
from safety.domain.assessments import ActionTaken, Causality, Criterion, Outcome
from safety.models import AdverseEvent, AEAssessment
from safety.services import Judged, Seen, Told
from subjects.models import Subject
from tests.support.signing import proof_for as witnessed
from trialcrm.core import clock
from trialcrm.core.partial_dates import parse_partial_date

PRODUCT = "Study drug"


def told(subject: Subject, **facts: Any) -> Told:
    """A headache since yesterday of which the site has known for an hour."""
    yesterday = clock.today(subject.site.time_zone) - timedelta(days=1)
    onset = facts.pop("onset", yesterday.isoformat())
    end = facts.pop("end", None)
    plain = {"event_term": "Headache", "learned_from": "call", "aware_at": clock.now() - timedelta(hours=1), **facts}
    return Told(onset=parse_partial_date(onset), end=parse_partial_date(end) if end else None, **plain)


def seen(*criteria: Criterion, **facts: Any) -> Seen:
    """Mild, not recovered, and not serious unless a criterion is named."""
    admitted = facts.pop("admitted", None)
    return Seen(
        **{"severity": "MILD", "outcome": Outcome.NOT_RECOVERED, **facts},
        criteria=frozenset(criteria),
        admitted=parse_partial_date(admitted) if admitted else None,
    )


def recorded(
    by: Any, subject: Subject, *criteria: Criterion, seen_as: dict[str, Any] | None = None, **facts: Any
) -> Any:
    return services.record_event(
        by=by, subject=subject, told=told(subject, **facts), seen=seen(*criteria, **(seen_as or {}))
    )


def serious(by: Any, subject: Subject, **facts: Any) -> AdverseEvent:
    """A medically important event, under review at once."""
    return recorded(by, subject, Criterion.MEDICALLY_IMPORTANT, **{"event_term": "Syncope", **facts})


def judged(
    by: Any, event: AdverseEvent, *criteria: Criterion, causality: str = Causality.POSSIBLE, **facts: Any
) -> Any:
    """A medical assessment, not signed yet."""
    named = criteria or tuple(event.assessments.order_by("-sequence")[0].criteria)
    died_on = facts.pop("died_on", None)
    end = facts.pop("end", None)
    return services.assess_event(
        by=by,
        event=event,
        seen=seen(*named, **{"action_taken": ActionTaken.NOT_CHANGED, **facts}),
        judged=[Judged(PRODUCT, causality)],
        end=parse_partial_date(end) if end else None,
        died_on=parse_partial_date(died_on) if died_on else None,
    )


def signed(by: Any, event: AdverseEvent, **facts: Any) -> AdverseEvent:
    """The assessment that stands, signed."""
    # Read anew: the event that a test holds may be older than what stands.
    assessment = AEAssessment.objects.filter(event_id=event.pk).order_by("-sequence")[0]
    return services.sign_assessment(by=by, event=event, proof=witnessed(by, assessment), **facts)


def followed(by: Any, event: AdverseEvent, **facts: Any) -> AdverseEvent:
    """Judged and signed: in follow-up."""
    judged(by, event, **facts)
    return signed(by, event)
