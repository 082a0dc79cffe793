"""Visits as lists, charts and pages show them."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from subjects.domain.permissions import Perm
from subjects.domain.visits import (
    CLOSING_DAYS,
    DONE,
    OPEN,
    Anchor,
    WindowState,
    out_of_window_words,
    suggested_day,
    window_state,
)
from subjects.domain.windows import study_day
from subjects.models import Appointment, Subject, Visit
from trialcrm.access.roles import Role, permissions_of
from trialcrm.audit.log import note
from trialcrm.core import clock
from trialcrm.core.figures import WindowBar
from trialcrm.core.paging import Order

from .appointments import wishes_of
from .identities import names_of, subjects_named
from .studies import Focus
from .work import bar_of

VISIT_ORDERS = {
    "due": Order(("due_on", "id")),
    "-due": Order(("-due_on", "-id")),
    "participant": Order(("subject__subject_id", "due_on", "id")),
    "-participant": Order(("-subject__subject_id", "-due_on", "-id")),
}
RELATED = ("study", "site", "subject__site", "subject__study", "coordinator", "planned_visit")


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit with what a line shows of it; the name is empty for those who may not know it."""

    visit: Visit
    today: date
    name: str
    bar: WindowBar | None
    has_wish: bool = False

    @property
    def zone(self) -> str:
        return self.visit.site.time_zone

    @property
    def days_away(self) -> int:
        """Days from today until it is due; negative when that is past."""
        return (self.visit.due_on - self.today).days

    @property
    def study_day(self) -> int | None:
        """The study day on which it took place, or on which it is due."""
        return study_day(self.visit.due_on, self.visit.subject.first_dose_on)

    @property
    def has_time(self) -> bool:
        """Whether the booked time is the one that counts: it is still to come, or it was kept."""
        booked = self.visit.scheduled_at
        return booked is not None and clock.local(booked, self.zone).date() == self.visit.due_on

    @property
    def is_far(self) -> bool:
        return self.visit.due_on.year != self.today.year


def visit_list(user: Any) -> QuerySet[Visit]:
    """Visits in the sight of staff. Participants have pages of their own and nothing here."""
    return Visit.objects.visible_to(user).visible_to(user, Perm.VIEW_SUBJECT).select_related(*RELATED)


def visit_order(sort: str) -> Order:
    """The order of the list for a sort key of its address; by due date where the key makes no sense."""
    return VISIT_ORDERS.get(sort, VISIT_ORDERS["due"])


def in_window_state(rows: QuerySet[Visit], focus: Focus, state: str) -> QuerySet[Visit]:
    """Visits that stand so to their window, by the calendar of each site; an open window may also be closing."""
    return rows.filter(focus.on_local_day(lambda today: _condition(WindowState(state), today)))


def _condition(state: WindowState, today: date) -> Q:
    waits, done = Q(status__in=OPEN), Q(status__in=DONE, deviation_days__isnull=False)
    soon = today + timedelta(days=CLOSING_DAYS)
    return {
        WindowState.UPCOMING: waits & Q(opens_on__gt=today),
        WindowState.OPEN: waits & Q(opens_on__lte=today, closes_on__gte=today),
        WindowState.CLOSING: waits & Q(opens_on__lte=today, closes_on__range=(today, soon)),
        WindowState.OVERDUE: waits & Q(closes_on__lt=today),
        WindowState.IN_WINDOW: done & Q(deviation_days=0),
        WindowState.OUT_OF_WINDOW: done & ~Q(deviation_days=0),
    }[state]


def visits_matching(user: Any, rows: QuerySet[Visit], words: str) -> QuerySet[Visit]:
    """Visits of participants whose id holds the words, or whose name does for those who may see names."""
    words = words.strip()
    if not words:
        return rows
    return rows.filter(Q(subject__subject_id__icontains=words) | Q(subject__in=subjects_named(user, words)))


def visit_counts(user: Any, focus: Focus) -> dict[str, int]:
    """How many visits wait in the focus: all, those whose window is closing, those overdue."""
    rows = Visit.objects.visible_to(user).visible_to(user, Perm.VIEW_SUBJECT).open().filter(site__in=focus.site_ids)

    def counted(state: WindowState) -> Count:
        return Count("pk", filter=focus.on_local_day(lambda today: _condition(state, today)))

    return rows.aggregate(todo=Count("pk"), closing=counted(WindowState.CLOSING), overdue=counted(WindowState.OVERDUE))


def visit_rows(user: Any, visits: Iterable[Visit], where: str) -> list[VisitRow]:
    """Lines for visits already chosen, with names for those who may see them; reading names is logged."""
    chosen = list(visits)
    names = names_of(user, {visit.subject_id for visit in chosen}, where)
    wished = wishes_of(user, chosen)
    return [_row(visit, names.get(visit.subject_id, ""), visit.pk in wished) for visit in chosen]


