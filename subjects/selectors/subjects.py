"""The list of subjects, and what happened to one of them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subjects.domain.screening import ScreeningStatus
from subjects.domain.visits import DONE, VisitStatus
from subjects.models import Consent, Disposition, Screening, Subject, SubjectNote, Visit
from trialcrm.audit.log import note
from trialcrm.core import clock
from trialcrm.core.paging import Order

from .identities import names_of, subjects_named

SUBJECT_ORDERS = {
    "id": Order(("subject_id", "id")),
    "-id": Order(("-subject_id", "-id")),
    "newest": Order(("-created_at", "-id")),
}


def subject_list(user: Any) -> QuerySet[Subject]:
    """Subjects in the person's sight, with what a row shows."""
    return Subject.objects.visible_to(user).select_related("study", "site", "coordinator")


def screening_statuses(user: Any, subjects: list[uuid.UUID]) -> dict[uuid.UUID, Screening]:
    """The current attempt of each of the subjects."""
    rows = Screening.objects.visible_to(user).filter(subject__in=subjects, is_current=True)
    return {row.subject_id: row for row in rows}


def next_visits(user: Any, subjects: list[uuid.UUID]) -> dict[uuid.UUID, Visit]:
    """The next open visit of each of the subjects."""
    rows = Visit.objects.visible_to(user).filter(subject__in=subjects).open()
    return {row.subject_id: row for row in rows.order_by("subject", "-due_on")}


def with_screening_status(rows: QuerySet[Subject], status: str) -> QuerySet[Subject]:
    """Subjects whose latest attempt has the status; “pending” includes those not yet screened."""
    latest = Q(screenings__is_current=True, screenings__status=status)
    if status == ScreeningStatus.PENDING:
        latest |= Q(screenings__isnull=True)
    return rows.filter(latest)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the overview's timeline."""

    at: datetime
    icon: str
    tone: str
    title: str
    text: str
    url: str


VISIT_ICONS = {
    VisitStatus.COMPLETED: ("calendar-check", "good"),
    VisitStatus.SIGNED: ("calendar-check", "good"),
    VisitStatus.MISSED: ("calendar-x", "critical"),
    VisitStatus.CANCELLED: ("calendar-off", "neutral"),
}


def timeline(user: Any, subject: Subject, limit: int = 60) -> list[Entry]:
    """Everything that happened to one subject, newest first, from what the person may see."""
    zone = subject.site.time_zone
    entries = [
        *_consents(user, subject),
        *_attempts(user, subject),
        *_visits(user, subject),
        *_dispositions(user, subject),
        *_notes(user, subject),
    ]
    ordered = sorted(entries, key=lambda entry: clock.local(entry.at, zone), reverse=True)
    return ordered[:limit]


def _consents(user: Any, subject: Subject) -> Iterator[Entry]:
    for item in Consent.objects.visible_to(user).filter(subject=subject).select_related("version"):
        at = item.signed_at or clock.at_noon(item.signed_on, subject.site.time_zone) or item.created_at
        version = str(item.version) if item.version else _("not recorded")
        title = _("Consent signed, version %(version)s") % {"version": version}
        yield Entry(at, "file-pen-line", "info", title, item.get_status_display(), "")


def _attempts(user: Any, subject: Subject) -> Iterator[Entry]:
    for item in Screening.objects.visible_to(user).filter(subject=subject):
        day = item.decided_on or item.screening_date
        tones = {ScreeningStatus.PASSED: "good", ScreeningStatus.FAILED: "critical"}
        words = {"attempt": item.attempt, "status": item.get_status_display().lower()}
        title = _("Screening attempt %(attempt)s: %(status)s") % words
        text = item.get_fail_reason_display() if item.fail_reason else ""
        at = clock.at_noon(day, subject.site.time_zone) or item.created_at
        yield Entry(at, "clipboard-check", tones.get(item.status, "info"), title, text, item.get_absolute_url())


