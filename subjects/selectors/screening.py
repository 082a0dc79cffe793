"""The screening queue, one attempt, and the attempts and consents of one subject."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from subjects.domain.participation import IN_SCREENING
from subjects.domain.screening import (
    OPEN,
    WARNS_AT,
    Answered,
    ScreeningStatus,
    days_used,
    is_met,
    unanswered,
    unmet,
)
from subjects.models import Consent, CriterionResult, Disposition, EligibilityCriterion, Screening, Subject
from trialcrm.audit.log import note
from trialcrm.core import clock
from trialcrm.core.paging import Order

from .identities import names_of, subjects_named

#: Keyset orders of the queue; the first is the default and has an index of its own.
QUEUE_ORDERS = {
    "oldest": Order(("screening_date", "id")),
    "newest": Order(("-screening_date", "-id")),
    "id": Order(("subject__subject_id", "id")),
    "-id": Order(("-subject__subject_id", "-id")),
}
#: What the chips above the queue leave, by the word in the address; nothing chosen shows who is in screening.
QUEUE_PARTS = {
    "": Q(subject__state__in=IN_SCREENING),
    "pending": Q(status=ScreeningStatus.PENDING),
    "rescreen": Q(status=ScreeningStatus.RESCREEN),
    "passed": Q(status=ScreeningStatus.PASSED),
    "failed": Q(status=ScreeningStatus.FAILED),
    "all": Q(),
}


@dataclass(frozen=True, slots=True)
class Pace:
    """Days of screening used of those that the protocol allows."""

    used: int
    allowed: int

    @property
    def percent(self) -> int:
        """How much of a bar is filled, 0 to 100."""
        return min(100, max(0, round(100 * self.used / self.allowed))) if self.allowed else 100

    @property
    def tone(self) -> str:
        if self.used > self.allowed:
            return "critical"
        return "warning" if self.used > self.allowed * WARNS_AT else "good"


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion of an attempt, with the answer where there is one."""

    criterion: EligibilityCriterion
    result: CriterionResult | None = None

    @property
    def answer(self) -> str:
        return self.result.answer if self.result else ""

    @property
    def evidence(self) -> str:
        return self.result.evidence if self.result else ""

    @property
    def met(self) -> bool | None:
        return is_met(self.criterion.kind, self.answer)

    @property
    def answered(self) -> Answered:
        return Answered(self.criterion.code, self.criterion.kind, self.answer)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue."""

    screening: Screening
    name: str
    pace: Pace
    answered: int
    criteria: int
    unmet: list[str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as its page shows it."""

    screening: Screening
    lines: list[Line]
    pace: Pace
    today: date
    name: str = ""
    earlier: tuple[Screening, ...] = ()

    @property
    def zone(self) -> str:
        return self.screening.site.time_zone

    @property
    def unmet(self) -> list[str]:
        return unmet(line.answered for line in self.lines)

    @property
    def unanswered(self) -> list[str]:
        return unanswered(line.answered for line in self.lines)

    @property
    def kinds(self) -> list[tuple[str, list[Line]]]:
        """The criteria under their headings, inclusion first."""
        parts: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            parts[line.criterion.get_kind_display()].append(line)
        return sorted(parts.items(), key=lambda part: part[1][0].criterion.kind, reverse=True)


def pace_of(screening: Screening, today: date) -> Pace:
    """Days used until the decision, or until today while the attempt is open."""
    until = screening.decided_on or today
    return Pace(days_used(screening.screening_date, until), screening.study.max_screening_days)


def screening_queue(user: Any) -> QuerySet[Screening]:
    """The current attempt of everybody in the person's sight, with what a row shows."""
    rows = Screening.objects.visible_to(user).current()
    return rows.select_related("study", "site__institution", "subject__coordinator")


def queue_matching(user: Any, rows: QuerySet[Screening], words: str) -> QuerySet[Screening]:
    """Attempts of subjects whose id holds the words, or whose name does for those who may see names."""
    words = words.strip()
    if not words:
        return rows
    return rows.filter(Q(subject__subject_id__icontains=words) | Q(subject__in=subjects_named(user, words)))


def queue_counts(rows: QuerySet[Screening]) -> dict[str, int]:
    """How many attempts each chip would leave."""
    names = {part or "now": Count("pk", filter=condition) for part, condition in QUEUE_PARTS.items() if condition}
    found = rows.order_by().aggregate(**names, all=Count("pk"))
    return {"": found.pop("now"), **found}


def queue_rows(user: Any, attempts: list[Screening]) -> list[QueueRow]:
    """Lines of the queue for attempts already chosen, with names for those who may see them."""
    names = names_of(user, [attempt.subject_id for attempt in attempts], where="screening queue")
    criteria = _criteria_counts({attempt.study_id for attempt in attempts})
    answers = _answers(user, [attempt.pk for attempt in attempts])
    return [
        QueueRow(
            screening=attempt,
            name=names.get(attempt.subject_id, ""),
            pace=pace_of(attempt, clock.today(attempt.site.time_zone)),
            answered=sum(1 for item in answers[attempt.pk] if item.answer),
            criteria=criteria.get(attempt.study_id, 0),
            unmet=unmet(answers[attempt.pk]),
        )
        for attempt in attempts
    ]