def _row(visit: Visit, name: str = "", has_wish: bool = False) -> VisitRow:
    today = clock.today(visit.site.time_zone)
    return VisitRow(visit, today, name, bar_of(visit, today), has_wish)


def visit_lines(user: Any, rows: QuerySet[Visit], filters: dict[str, str]) -> tuple[list[str], Iterator[list[Any]]]:
    """The list as a table of coded data, without names; the export is logged with its filters."""
    note("visit.exported", _("Visit list exported"), by=user, facts={"rows": rows.count(), "filters": filters})
    header = ["study", "site", "subject_id", "visit_num", "visit", "kind", "status", "target", "window_opens"]
    header += ["window_closes", "booked_for", "took_place", "study_day", "days_out_of_window", "window", "coordinator"]
    return header, (_line(visit) for visit in rows.iterator(chunk_size=1000))


def _line(visit: Visit) -> list[Any]:
    zone = visit.site.time_zone
    booked = clock.local(visit.scheduled_at, zone).isoformat(timespec="minutes") if visit.scheduled_at else ""
    state = window_state(visit.window, visit.status, visit.started_on, clock.today(zone))
    return [
        visit.study.protocol_id,
        visit.site.number,
        visit.subject.subject_id,
        visit.visit_num.normalize(),
        visit.visit_type,
        visit.kind,
        visit.status,
        visit.target_on,
        visit.opens_on,
        visit.closes_on,
        booked,
        visit.started_on,
        visit.study_day,
        visit.deviation_days,
        state.value if state else "",
        visit.coordinator.name if visit.coordinator else "",
    ]


def visit_for(user: Any, pk: uuid.UUID) -> Visit:
    """One visit in the person's sight, or 404."""
    return get_object_or_404(visit_list(user).select_related(*RELATED, "site__institution"), pk=pk)


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Everything that the page of one visit shows."""

    row: VisitRow
    appointments: list[Appointment]
    outside: str


def visit_page(user: Any, visit: Visit) -> VisitPage:
    """One visit with its bookings, newest last, and the words for a booking outside of its window."""
    (row,) = visit_rows(user, [visit], where="visit")
    bookings = Appointment.objects.visible_to(user).filter(visit=visit).select_related("provider", "successor")
    outside = out_of_window_words(visit.window, row.bar.booked) if row.bar and row.bar.booked and visit.window else ""
    return VisitPage(row, list(bookings.order_by("created_at", "id")), outside)


def counted_from(user: Any, visit: Visit) -> list[Visit]:
    """Open visits of the same subject that are aimed by the date of this one."""
    rows = visit_list(user).filter(subject=visit.subject_id, status__in=OPEN, target_on__isnull=False)
    later = list(rows.filter(visit_num__gt=visit.visit_num, planned_visit__isnull=False).order_by("visit_num"))
    named = rows.filter(planned_visit__anchor=Anchor.VISIT, planned_visit__anchor_visit_num=visit.visit_num)
    plans = [(item, item.planned_visit) for item in later[:1]]
    following = [item for item, plan in plans if plan and plan.anchor == Anchor.PREVIOUS_VISIT]
    return [*named.order_by("visit_num"), *following]


def suggested_for(visit: Visit) -> date | None:
    """The weekday nearest to the target that is still to come; None for a visit without a window."""
    return suggested_day(visit.window, clock.today(visit.site.time_zone)) if visit.window else None


def visit_people(site_ids: Iterable[uuid.UUID], on: date | None = None) -> QuerySet[Any]:
    """Who records visits at the sites, by their roles; with a day, only those who hold the role on it."""
    roles = [role for role in Role if Perm.CHANGE_VISIT in permissions_of(role)]
    held = Q(memberships__site__in=list(site_ids), memberships__role__in=roles)
    if on:
        until = Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=on)
        held &= Q(memberships__starts_on__lte=on) & until & Q(is_active=True)
    return get_user_model()._default_manager.filter(held).distinct().order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class SubjectVisits:
    """The visits of one subject: those shown, how many each chip would show, and the next one."""

    rows: list[VisitRow]
    counts: dict[str, int]
    next: VisitRow | None


def visits_of(user: Any, subject: Subject, shown: str = "") -> SubjectVisits:
    """The visits of a subject by their number: all, those `due`, or those `outside` of their window."""
    visits = list(visit_list(user).filter(subject=subject).order_by("visit_num"))
    wished = wishes_of(user, visits)
    rows = [_row(visit, has_wish=visit.pk in wished) for visit in visits]
    waiting = [row for row in rows if row.visit.status in OPEN]
    groups = {"": rows, "due": waiting, "outside": [row for row in rows if row.visit.deviation_days]}
    following = min(waiting, key=lambda row: (row.visit.due_on, row.visit.visit_num), default=None)
    counts = {name: len(group) for name, group in groups.items()}
    return SubjectVisits(groups.get(shown, rows), counts, following)
