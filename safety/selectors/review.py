"""What waits for an investigator, ordered by the time left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from safety.domain.clocks import TO_ASSESS, WARNINGS, assessment_due, sponsor_due
from safety.domain.events import CONFIRMED, EventStatus
from safety.models import AdverseEvent, AEAssessment, AECausality
from subjects.selectors import Focus, names_of
from trialcrm.audit.acts import SystemActor
from trialcrm.core import clock
from trialcrm.core.figures.clocks import Deadline, deadline

from .events import event_list

SHOWN = 200
#: What a row asks for: its icon and words.
REPORT, ASSESS, SIGN, SIGN_AGAIN, FOLLOW_UP = "report", "assess", "sign", "sign_again", "follow_up"
ICONS = {REPORT: "siren", ASSESS: "clock", SIGN: "signature", SIGN_AGAIN: "signature", FOLLOW_UP: "refresh-cw"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that waits: for what, until when, how much of the time is used."""

    event: AdverseEvent
    kind: str
    due: datetime
    clock: Deadline
    criteria: tuple[str, ...] = ()
    name: str = ""

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def is_over(self) -> bool:
        return self.clock.is_over

    @property
    def tone(self) -> str:
        if self.is_over or (self.kind == REPORT and self.clock.tone != "neutral"):
            return "critical"
        return {SIGN_AGAIN: "warning", FOLLOW_UP: "info", REPORT: "warning"}.get(self.kind, self.clock.tone)

    @property
    def words(self) -> str:
        """What the row asks for in words where it is not the time that matters; empty otherwise."""
        return {SIGN_AGAIN: _("Sign again"), FOLLOW_UP: _("Follow-up due"), SIGN: _("Sign")}.get(self.kind, "")

    @property
    def zone(self) -> str:
        return self.event.site.time_zone


def _annotated(user: Any, focus: Focus) -> QuerySet[Any]:
    last = AEAssessment.objects.filter(event=OuterRef("pk")).order_by("-sequence").values("pk")[:1]
    judged = AECausality.objects.filter(assessment=OuterRef("last_assessment"))
    rows = event_list(user).filter(site__in=focus.site_ids, status__in=CONFIRMED)
    return rows.annotate(last_assessment=Subquery(last)).annotate(is_judged=Exists(judged, output_field=BooleanField()))


def _waits(focus: Focus) -> Q:
    unreported = Q(is_serious=True, is_reported=False)
    due = focus.on_local_day(lambda today: Q(status=EventStatus.FOLLOW_UP, follow_up_due_on__lte=today))
    return Q(status=EventStatus.UNDER_REVIEW) | Q(needs_signature=True) | unreported | due


def review_queue(user: Any, focus: Focus, where: str = "safety review") -> list[Waiting]:
    """What waits for an investigator in the focus, the most urgent first; overdue ones lead."""
    rows = list(_annotated(user, focus).filter(_waits(focus))[:SHOWN])
    names = names_of(user, {row.subject_id for row in rows}, where) if where else {}
    criteria = _criteria(rows)
    found = [_waiting(row, criteria.get(row.last_assessment, ()), names.get(row.subject_id, "")) for row in rows]
    return sorted(found, key=lambda item: (item.due, item.event.pk))


def _criteria(rows: Iterable[Any]) -> dict[Any, tuple[str, ...]]:
    latest = AEAssessment.objects.filter(pk__in=[row.last_assessment for row in rows if row.is_serious])
    return {item.pk: tuple(str(criterion.label) for criterion in item.criteria) for item in latest}


def _waiting(event: Any, criteria: tuple[str, ...], name: str) -> Waiting:
    kind, start, due = _next(event)
    marks = WARNINGS if kind == REPORT else ()
    return Waiting(event, kind, due, deadline(start, due, clock.now(), marks), criteria, name)


def _next(event: Any) -> tuple[str, datetime, datetime]:
    """What is to be done first, since when it waits, and until when."""
    if event.is_serious and not event.is_reported and event.serious_since:
        return REPORT, event.serious_since, sponsor_due(event.serious_since)
    if event.needs_signature:
        return SIGN_AGAIN, event.updated_at, event.updated_at + TO_ASSESS
    if event.status == EventStatus.UNDER_REVIEW:
        asked = event.review_asked_at or event.aware_at
        due = assessment_due(asked, event.serious_since or event.aware_at, event.is_serious)
        return (SIGN if event.is_judged else ASSESS), min(asked, due - timedelta(hours=1)), due
    noon = clock.at_noon(event.follow_up_due_on, event.site.time_zone) or event.updated_at
    return FOLLOW_UP, noon - timedelta(days=1), noon


def review_counts(user: Any, focus: Focus) -> int:
    """How many events wait for an investigator: the number beside the word in the navigation."""
    return _annotated(user, focus).filter(_waits(focus)).count()


def clocks(user: Any, focus: Focus) -> list[Waiting]:
    """Serious events whose first report was not sent yet, by the time left of the 24 hours."""
    rows = _annotated(user, focus).filter(is_serious=True, is_reported=False)[:SHOWN]
    return sorted((_waiting(row, (), "") for row in rows), key=lambda item: item.due)


def running_clocks() -> list[tuple[Any, Any, Any, Any, datetime]]:
    """Of every serious event that the sponsor was not told of yet: its id, study, site, subject, and when it is due.

    For the duty that reminds people, which acts for nobody.
    """
    rows = event_list(SystemActor("clock")).filter(is_serious=True, is_reported=False, status__in=CONFIRMED)
    since = rows.values_list("pk", "study_id", "site_id", "subject_id", "serious_since").order_by("pk")
    return [(pk, study, site, subject, sponsor_due(at)) for pk, study, site, subject, at in since if at]


def awaiting_assessment(user: Any, focus: Focus) -> QuerySet[AdverseEvent]:
    """Events under review, those asked for first first."""
    rows = event_list(user).filter(site__in=focus.site_ids, status=EventStatus.UNDER_REVIEW)
    return rows.order_by("review_asked_at", "id")


def open_serious(user: Any, focus: Focus) -> QuerySet[AdverseEvent]:
    """Serious events that have not ended for the site."""
    over = (EventStatus.RESOLVED, EventStatus.CLOSED)
    rows = event_list(user).filter(site__in=focus.site_ids, is_serious=True, status__in=CONFIRMED)
    return rows.exclude(status__in=over).order_by("-aware_at", "-id")


def drafts_waiting(user: Any, focus: Focus) -> QuerySet[AdverseEvent]:
    """Reports that nobody has taken up yet, the oldest first."""
    rows = event_list(user).filter(site__in=focus.site_ids, status=EventStatus.DRAFT)
    return rows.order_by("aware_at", "id")


def to_close(user: Any, focus: Focus) -> QuerySet[AdverseEvent]:
    """Resolved events that a principal investigator may close together: mild and not serious."""
    rows = event_list(user).filter(site__in=focus.site_ids, status=EventStatus.RESOLVED, is_serious=False)
    return rows.filter(max_severity__in=("MILD", "1"), needs_signature=False).order_by("aware_at", "id")[:SHOWN]
