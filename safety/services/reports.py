"""Telling the sponsor of a serious event, and the sponsor's part."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety import policies
from safety.domain.assessments import JUDGEMENTS
from safety.domain.clocks import hours_between, is_on_time
from safety.domain.events import EventStatus
from safety.domain.reports import ReportKind, changed_names, kind_of_next
from safety.events import ReportSent
from safety.models import AdverseEvent, SafetyReport, SponsorAssessment
from subjects.services import refuse_identity_in
from subjects.services.locking import locked
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish
from trialcrm.users.domain.signatures import Item
from trialcrm.users.selectors.signatures import item_of

from . import writing

#: What of the event's header a report carries.
_OF_EVENT = (
    "event_term",
    "narrative",
    "onset",
    "end",
    "end_unknown_reason",
    "status",
    "learned_from",
    "aware_at",
    "serious_since",
    "is_serious",
    "severity",
    "max_severity",
    "causality",
    "action_taken",
    "outcome",
    "is_cause_of_death",
)


@recorded("safety-report.sent", gettext_lazy("Report sent to the sponsor"))
def send_report(*, by: Any, event: AdverseEvent, is_final: bool = False, new_information: str = "") -> SafetyReport:
    """Send what is known now. What was sent never changes; later news are a follow-up report.

    An incomplete report keeps the 24 hours: the sponsor asks for the rest.

    Raises:
        Refused: not serious, nothing new since the last report, or final before the event is resolved.
    """
    event = writing.taken(event)
    require(policies.send_report(by, event))
    refuse_identity_in(event.subject, new_information=new_information)
    earlier = list(event.reports.order_by("sequence"))
    snapshot = snapshot_of(event)
    changed = changed_names(earlier[-1].snapshot, snapshot) if earlier else []
    _require_news(event, earlier, changed, new_information, is_final=is_final)
    now, aware_at = clock.now(), event.serious_since or event.aware_at
    kind = kind_of_next(len(earlier), is_final)
    report = SafetyReport(
        event=event,
        subject=event.subject,
        kind=kind,
        sequence=len(earlier) + 1,
        snapshot=snapshot,
        changed=changed,
        new_information=new_information,
        aware_at=aware_at,
        sent_at=now,
        sent_by=by,
        hours_elapsed=hours_between(aware_at, now),
        is_on_time=is_on_time(aware_at, now) if kind == ReportKind.INITIAL else True,
        follow_up_due_on=_next_due(event, is_final=is_final),
    )
    report.save()
    publish(ReportSent(event.study_id, event.site_id, event.subject_id, event.pk, report.pk))
    return report


def _require_news(
    event: AdverseEvent, earlier: list[SafetyReport], changed: list[str], new_information: str, *, is_final: bool
) -> None:
    over = event.status in (EventStatus.RESOLVED, EventStatus.CLOSED)
    if is_final and not over:
        require(refused(_("The final report follows once the event is resolved."), "is_final"))
    if is_final and not earlier:
        require(refused(_("The first report is the initial one."), "is_final"))
    if earlier and not (changed or new_information.strip() or is_final):
        require(refused(_("Nothing has changed since the last report. Say what is new."), "new_information"))


def _next_due(event: AdverseEvent, *, is_final: bool) -> Any:
    if is_final or event.status == EventStatus.CLOSED:
        return None
    days = writing.follow_up_days(event.study)
    return event.follow_up_due_on or clock.today(event.site.time_zone) + timedelta(days=days)


def snapshot_of(event: AdverseEvent) -> dict[str, Any]:
    """Everything known of an event, field by field, with label, value and the words shown."""
    found = {name: item_of(event, name) for name in _OF_EVENT}
    for assessment in event.assessments.select_related("assessor", "visit").order_by("sequence"):
        assessment.event = event
        prefix = f"assessment {assessment.sequence} "
        found |= {f"{prefix}{name}": item_of(assessment, name) for name in assessment.SIGNED}
        own = len(assessment.SIGNED) + len(assessment.SIGNED_OF_EVENT)
        found |= {f"{prefix}{item.name}": item for item in assessment.signed_content()[own:]}
    return {
        name: {"label": item.label, "value": item.value, "shown": _shown(event, name, item)}
        for name, item in found.items()
    }


def _shown(event: AdverseEvent, name: str, item: Item) -> str:
    """The words of a line; moments as the site's clock had them, because a report is read outside of a page too."""
    at = getattr(event, name, None)
    if not isinstance(at, datetime):
        return str(item.shown)
    return f"{clock.local(at, event.site.time_zone):%Y-%m-%d %H:%M %Z}"


@recorded("safety-report.received", gettext_lazy("Report received by the sponsor"))
def receive_report(*, by: Any, report: SafetyReport) -> SafetyReport:
    """The report has arrived at the sponsor: day 0 of the sponsor's own clocks."""
    report = locked(report, "event", "subject", "study", "site")
    require(policies.receive_report(by, report))
    report.received_at, report.received_by = clock.now(), by
    report.save()
    return report


@recorded("safety-report.acknowledged", gettext_lazy("Report acknowledged by the sponsor"))
def acknowledge_report(*, by: Any, report: SafetyReport) -> SafetyReport:
    """The sponsor has read the report and needs nothing more of it."""
    report = locked(report, "event", "subject", "study", "site")
    require(policies.acknowledge_report(by, report))
    now = clock.now()
    if report.received_at is None:
        report.received_at, report.received_by = now, by
    report.acknowledged_at, report.acknowledged_by = now, by
    report.save()
    return report


@recorded("event.assessed-by-sponsor", gettext_lazy("Assessed by the sponsor"))
def assess_as_sponsor(
    *, by: Any, event: AdverseEvent, causality: str, is_expected: bool, rationale: str = ""
) -> SponsorAssessment:
    """The sponsor's own causality and expectedness; the investigator's judgement stays and both are shown.

    Raises:
        Refused: nothing was reported yet, a judgement that is not on the list, or words that name the participant.
    """
    event = writing.taken(event)
    require(policies.assess_as_sponsor(by, event))
    if causality not in JUDGEMENTS:
        require(refused(_("Say whether the study drug may have caused it."), "causality"))
    refuse_identity_in(event.subject, rationale=rationale)
    first = event.reports.exclude(received_at=None).order_by("received_at").first()
    received = first.received_at if first and first.received_at else clock.now()
    judged = SponsorAssessment(
        event=event,
        subject=event.subject,
        causality=causality,
        is_expected=is_expected,
        rationale=rationale,
        received_on=clock.local(received, event.site.time_zone).date(),
        assessor=by,
    )
    judged.save()
    return judged
