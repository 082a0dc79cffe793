"""The list of subjects, and what happened to one of them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.domain.screening import ScreeningStatus
from subjects.models import Screening, Subject, Visit
from trialcrm.audit.log import note
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


def with_screening_status(user: Any, rows: Any, status: str) -> QuerySet[Subject]:
    """Subjects whose latest attempt has the status, where the person may see attempts; “pending” includes those not
    yet screened.
    """
    latest = Q(screenings__is_current=True, screenings__status=status)
    if status == ScreeningStatus.PENDING:
        latest |= Q(screenings__isnull=True)
    return rows.visible_to(user, Perm.VIEW_SCREENING).filter(latest)


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
