"""Adverse events, how they were judged, and what the sponsor was told."""

from collections import defaultdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef
from pydantic import BaseModel

from safety import selectors
from safety.domain.assessments import JUDGEMENTS, RELATEDNESS, Causality, Criterion, Outcome, Severity
from safety.domain.events import EventStatus, LearnedFrom
from safety.domain.permissions import Perm
from safety.domain.reports import ReportKind
from safety.models import AdverseEvent, AEAssessment, SafetyReport, SponsorAssessment
from safety.selectors.events import clock_of
from trialcrm.access.scope import scope_of
from trialcrm.api.selectors.publishing import (
    ABOUT_SUBJECT,
    BY_CREATION,
    BY_PATIENT,
    Filter,
    Link,
    Many,
    Published,
    between,
    choices_of,
    columns,
    computed,
    exact,
    for_staff,
    in_sight,
    loaded,
    places,
    publish,
)

#: What the participant's page says of each status; some statuses are one and the same to them.
PROGRESS = {
    EventStatus.DRAFT: "received",
    EventStatus.OPEN: "noted",
    EventStatus.FOLLOW_UP: "noted",
    EventStatus.UNDER_REVIEW: "with_a_physician",
    EventStatus.RESOLVED: "followed_to_its_end",
    EventStatus.CLOSED: "followed_to_its_end",
    EventStatus.NOT_AN_AE: "nothing_more_needed",
    EventStatus.VOID: "nothing_more_needed",
}
#: All that participants read of what they reported.
TOLD_TO_PARTICIPANTS = frozenset(
    {
        "id",
        "subject_id",
        "patient_id",
        "study_id",
        "site_id",
        "event_term",
        "narrative",
        "onset_date",
        "onset_from",
        "onset_until",
        "progress",
        "reported_by_id",
        "created_at",
        "updated_at",
    }
)


def _events(user: Any) -> Any:
    """Events that staff see, and what participants reported themselves."""
    own = AdverseEvent.objects.visible_to(user, Perm.OWN_SYMPTOMS).filter(reported_by=user.pk)
    reported = SafetyReport.objects.filter(event=OuterRef("pk"))
    rows = AdverseEvent.objects.visible_to(user) | own
    return rows.select_related("subject").annotate(is_reported=Exists(reported))


def _criteria(user: Any, events: list[Any]) -> dict[UUID, list[str]]:
    """Every criterion that any assessment of an event meets, for staff."""
    met: dict[UUID, set[str]] = defaultdict(set)
    for item in AEAssessment.objects.visible_to(user).filter(event__in=[event.pk for event in events]):
        met[item.event_id] |= {criterion.value for criterion in item.criteria}
    scope = scope_of(user)
    told = [event.pk for event in events if scope.may(Perm.VIEW_EVENT, event)]
    return {pk: [item.value for item in Criterion if item.value in met[pk]] for pk in told}


def _unfinished(rows: Any, wanted: bool, user: Any) -> Any:
    waiting = AdverseEvent.objects.unfinished().values("pk")
    return rows.filter(pk__in=waiting) if wanted else rows.exclude(pk__in=waiting)


def _by_severity(rows: Any, band: str, user: Any) -> Any:
    return selectors.with_severity(rows, band)


def _by_causality(rows: Any, wanted: str, user: Any) -> Any:
    return rows.filter(causality__in=[""] if wanted == "none" else RELATEDNESS[Causality(wanted)])


