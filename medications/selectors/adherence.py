"""Adherence, computed from orders, kits and entries; nothing of it is stored."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Q

from medications.domain.adherence import RULES, AdherenceStatus, missed_in_a_row, percentage, shown, status_of
from medications.domain.distributions import HANDED_OUT
from medications.domain.intervals import Course, Diary, Entry, Handed, Interval, course, together
from medications.domain.orders import RUNNING, OrderStatus
from medications.domain.slots import Dose, Regimen, doses
from medications.models import AdherenceLog, Distribution, MedicationOrder, Product
from subjects.models import Study, Subject
from subjects.selectors import Focus
from trialcrm.core import clock

_NEVER = (OrderStatus.DRAFT, OrderStatus.CANCELLED)
_DAY = timedelta(days=1)
_WEEK = 7


def regimen_of(order: MedicationOrder) -> Regimen:
    """What a signed order says about doses, its holds included; no dose is due after its end."""
    ends = [order.ends_on + _DAY if order.ends_on else None, order.ended_on]
    return Regimen(
        order_id=order.pk,
        frequency=order.frequency,
        units_per_dose=Fraction(order.units_per_dose),
        starts_on=order.starts_on,
        until=min((on for on in ends if on), default=None),
        held=tuple(order.held),
    )


@dataclass(slots=True)
class ProtocolAdherence:
    """One medicine of one participant: what was ordered, handed out and logged, and what follows from it."""

    subject: Subject
    product: Product
    orders: list[MedicationOrder] = field(default_factory=list)
    distributions: list[Distribution] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    course: Course = field(default_factory=lambda: Course(()))

    @property
    def protocol_id(self) -> str:
        return self.subject.study.protocol_id

    @property
    def zone(self) -> str:
        return self.subject.site.time_zone

    @property
    def today(self) -> date:
        return clock.today(self.zone)

    @property
    def order(self) -> MedicationOrder:
        """The latest order."""
        return self.orders[-1]

    @property
    def is_running(self) -> bool:
        return any(item.status in RUNNING for item in self.orders)

    @property
    def adherence_status(self) -> AdherenceStatus:
        """The band of the pill count over all counted intervals."""
        return self.course.status

    @property
    def percent(self) -> Any:
        """Pill count over all counted intervals, one decimal; None where nothing was counted."""
        return shown(self.course.percent)

    @property
    def diary_percent(self) -> Any:
        return shown(self.course.diary.percent)

    @property
    def completeness(self) -> Any:
        return shown(self.course.diary.completeness)

    @property
    def regimens(self) -> list[Regimen]:
        return [regimen_of(item) for item in self.orders]

    def due(self, since: date, until: date) -> list[Dose]:
        """The doses of the days for which a kit was in hand."""
        planned = doses(self.regimens, since, until, self.zone)
        return [dose for dose in planned if self._had_kit(dose.day)]

    def _had_kit(self, on: date) -> bool:
        return any(
            item.dispensed_on <= on and (item.returned_on is None or on < item.returned_on)
            for item in self.distributions
            if item.dispensed_on
        )


def adherence(user: Any, **where: Any) -> list[ProtocolAdherence]:
    """Every medicine of the participants meant by `where` (fields of an order), by participant and medicine.

    Four queries, whatever the number of participants.
    """
    orders = (
        MedicationOrder.objects.visible_to(user, where.pop("permission", "")).filter(**where).exclude(status__in=_NEVER)
    )
    related = ("product", "study", "site", "subject__site", "subject__study")
    found: dict[tuple[uuid.UUID, uuid.UUID], ProtocolAdherence] = {}
    for order in orders.select_related(*related).prefetch_related("holds").order_by("starts_on", "version", "id"):
        key = (order.subject_id, order.product_id)
        found.setdefault(key, ProtocolAdherence(order.subject, order.product)).orders.append(order)
    _fill(found)
    now = clock.now()
    for item in found.values():
        item.course = course(
            [_handed(one, one.dispensed_on) for one in item.distributions if one.dispensed_on],
            item.regimens,
            item.entries,
            zone=item.zone,
            now=now,
            today=item.today,
        )
    return sorted(found.values(), key=lambda item: (item.subject.subject_id, item.product.name))


def _fill(found: dict[tuple[uuid.UUID, uuid.UUID], ProtocolAdherence]) -> None:
    """Kits and entries of orders that are in sight already."""
    keys = {order.pk: key for key, item in found.items() for order in item.orders}
    handed = Distribution.objects.filter(order__in=list(keys), status__in=HANDED_OUT).select_related("kit__lot")
    for row in handed.order_by("dispensed_on", "id"):
        found[keys[row.order_id]].distributions.append(row)
    columns = ("order_id", "slot_at", "taken_at", "entered_at", "adherence_status", "units")
    for order_id, slot_at, taken_at, entered_at, status, units in AdherenceLog.objects.filter(
        order__in=list(keys), is_current=True
    ).values_list(*columns):
        item = found[keys[order_id]]
        day = clock.local(slot_at or taken_at or entered_at, item.zone).date()
        item.entries.append(Entry(slot_at, day, status, Fraction(units)))


def _handed(row: Distribution, dispensed_on: date) -> Handed:
    return Handed(dispensed_on, row.units_dispensed or 0, row.returned_on, row.units_returned, row.units_lost)


def adherence_of(user: Any, subject: Subject) -> list[ProtocolAdherence]:
    """Every medicine of one participant."""
    return adherence(user, subject=subject)


def interval_of(user: Any, distribution: Distribution) -> Interval | None:
    """The interval that began with a distribution; None before it was handed out."""
    found = adherence(user, subject=distribution.subject_id, product=distribution.order.product_id)
    intervals = (one for item in found for one in item.course.intervals)
    return next((one for one in intervals if one.starts_on == distribution.dispensed_on), None)


@dataclass(frozen=True, slots=True)
class SubjectAdherence:
    """All medicines of one participant together: units taken of units expected, and the diary."""

    subject: Subject
    percent: Any
    diary_percent: Any
    completeness: Any
    status: AdherenceStatus
    intervals: int


def adherence_by_subject(user: Any, study: Study) -> list[SubjectAdherence]:
    """Cumulative adherence of each participant of a study who has a signed order."""
    groups: dict[uuid.UUID, list[ProtocolAdherence]] = defaultdict(list)
    for item in adherence(user, study=study):
        groups[item.subject.pk].append(item)
    return [_together(items) for items in groups.values()]


def _together(items: list[ProtocolAdherence]) -> SubjectAdherence:
    counted = [one.count for item in items for one in item.course.intervals if one.percent is not None]
    taken = sum((count.taken or Fraction(0) for count in counted), Fraction(0))
    expected = sum((count.expected or Fraction(0) for count in counted), Fraction(0))
    percent = percentage(taken, expected)
    diary: Diary = together(item.course.diary for item in items)
    return SubjectAdherence(
        subject=items[0].subject,
        percent=shown(percent),
        diary_percent=shown(diary.percent),
        completeness=shown(diary.completeness),
        status=status_of(percent),
        intervals=len(counted),
    )


@dataclass(frozen=True, slots=True)
class LowAdherence:
    """Why somebody should call a participant: the figure that is out of range, or doses missed in a row."""

    subject: Subject
    product: Product
    percent: Any
    missed: int
    status: AdherenceStatus
    is_count: bool


def low_adherence(user: Any, focus: Focus) -> list[LowAdherence]:
    """Participants whose diary of seven days is below its range, who missed doses in a row, or whose last counted
    interval lies outside of its range. Doses that nobody recorded count as missed here."""
    found = []
    for item in adherence(user, site__in=focus.site_ids):
        if item.is_running:
            found += [*_low_diary(item), *_out_of_range(item)]
    return found


def _low_diary(item: ProtocolAdherence) -> Iterable[LowAdherence]:
    now = clock.now()
    week = [dose for dose in item.due(item.today - _WEEK * _DAY, item.today + _DAY) if dose.slot_at <= now]
    if not week:
        return
    entered = {entry.slot_at: entry for entry in item.entries}
    missed = missed_in_a_row([entered[dose.slot_at].status if dose.slot_at in entered else None for dose in week])
    taken = sum((entered[dose.slot_at].units for dose in week if dose.slot_at in entered), Fraction(0))
    percent = percentage(taken, sum((dose.units for dose in week), Fraction(0)))
    if missed >= RULES.missed_in_a_row or status_of(percent) == AdherenceStatus.LOW:
        yield LowAdherence(item.subject, item.product, shown(percent), missed, AdherenceStatus.LOW, False)


def _out_of_range(item: ProtocolAdherence) -> Iterable[LowAdherence]:
    counted = [one for one in item.course.intervals if one.percent is not None]
    if counted and counted[-1].status in (AdherenceStatus.LOW, AdherenceStatus.OVER):
        last = counted[-1]
        yield LowAdherence(item.subject, item.product, shown(last.percent), 0, last.status, True)


def kit_in_hand(order: MedicationOrder, on: date) -> Distribution | None:
    """The kit that the participant used on a day for the order's medicine; asked by services, which checked sight."""
    rows = Distribution.objects.filter(
        Q(returned_on=None) | Q(returned_on__gte=on),
        subject=order.subject_id,
        order__product=order.product_id,
        status__in=HANDED_OUT,
        dispensed_on__lte=on,
    )
    return rows.order_by("-dispensed_on", "-id").first()


def entries_of(user: Any, order: MedicationOrder, limit: int = 40) -> list[AdherenceLog]:
    """The latest entries about an order, superseded ones included."""
    rows = AdherenceLog.objects.visible_to(user).filter(order=order).select_related("entered_by", "supersedes")
    return list(rows.order_by("-entered_at", "-id")[:limit])


def due_doses(user: Any, order: MedicationOrder, since: date) -> list[tuple[datetime, AdherenceLog | None]]:
    """The doses of an order since a day up to now that can be entered, the latest first, each with its entry."""
    logs = AdherenceLog.objects.visible_to(user).filter(order=order, is_current=True, slot_at__isnull=False)
    entered = {row.slot_at: row for row in logs}
    today, now = clock.today(order.subject.site.time_zone), clock.now()
    found = [
        (dose.slot_at, entered.get(dose.slot_at))
        for item in adherence(user, subject=order.subject_id, product=order.product_id)
        for dose in item.due(since, today + _DAY)
        if dose.order_id == order.pk and dose.slot_at <= now + timedelta(hours=RULES.early_hours)
    ]
    return found[::-1]
