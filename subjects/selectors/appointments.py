"""Appointments as the week, the chart and their own page show them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.domain.visits import AppointmentStatus
from subjects.models import Appointment, Subject, Visit
from trialcrm.audit.log import note
from trialcrm.core import clock

from .calendar import Day, Item
from .identities import names_of
from .studies import Focus

RELATED = ("study", "site__institution", "subject__site", "subject__study", "provider", "visit__planned_visit")
#: More than this in one week is a question for a site or a person.
SHOWN = 1000
ASKING_SHOWN = 50


def appointment_list(user: Any) -> Any:
    """Appointments in the sight of staff. Participants have pages of their own and nothing here."""
    return Appointment.objects.visible_to(user).visible_to(user, Perm.VIEW_SUBJECT).select_related(*RELATED)


def appointment_for(user: Any, pk: uuid.UUID) -> Appointment:
    """One appointment in the person's sight, or 404."""
    return get_object_or_404(appointment_list(user).select_related(*RELATED, "successor"), pk=pk)


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """One appointment, with the participant's name for those who may know it."""

    appointment: Appointment
    name: str
    before: Appointment | None

    @property
    def zone(self) -> str:
        return self.appointment.site.time_zone


def appointment_page(user: Any, appointment: Appointment) -> AppointmentPage:
    """One appointment as its page shows it, with the one that it took the place of. Reading the name is logged."""
    name = names_of(user, [appointment.subject_id], "appointment").get(appointment.subject_id, "")
    before = Appointment.objects.visible_to(user).filter(successor=appointment).first()
    return AppointmentPage(appointment, name, before)


@dataclass(frozen=True, slots=True)
class ProviderWeek:
    """The week of one provider; `count` is of appointments shown."""

    provider: Any
    days: list[Day]
    count: int


@dataclass(frozen=True, slots=True)
class Week:
    """A week, provider by provider; `is_cut` when there is more than can be shown."""

    providers: list[ProviderWeek]
    is_cut: bool


def in_week(rows: Any, focus: Focus, monday: date) -> Any:
    """Appointments of the sites in focus that begin in the seven days from a Monday, by each site's own calendar."""
    zones: dict[str, list[uuid.UUID]] = defaultdict(list)
    for site in focus.chosen_sites:
        zones[site.time_zone].append(site.pk)
    found = Q(pk__in=[])
    for zone, ids in zones.items():
        start, end = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (monday, monday + timedelta(days=7)))
        found |= Q(site__in=ids, starts_at__gte=start, starts_at__lt=end)
    return rows.filter(found)


def week_of(rows: Any, monday: date, today: date) -> Week:
    """Appointments of one week by their local dates, provider by provider, in one query."""
    days = [monday + timedelta(days=number) for number in range(7)]
    found = list(rows.order_by("starts_at", "id")[: SHOWN + 1])
    by_provider: dict[Any, dict[date, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for appointment in found[:SHOWN]:
        on = clock.local(appointment.starts_at, appointment.site.time_zone).date()
        by_provider[appointment.provider][on].append(_item(appointment))
    ordered = sorted(by_provider.items(), key=lambda pair: (pair[0].name, str(pair[0].pk)))
    return Week([_provider_week(provider, days, items, today) for provider, items in ordered], len(found) > SHOWN)


def _provider_week(provider: Any, days: Sequence[date], items: dict[date, list[Item]], today: date) -> ProviderWeek:
    shown = [Day(day, day == today, False, "", items[day]) for day in days]
    return ProviderWeek(provider, shown, sum(len(day.items) for day in shown))


_MARKS = {
    AppointmentStatus.CONFIRMED: ("✓", "good"),
    AppointmentStatus.ARRIVED: ("→", "info"),
    AppointmentStatus.FULFILLED: ("✓", "neutral"),
    AppointmentStatus.NO_SHOW: ("✗", "critical"),
    AppointmentStatus.CANCELLED: ("–", "neutral"),
    AppointmentStatus.RESCHEDULED: ("–", "neutral"),
}


def _item(appointment: Appointment) -> Item:
    start, end = (clock.local(at, appointment.site.time_zone) for at in (appointment.starts_at, appointment.ends_at))
    mark, tone = _MARKS.get(AppointmentStatus(appointment.status), ("", "info"))
    word = "" if appointment.status == AppointmentStatus.BOOKED else appointment.get_status_display().lower()
    if appointment.has_wish:
        mark, tone, word = "?", "warning", _("asks for another time")
    parts = (mark, appointment.subject.subject_id, appointment.purpose[:60], f"· {word}" if word else "")
    return Item(f"{start:%H:%M}–{end:%H:%M}", " ".join(filter(None, parts)), appointment.get_absolute_url(), tone)


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """A line with the name for those who may know it."""

    appointment: Appointment
    name: str

    @property
    def zone(self) -> str:
        return self.appointment.site.time_zone


def asking(user: Any, focus: Focus) -> list[AppointmentRow]:
    """Who waits for an answer to their wish for another time, the nearest appointment first."""
    rows = appointment_list(user).with_wish().filter(site__in=focus.site_ids).order_by("starts_at", "id")
    return _named(user, rows[:ASKING_SHOWN], "appointments asked to move")


def _named(user: Any, rows: Iterable[Appointment], where: str) -> list[AppointmentRow]:
    found = list(rows)
    names = names_of(user, {item.subject_id for item in found}, where)
    return [AppointmentRow(item, names.get(item.subject_id, "")) for item in found]


def appointment_lines(user: Any, rows: Any, filters: dict[str, str]) -> tuple[list[str], Iterator[list[Any]]]:
    """Appointments as a table of coded data, without names; the export is logged with its filters."""
    facts = {"rows": rows.count(), "filters": filters}
    note("appointment.exported", _("Appointment list exported"), by=user, facts=facts)
    header = ["study", "site", "subject_id", "starts_at", "ends_at", "provider", "place", "status", "what_for"]
    header += ["confirmed_by", "asks_for_another_time", "cancelled_by", "why_moved_or_not_kept"]
    ordered = rows.order_by("starts_at", "id")
    return header, (_line(item) for item in ordered.iterator(chunk_size=1000))


def _line(item: Appointment) -> list[Any]:
    start, end = (clock.local(at, item.site.time_zone) for at in (item.starts_at, item.ends_at))
    return [
        item.study.protocol_id,
        item.site.number,
        item.subject.subject_id,
        start.isoformat(timespec="minutes"),
        end.isoformat(timespec="minutes"),
        item.provider.name,
        item.location,
        item.status,
        item.purpose,
        item.confirmed_by,
        "yes" if item.has_wish else "",
        item.cancelled_by,
        item.ended_reason,
    ]


def other_appointments(user: Any, subject: Subject) -> list[Appointment]:
    """Appointments of a subject that are no visit's, newest first."""
    return list(appointment_list(user).filter(subject=subject, visit=None).order_by("-starts_at", "-id"))


def booked_times(user: Any, subject: Subject) -> list[Appointment]:
    """The times that the subject is booked for and has not kept yet, of visits and others."""
    return list(appointment_list(user).awaited().filter(subject=subject).order_by("starts_at", "id"))


def wishes_of(user: Any, visits: Iterable[Visit]) -> set[uuid.UUID]:
    """The visits among those given for which the participant asks for another time."""
    rows = Appointment.objects.visible_to(user).with_wish().filter(visit__in=[visit.pk for visit in visits])
    return set(rows.values_list("visit_id", flat=True))
