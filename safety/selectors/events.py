"""Events as lists and pages show them."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from safety.domain.assessments import BANDS, Severity, is_suspected
from safety.domain.clocks import WARNINGS, authority_due, sponsor_due
from safety.domain.consistency import Facts, Problem, is_treatment_emergent, problems
from safety.domain.events import CONFIRMED, DISMISSED, EventStatus
from safety.models import AdverseEvent, AEAssessment, SafetyReport, SponsorAssessment
from subjects.domain.participation import SubjectState
from subjects.domain.windows import study_day
from subjects.models import Subject
from subjects.selectors import names_of, subjects_named
from trialcrm.access.roles import Role
from trialcrm.audit.log import note
from trialcrm.core import clock
from trialcrm.core.figures.clocks import Deadline, deadline
from trialcrm.core.paging import Order
from trialcrm.core.partial_dates import parse_partial_date

from .assessments import assessments_of

EVENT_ORDERS = {
    "-aware": Order(("-aware_at", "-id")),
    "aware": Order(("aware_at", "id")),
    "participant": Order(("subject__subject_id", "number", "id")),
    "-participant": Order(("-subject__subject_id", "-number", "-id")),
}
RELATED = ("study", "site", "subject__site", "subject__study", "reported_by")


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event with what a line shows of it; the name is empty for those who may not know it."""

    event: AdverseEvent
    name: str = ""
    clock: Deadline | None = None

    @property
    def zone(self) -> str:
        return self.event.site.time_zone


def event_list(user: Any) -> QuerySet[AdverseEvent]:
    """Events in the sight of staff, each knowing whether the sponsor was told (`is_reported`)."""
    reported = SafetyReport.objects.filter(event=OuterRef("pk"))
    rows = AdverseEvent.objects.visible_to(user).select_related(*RELATED)
    return rows.annotate(is_reported=Exists(reported))


def with_severity(rows: QuerySet[AdverseEvent], band: str) -> QuerySet[AdverseEvent]:
    """Events whose highest severity, or grade, falls under one of the three words."""
    return rows.filter(max_severity__in=BANDS[Severity(band)])


def events_matching(user: Any, rows: QuerySet[AdverseEvent], words: str) -> QuerySet[AdverseEvent]:
    """Events whose term holds the words, or whose participant's id or name (for those who may see names) does."""
    words = words.strip()
    if not words:
        return rows
    found = Q(event_term__icontains=words) | Q(subject__subject_id__icontains=words)
    return rows.filter(found | Q(subject__in=subjects_named(user, words)))


def clock_of(event: Any) -> Deadline | None:
    """The 24 hours to the sponsor while they run; nothing once the first report was sent."""
    if not event.is_serious or event.serious_since is None or event.is_reported or event.status not in CONFIRMED:
        return None
    return deadline(event.serious_since, sponsor_due(event.serious_since), clock.now(), WARNINGS)


def event_rows(user: Any, events: Iterable[AdverseEvent], where: str) -> list[EventRow]:
    """Lines for events already chosen, with names for those who may see them; reading names is logged."""
    chosen = list(events)
    names = names_of(user, {event.subject_id for event in chosen}, where)
    return [EventRow(event, names.get(event.subject_id, ""), clock_of(event)) for event in chosen]


EVENT_COLUMNS = ["study", "site", "subject_id", "event", "term", "began", "ended", "status", "serious", "severity"]
EVENT_COLUMNS += ["highest_severity", "causality", "action_taken", "outcome", "treatment_emergent", "site_aware"]


def event_lines(user: Any, rows: QuerySet[AdverseEvent], filters: dict[str, str]) -> Iterator[list[Any]]:
    """The list as a table of coded data, without names; the export is logged with its filters."""
    note(
        "event.exported",
        _("List of adverse events exported"),
        by=user,
        facts={"rows": rows.count(), "filters": filters},
    )
    return (_line(event) for event in rows.iterator(chunk_size=1000))


def _line(event: AdverseEvent) -> list[Any]:
    emergent = is_treatment_emergent(event.began, event.subject.first_dose_on)
    return [
        event.study.protocol_id,
        event.site.number,
        event.subject.subject_id,
        event.code,
        event.event_term,
        event.onset,
        event.end,
        event.status,
        "Y" if event.is_serious else "N",
        event.severity,
        event.max_severity,
        event.causality,
        event.action_taken,
        event.outcome,
        {True: "Y", False: "N", None: ""}[emergent],
        clock.local(event.aware_at, event.site.time_zone).isoformat(timespec="minutes"),
    ]