_EVENT_FIELDS = (
    *columns(AdverseEvent, "id", "subject_id", patient_id="subject_id"),
    *columns(AdverseEvent, "study_id", "site_id", "number"),
    computed("code", str, "code", "The number as people at a site say it, like E03"),
    *columns(AdverseEvent, "event_term", "narrative"),
    computed("onset_date", str | None, lambda event: event.onset or None, "When it began, as far as it is known"),
    *columns(AdverseEvent, "onset_from", "onset_until"),
    computed("end_date", str | None, lambda event: event.end or None, "When it ended, as far as it is known"),
    *columns(AdverseEvent, "end_from", "end_until", "end_unknown_reason", "status", "status_reason"),
    computed(
        "progress",
        Literal[tuple(dict.fromkeys(PROGRESS.values()))],
        lambda event: PROGRESS[EventStatus(event.status)],
        "What a participant who reported it is told of its way",
    ),
    *columns(AdverseEvent, "kept_event_id", "severity", "max_severity", serious="is_serious"),
    loaded("criteria", list[choices_of(Criterion)] | None, _criteria, "What makes it serious"),
    *columns(AdverseEvent, "causality", "action_taken", "outcome", "is_cause_of_death"),
    *columns(AdverseEvent, "reported_by_id", "learned_from", "aware_at", "serious_since"),
    computed("is_reported", bool, "is_reported", "Whether the sponsor was sent a first report"),
    computed("report_due_at", datetime | None, "sponsor_due", "Until when the sponsor is told; for serious events"),
    computed(
        "is_report_overdue",
        bool,
        lambda event: bool((running := clock_of(event)) and running.is_over),
        "Whether that time is over and no report was sent",
    ),
    *columns(AdverseEvent, "review_asked_at", "follow_up_due_on", "needs_signature", "created_at", "updated_at"),
)

ADVERSE_EVENTS = publish(
    Published(
        name="adverse-events",
        title="AdverseEvent",
        brief="AdverseEvent",
        doc="An adverse event of one participant, with its latest and its worst judgement. Participants see what they "
        "reported themselves.",
        permission=Perm.VIEW_EVENT,
        own_permission=Perm.OWN_SYMPTOMS,
        rows=_events,
        fields=_EVENT_FIELDS,
        withheld=frozenset(each.name for each in _EVENT_FIELDS if not each.load) - TOLD_TO_PARTICIPANTS,
        links=(*ABOUT_SUBJECT, Link("reported_by", "users"), Link("kept_event", "adverse-events")),
        many=(
            Many("assessments", "assessments", "event_id"),
            Many("safety_reports", "safety-reports", "event_id"),
            Many("sponsor_assessments", "sponsor-assessments", "event_id"),
        ),
        filters=(
            *places(),
            BY_PATIENT,
            exact("reported_by", UUID, "reported_by_id", "Key of the account"),
            *between("onset", "onset_from", doc="By the first day on which it may have begun"),
            *for_staff(
                exact("status", choices_of(EventStatus)),
                Filter("is_unfinished", bool, _unfinished, "Whether something is still to be done"),
                exact("serious", bool, "is_serious"),
                Filter(
                    "severity",
                    Literal["MILD", "MODERATE", "SEVERE"],
                    _by_severity,
                    "The highest severity; grades are counted with the words that they stand for",
                ),
                Filter(
                    "causality",
                    Literal[("none", *(item.value for item in RELATEDNESS))],
                    _by_causality,
                    "Grouped as in the table of relatedness; none where it was not judged",
                ),
                exact("outcome", choices_of(Outcome)),
                exact("learned_from", choices_of(LearnedFrom)),
                *between("aware", "aware_at", datetime, "By when the site knew"),
            ),
        ),
        orders={
            "-aware_at": selectors.EVENT_ORDERS["-aware"],
            "aware_at": selectors.EVENT_ORDERS["aware"],
            "subject_id": selectors.EVENT_ORDERS["participant"],
            "-subject_id": selectors.EVENT_ORDERS["-participant"],
            **BY_CREATION,
        },
    )
)


class ProductCausality(BaseModel):
    """Whether one product caused it; `order_id` is the order by which it was taken, where there is one."""

    product: str
    order_id: UUID | None
    causality: choices_of(Causality)  # type: ignore[valid-type]


def _causalities(assessment: Any) -> list[dict[str, Any]]:
    return [
        {"product": row.product, "order_id": row.order_ref, "causality": row.causality}
        for row in assessment.causalities.all()
    ]