def _visits(user: Any, subject: Subject) -> Iterator[Entry]:
    rows = Visit.objects.visible_to(user).filter(subject=subject, status__in=[*DONE, VisitStatus.MISSED])
    for item in rows.exclude(started_on=None) | rows.filter(status=VisitStatus.MISSED):
        icon, tone = VISIT_ICONS.get(item.status, ("calendar", "neutral"))
        off = item.deviation_days or 0
        text = _off_words(off) if off else ""
        title = f"{item.visit_type} · {item.get_status_display().lower()}"
        at = clock.at_noon(item.started_on or item.closes_on or item.due_on, subject.site.time_zone) or item.created_at
        yield Entry(at, icon, "warning" if off else tone, title, text, item.get_absolute_url())


def _off_words(days: int) -> str:
    """How far outside of its window a visit took place."""
    if days < 0:
        return ngettext("%(n)d day early", "%(n)d days early", -days) % {"n": -days}
    return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}


def _dispositions(user: Any, subject: Subject) -> Iterator[Entry]:
    for item in Disposition.objects.visible_to(user).filter(subject=subject):
        at = clock.at_noon(item.starts_from, subject.site.time_zone) or item.created_at
        text = item.term if item.term != item.decoded else ""
        yield Entry(at, "milestone", "neutral", item.decoded.capitalize(), text, "")


def _notes(user: Any, subject: Subject) -> Iterator[Entry]:
    for item in SubjectNote.objects.visible_to(user).filter(subject=subject, addendum_to=None).select_related("author"):
        title = _("%(type)s note") % {"type": item.get_note_type_display()}
        text = item.note_text[:160]
        yield Entry(item.created_at, "notebook-pen", "neutral", title, f"{text} · {item.author}", "")


def coordinators(user: Any) -> list[Any]:
    """The people who look after subjects in the person's sight."""
    rows = Subject.objects.visible_to(user).exclude(coordinator=None).order_by("coordinator__name")
    people = {
        row.coordinator_id: row.coordinator for row in rows.distinct("coordinator__name").select_related("coordinator")
    }
    return list(people.values())


def matching(user: Any, rows: QuerySet[Subject], words: str) -> QuerySet[Subject]:
    """Subjects whose id holds the words, or whose name does for those who may see names."""
    words = words.strip()
    if not words:
        return rows
    return rows.filter(Q(subject_id__icontains=words) | Q(pk__in=subjects_named(user, words)))


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One line of the list."""

    subject: Subject
    name: str
    screening: Screening | None
    next_visit: Visit | None


def order_of(sort: str) -> Order:
    """The order of the list for a sort key of its address; by id where the key makes no sense."""
    return SUBJECT_ORDERS.get(sort, SUBJECT_ORDERS["id"])


def subject_rows(user: Any, subjects: list[Subject]) -> list[SubjectRow]:
    """Lines for subjects already chosen, with names for those who may see them."""
    ids = [subject.pk for subject in subjects]
    names = names_of(user, ids, where="participant list")
    attempts, visits = screening_statuses(user, ids), next_visits(user, ids)
    return [SubjectRow(item, names.get(item.pk, ""), attempts.get(item.pk), visits.get(item.pk)) for item in subjects]


def subject_lines(user: Any, rows: QuerySet[Subject]) -> tuple[list[str], Iterator[list[Any]]]:
    """The list as a table of coded data; the export is logged."""
    found = list(rows)
    statuses = screening_statuses(user, [subject.pk for subject in found])
    note("subject.exported", _("Participant list exported"), by=user, facts={"rows": len(found)})
    header = [
        "study",
        "site",
        "subject_id",
        "state",
        "screening_status",
        "coordinator",
        "consented_on",
        "first_dose_on",
    ]

    def lines() -> Iterator[list[Any]]:
        for item in found:
            attempt = statuses.get(item.pk)
            status = attempt.status if attempt else ""
            coordinator = item.coordinator.name if item.coordinator else ""
            yield [
                item.study.protocol_id,
                item.site.number,
                item.subject_id,
                item.state,
                status,
                coordinator,
                item.consented_on,
                item.first_dose_on,
            ]

    return header, lines()