def _criteria_counts(studies: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = EligibilityCriterion.objects.filter(study__in=list(studies), is_current=True).order_by()
    return dict(rows.values_list("study_id").annotate(Count("pk")))


def _answers(user: Any, attempts: list[uuid.UUID]) -> dict[uuid.UUID, list[Answered]]:
    rows = CriterionResult.objects.visible_to(user).filter(screening__in=attempts).select_related("criterion")
    found: dict[uuid.UUID, list[Answered]] = defaultdict(list)
    for row in rows.order_by("criterion__order"):
        found[row.screening_id].append(Answered(row.criterion.code, row.criterion.kind, row.answer))
    return found


QUEUE_COLUMNS = (
    "study", "site", "subject_id", "attempt", "status", "screening_date", "days_used", "days_allowed",
    "criteria_answered", "criteria", "unmet", "decided_on", "coordinator",
)  # fmt: skip


def queue_lines(user: Any, rows: QuerySet[Screening]) -> Iterator[list[Any]]:
    """The queue as a table of coded data; the export is logged."""
    found = list(rows)
    facts = {"rows": len(found), "subjects": sorted(str(row.subject_id) for row in found)}
    note("screening.exported", _("Screening queue exported"), by=user, facts=facts)
    criteria = _criteria_counts({row.study_id for row in found})
    answers = _answers(user, [row.pk for row in found])
    return (_line(row, criteria.get(row.study_id, 0), answers[row.pk]) for row in found)


def _line(row: Screening, criteria: int, answers: list[Answered]) -> list[Any]:
    pace = pace_of(row, clock.today(row.site.time_zone))
    given = sum(1 for item in answers if item.answer)
    who = row.subject.coordinator.name if row.subject.coordinator else ""
    place = [row.study.protocol_id, row.site.number, row.subject.subject_id, row.attempt, row.status]
    days = [row.screening_date, pace.used, pace.allowed]
    return [*place, *days, given, criteria, " ".join(unmet(answers)), row.decided_on, who]


def screening_for(user: Any, pk: uuid.UUID) -> Screening:
    """One attempt that the person may see, or 404."""
    related = ("subject__site", "subject__study", "study", "site__institution", "completed_by", "eligible_by")
    return get_object_or_404(Screening.objects.visible_to(user).select_related(*related), pk=pk)


def attempt_for(user: Any, pk: uuid.UUID) -> Attempt:
    """One attempt with its criteria as worded, without saying whose it is."""
    screening = screening_for(user, pk)
    today = clock.today(screening.site.time_zone)
    return Attempt(screening, lines_of(user, [screening])[screening.pk], pace_of(screening, today), today)


def attempt_page(user: Any, pk: uuid.UUID) -> Attempt:
    """One attempt with the name and the other attempts of the person. Reading the name is logged."""
    found = attempt_for(user, pk)
    subject = found.screening.subject_id
    others = Screening.objects.visible_to(user).filter(subject=subject).exclude(pk=pk)
    names = names_of(user, [subject], where="screening attempt")
    return replace(found, name=names.get(subject, ""), earlier=tuple(others.order_by("-attempt")))


def lines_of(user: Any, attempts: list[Screening]) -> dict[uuid.UUID, list[Line]]:
    """The criteria of attempts of one study in the protocol's order: those in force while open, those answered after.

    An open attempt is measured against the criteria in force now; a decided one keeps what was asked then.
    """
    results = CriterionResult.objects.visible_to(user).filter(screening__in=attempts)
    given = {(row.screening_id, row.criterion_id): row for row in results.select_related("assessed_by")}
    studies = {attempt.study_id for attempt in attempts}
    asked = Q(is_current=True) | Q(pk__in=[criterion for _screening, criterion in given])
    criteria = list(EligibilityCriterion.objects.filter(asked, study__in=studies))
    return {
        attempt.pk: [
            Line(item, given.get((attempt.pk, item.pk)))
            for item in criteria
            if (attempt.pk, item.pk) in given or (item.is_current and attempt.status in OPEN)
        ]
        for attempt in attempts
    }


@dataclass(frozen=True, slots=True)
class ScreeningTab:
    """What the chart's tab on screening and consent shows."""

    attempts: list[Attempt]
    consents: list[Consent]
    dispositions: list[Disposition]


def screening_tab(user: Any, subject: Subject) -> ScreeningTab:
    """Attempts with their answers, consents with their versions, and milestones, each as far as the person may see."""
    rows = Screening.objects.visible_to(user).filter(subject=subject)
    attempts = list(rows.select_related("study", "site", "subject", "completed_by", "eligible_by").order_by("-attempt"))
    lines, today = lines_of(user, attempts), clock.today(subject.site.time_zone)
    consents = Consent.objects.visible_to(user).filter(subject=subject)
    dispositions = Disposition.objects.visible_to(user).filter(subject=subject)
    return ScreeningTab(
        attempts=[Attempt(item, lines[item.pk], pace_of(item, today), today) for item in attempts],
        consents=list(consents.select_related("version", "discussed_by").order_by("-signed_on", "-id")),
        dispositions=list(dispositions.order_by("sequence")),
    )