ASSESSMENTS = publish(
    Published(
        name="assessments",
        title="AEAssessment",
        doc="How an event stood on one day. Severity and seriousness are separate judgements.",
        permission=Perm.VIEW_EVENT,
        rows=lambda user: in_sight(AEAssessment, user).prefetch_related("causalities"),
        fields=(
            *columns(AEAssessment, "id", "event_id", "subject_id", "study_id", "site_id", "sequence", "assessed_on"),
            *columns(AEAssessment, "visit_id", "severity"),
            computed("serious", bool, "is_serious", "Whether a criterion is met"),
            computed(
                "criteria",
                list[choices_of(Criterion)],
                lambda item: [criterion.value for criterion in item.criteria],
                "What makes it serious",
            ),
            *columns(AEAssessment, "admitted", "action_taken", "outcome", "has_treatment", "remark"),
            computed("causalities", list[ProductCausality], _causalities, "Product by product"),
            *columns(AEAssessment, "assessor_id", "is_medical", "source_serious", "created_at", "updated_at"),
        ),
        links=(*ABOUT_SUBJECT, Link("event", "adverse-events"), Link("visit", "visits"), Link("assessor", "users")),
        filters=(
            *places(),
            exact("event", UUID, "event_id", "Key of the event"),
            exact("severity", choices_of(Severity)),
            exact("is_medical", bool, doc="Whether an investigator judged"),
            *between("assessed", "assessed_on"),
        ),
        orders=BY_CREATION,
    )
)


class ReportedLine(BaseModel):
    """One line of a report as it was sent."""

    name: str
    label: str
    shown: str
    is_new: bool


def _lines(report: Any) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": line["label"], "shown": line["shown"], "is_new": name in report.changed}
        for name, line in report.snapshot.items()
    ]


SAFETY_REPORTS = publish(
    Published(
        name="safety-reports",
        title="SafetyReport",
        doc="One report of a serious event to the sponsor, frozen when it was sent; only its receipt is added.",
        permission=Perm.VIEW_EVENT,
        rows=lambda user: in_sight(SafetyReport, user),
        fields=(
            *columns(SafetyReport, "id", "event_id", "subject_id", "study_id", "site_id", "kind", "sequence"),
            computed("name", str, "name", "Initial, Follow-up 2, Final"),
            computed("lines", list[ReportedLine], _lines, "What it says, line by line"),
            *columns(SafetyReport, "new_information", "aware_at", "sent_at", "sent_by_id", "hours_elapsed"),
            *columns(SafetyReport, "is_on_time", "follow_up_due_on", "received_at", "received_by_id"),
            *columns(SafetyReport, "acknowledged_at", "acknowledged_by_id", "created_at", "updated_at"),
        ),
        links=(
            *ABOUT_SUBJECT,
            Link("event", "adverse-events"),
            Link("sent_by", "users"),
            Link("received_by", "users"),
            Link("acknowledged_by", "users"),
        ),
        filters=(
            *places(),
            exact("event", UUID, "event_id", "Key of the event"),
            exact("kind", choices_of(ReportKind)),
            exact("is_on_time", bool),
            Filter(
                "is_waiting",
                bool,
                lambda rows, value, user: rows.filter(acknowledged_at__isnull=value),
                "Whether the sponsor has still to acknowledge it",
            ),
            *between("sent", "sent_at", datetime),
        ),
        orders=BY_CREATION,
    )
)

SPONSOR_ASSESSMENTS = publish(
    Published(
        name="sponsor-assessments",
        title="SponsorAssessment",
        doc="The sponsor's own judgement of an event. It stands beside the investigator's and never replaces it.",
        permission=Perm.VIEW_EVENT,
        rows=lambda user: in_sight(SponsorAssessment, user),
        fields=(
            *columns(SponsorAssessment, "id", "event_id", "subject_id", "study_id", "site_id", "causality"),
            *columns(SponsorAssessment, "is_expected", "rationale", "received_on", "assessor_id"),
            *columns(SponsorAssessment, "created_at", "updated_at"),
        ),
        links=(*ABOUT_SUBJECT, Link("event", "adverse-events"), Link("assessor", "users")),
        filters=(
            *places(),
            exact("event", UUID, "event_id", "Key of the event"),
            exact("causality", choices_of(JUDGEMENTS)),
        ),
        orders=BY_CREATION,
    )
)