def event_for(user: Any, pk: uuid.UUID) -> AdverseEvent:
    """One event in the person's sight, or 404."""
    return get_object_or_404(event_list(user).select_related(*RELATED, "kept_event", "study__safety_plan"), pk=pk)


@dataclass(frozen=True, slots=True)
class EventPage:
    """Everything that the page of one event shows."""

    row: EventRow
    assessments: list[AEAssessment]
    reports: list[SafetyReport]
    sponsor: list[SponsorAssessment]
    problems: list[Problem]
    onset_day: int | None
    is_emergent: bool | None
    is_own_report: bool
    authority_due: date | None = None
    duplicates: list[AdverseEvent] = field(default_factory=list)

    @property
    def latest(self) -> AEAssessment | None:
        return self.assessments[-1] if self.assessments else None

    @property
    def medical(self) -> AEAssessment | None:
        """The last assessment by an investigator."""
        return next((item for item in reversed(self.assessments) if item.is_medical), None)

    @property
    def awaits_signature(self) -> bool:
        """Whether a medical assessment stands that is not signed as it is now."""
        event, latest = self.row.event, self.latest
        judged = latest is not None and bool(latest.causalities.all())
        return judged and (event.status == EventStatus.UNDER_REVIEW or event.needs_signature)


def event_page(user: Any, event: AdverseEvent) -> EventPage:
    """One event with its assessments, reports and contradictions."""
    (row,) = event_rows(user, [event], where="adverse event")
    assessments = list(assessments_of(user, event))
    reports = SafetyReport.objects.visible_to(user).filter(event=event)
    sponsor = SponsorAssessment.objects.visible_to(user).filter(event=event).select_related("assessor")
    exact = event.began.exact if event.began else None
    judged = list(sponsor)
    return EventPage(
        row,
        assessments,
        list(reports.select_related("sent_by", "received_by", "acknowledged_by").order_by("sequence")),
        judged,
        [] if event.status in DISMISSED else problems(facts_of(event, assessments[-1] if assessments else None)),
        study_day(exact, event.subject.first_dose_on),
        is_treatment_emergent(event.began, event.subject.first_dose_on),
        _is_own_report(event),
        _authority_due(event, assessments, judged),
        list(AdverseEvent.objects.visible_to(user).filter(kept_event=event)),
    )


def _is_own_report(event: AdverseEvent) -> bool:
    """Whether the participant told of it: the name of their account would say who they are."""
    return event.subject.memberships.filter(role=Role.PART, user=event.reported_by_id).exists()


def _authority_due(
    event: AdverseEvent, assessments: list[AEAssessment], judged: list[SponsorAssessment]
) -> date | None:
    """The sponsor's own limit, as the last sponsor's assessment and either party's causality want it."""
    if not judged or not event.is_serious:
        return None
    last = judged[-1]
    grave = any(item.results_in_death or item.life_threatening for item in assessments)
    suspected = is_suspected(event.causality) or is_suspected(last.causality)
    return authority_due(last.received_on, is_grave=grave, is_unexpected=not last.is_expected, is_suspected=suspected)


def facts_of(event: AdverseEvent, latest: AEAssessment | None) -> Facts:
    """What the checks look at, of an event with its latest assessment."""
    subject = event.subject
    return Facts(
        onset=event.began,
        end=event.ended,
        end_is_unknown=bool(event.end_unknown_reason),
        outcome=latest.outcome if latest else "",
        results_in_death=bool(latest and latest.results_in_death),
        hospitalisation=bool(latest and latest.hospitalisation),
        admitted=parse_partial_date(latest.admitted) if latest and latest.admitted else None,
        consented_on=subject.consented_on,
        is_dead=subject.state == SubjectState.DIED,
        died_on=parse_partial_date(subject.died_on) if subject.died_on else None,
        today=clock.today(event.site.time_zone),
    )


def events_of(user: Any, subject: Subject) -> list[EventRow]:
    """All events of one subject by their number, also those dismissed."""
    rows = event_list(user).filter(subject=subject).order_by("number")
    return [EventRow(event, "", clock_of(event)) for event in rows]


def kept_choices(user: Any, event: AdverseEvent) -> QuerySet[AdverseEvent]:
    """Other events of the same participant, of which this one may be a duplicate."""
    rows = AdverseEvent.objects.visible_to(user).filter(subject=event.subject_id).exclude(pk=event.pk)
    return rows.exclude(status=EventStatus.VOID).select_related("subject").order_by("number")
