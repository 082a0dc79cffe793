"""Kits handed to participants, as lists and pages show them; the latest first."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications.domain.adherence import RULES, shown
from medications.domain.distributions import (
    COUNTED,
    IN_HAND,
    DistributionStatus,
    Offer,
    last_day_of_use,
    objections,
)
from medications.domain.intervals import Interval
from medications.domain.orders import RUNNING, OrderStatus
from medications.domain.stock import KitState
from medications.models import Distribution, Kit, KitMovement, MedicationOrder, assigned_arm, fits_subject
from subjects.models import Subject
from subjects.selectors import Focus, names_of, subjects_named
from trialcrm.audit.log import note
from trialcrm.core import clock
from trialcrm.core.figures import Ledger, ledger
from trialcrm.core.paging import Order

from .adherence import adherence, interval_of

LATEST_FIRST = Order(("-planned_on", "-id"))
_RELATED = ("study", "site", "subject__site", "subject__study", "order__product", "kit__lot", "visit")


@dataclass(frozen=True, slots=True)
class DistributionRow:
    """One distribution, the participant's name for those who may know it, and what speaks against dispensing."""

    item: Distribution
    name: str
    objections: tuple[str, ...] = ()

    @property
    def waits_for_receipt(self) -> bool:
        """Handed out days ago, and nobody has said that it arrived."""
        item = self.item
        if item.status != DistributionStatus.DISPENSED or item.dispensed_on is None:
            return False
        today = clock.today(item.subject.site.time_zone)
        return (today - item.dispensed_on).days > RULES.acknowledge_days


def distribution_list(user: Any) -> QuerySet[Distribution]:
    """Distributions in the person's sight, with what a row shows."""
    return Distribution.objects.visible_to(user).select_related(*_RELATED)


def distributions_matching(user: Any, rows: QuerySet[Distribution], words: str) -> QuerySet[Distribution]:
    """Distributions whose kit's number, medicine or participant's id holds the words, or whose name does."""
    words = words.strip()
    if not words:
        return rows
    found = Q(kit__number__icontains=words) | Q(subject__subject_id__icontains=words)
    found |= Q(order__product__name__icontains=words) | Q(subject__in=subjects_named(user, words))
    return rows.filter(found)


def distribution_counts(user: Any, focus: Focus) -> dict[str, int]:
    """How many distributions of the sites in focus have each status."""
    rows = Distribution.objects.visible_to(user).filter(site__in=focus.site_ids).order_by()
    return dict(rows.values_list("status").annotate(Count("pk")))


def distribution_rows(user: Any, items: Iterable[Distribution], where: str) -> list[DistributionRow]:
    """Lines for distributions already chosen; reading names is logged."""
    chosen = list(items)
    names = names_of(user, {item.subject_id for item in chosen}, where)
    return [DistributionRow(item, names.get(item.subject_id, "")) for item in chosen]


def distribution_for(user: Any, pk: uuid.UUID, permission: str = "") -> Distribution:
    """One distribution in the person's sight, or 404."""
    people = ("prepared_by", "dispensed_by", "acknowledged_by", "returned_by", "reconciled_by", "verified_by")
    rows = Distribution.objects.visible_to(user, permission).select_related(*_RELATED, *people)
    return get_object_or_404(rows, pk=pk)


def distributions_of(user: Any, subject: Subject) -> list[Distribution]:
    """The distributions of one participant, the latest first."""
    return list(distribution_list(user).filter(subject=subject).order_by(*LATEST_FIRST.fields))


def dispensing_today(user: Any, focus: Focus) -> list[DistributionRow]:
    """What is prepared for today or was left from before, each checked against its order and its kit."""
    rows = distribution_list(user).filter(status=DistributionStatus.PREPARED)
    due = rows.filter(focus.on_local_day(lambda today: Q(planned_on__lte=today))).order_by("planned_on", "id")
    lines = distribution_rows(user, due, "dispensing today")
    return [DistributionRow(line.item, line.name, tuple(against(line.item))) for line in lines]


def against(item: Distribution) -> Iterator[str]:
    """What speaks against handing out a prepared kit now, its order first."""
    order, kit = item.order, item.kit
    if order.status != OrderStatus.ACTIVE:
        yield _("The order is not active (%(status)s).") % {"status": order.get_status_display().lower()}
    day = max(item.planned_on, clock.today(item.subject.site.time_zone))
    yield from objections(
        Offer(
            state=KitState.AVAILABLE if kit.state == KitState.PREPARED else kit.state,
            expires_on=kit.expires_on,
            is_released=kit.lot.released_on is not None,
            same_site=kit.site_id == item.site_id,
            same_product=kit.lot.product_id == order.product_id,
            fits=fits_subject(kit, item.subject),
            last_use_on=last_day_of_use(day, item.planned_days),
        )
    )


def returns_awaited(user: Any, focus: Focus) -> list[DistributionRow]:
    """Kits that should be back and were not counted: their days of use are over, or their order is."""
    in_hand = distribution_list(user).filter(site__in=focus.site_ids, status__in=IN_HAND)
    rows = in_hand.order_by("dispensed_on", "id")
    over = [item for item in rows if _is_over(item)]
    return distribution_rows(user, over, "returns awaited")


def _is_over(item: Distribution) -> bool:
    today = clock.today(item.subject.site.time_zone)
    used = item.dispensed_on is not None and item.dispensed_on + timedelta(days=item.planned_days) <= today
    return used or item.order.status not in RUNNING


def receipts_awaited(user: Any, focus: Focus) -> list[DistributionRow]:
    """Kits handed out more than some days ago whose receipt nobody acknowledged."""

    def late(today: Any) -> Q:
        return Q(dispensed_on__lt=today - timedelta(days=RULES.acknowledge_days))

    rows = distribution_list(user).filter(status=DistributionStatus.DISPENSED).filter(focus.on_local_day(late))
    return distribution_rows(user, rows.order_by("dispensed_on", "id"), "receipts awaited")


@dataclass(frozen=True, slots=True)
class Difference:
    """A counted return that does not come out, or that waits for the next pair of eyes."""

    row: DistributionRow
    discrepancy: int
    percent: Any


def differences(user: Any, focus: Focus) -> list[Difference]:
    """Returns of the sites in focus that differ from what was expected and that nobody has verified yet."""
    rows = distribution_list(user).filter(site__in=focus.site_ids, status__in=COUNTED, verified_at=None)
    lines = {line.item.pk: line for line in distribution_rows(user, rows, "reconciliation differences")}
    found = []
    for item in adherence(user, subject__in={line.item.subject_id for line in lines.values()}):
        starts = {one.starts_on: one for one in item.course.intervals}
        for row in item.distributions:
            interval = starts.get(row.dispensed_on) if row.dispensed_on else None
            if row.pk in lines and interval and interval.count.discrepancy:
                off = round(interval.count.discrepancy)
                found.append(Difference(lines[row.pk], off, shown(interval.percent)))
    return found


@dataclass(frozen=True, slots=True)
class DistributionPage:
    """Everything that the page of one distribution shows besides it."""

    name: str
    interval: Interval | None
    percent: Any
    ledger: Ledger | None
    movements: list[KitMovement]
    objections: list[str]


def distribution_page(user: Any, item: Distribution) -> DistributionPage:
    """One distribution with its arithmetic, in units, and the ledger of its kit."""
    interval = interval_of(user, item) if item.dispensed_on else None
    movements = KitMovement.objects.visible_to(user).filter(kit=item.kit_id).select_related("moved_by")
    prepared = item.status == DistributionStatus.PREPARED
    return DistributionPage(
        name=names_of(user, [item.subject_id], "distribution").get(item.subject_id, ""),
        interval=interval,
        percent=shown(interval.percent) if interval else None,
        ledger=units_ledger(item, interval),
        movements=list(movements),
        objections=list(against(item)) if prepared else [],
    )


def units_ledger(item: Distribution, interval: Interval | None) -> Ledger | None:
    """Units of one kit: handed out, to be taken, lost; what is expected back against what was counted."""
    if item.units_dispensed is None or interval is None or interval.count.expected is None:
        return None
    rows: list[tuple[Any, ...]] = [
        (_("Dispensed"), item.units_dispensed),
        (_("To be taken"), -round(interval.count.expected)),
        (_("Lost or wasted"), -item.units_lost),
    ]
    return ledger(rows, item.units_returned)


def suggested_kit(user: Any, order: MedicationOrder, last_use_on: Any) -> Any:
    """The kit that expires first of those that will do, shown before it is taken; None where there is none."""
    arm = assigned_arm(order.subject)
    rows = Kit.objects.visible_to(user).filter(
        site=order.site_id,
        state=KitState.AVAILABLE,
        lot__product=order.product_id,
        lot__released_on__isnull=False,
        expires_on__gte=last_use_on,
    )
    if arm:
        rows = rows.filter(Q(content=None) | Q(content__arm=arm))
    return rows.select_related("lot").order_by("expires_on", "number").first()


def distribution_lines(
    user: Any, rows: QuerySet[Distribution], filters: dict[str, str]
) -> tuple[list[str], Iterator[list[Any]]]:
    """The accountability log as a table of coded data (SDTM DA); the export is logged with its filters."""
    facts = {"rows": rows.count(), "filters": filters}
    note("distribution.exported", gettext_lazy("Distributions exported"), by=user, facts=facts)
    header = ["study", "site", "subject_id", "kit", "lot", "expires_on", "drug", "status", "dispensed_on"]
    header += ["units_dispensed", "acknowledged_at", "returned_on", "units_returned", "units_lost", "reconciled_at"]
    named = rows.annotate(lot_number=F("kit__lot__number"))
    return header, (_line(item) for item in named.iterator(chunk_size=1000))


def _line(item: Any) -> list[Any]:
    return [
        item.study.protocol_id,
        item.site.number,
        item.subject.subject_id,
        item.kit.number,
        item.lot_number,
        item.kit.expires_on,
        item.order.drug,
        item.status,
        item.dispensed_on,
        item.units_dispensed,
        item.acknowledged_at,
        item.returned_on,
        item.units_returned,
        item.units_lost,
        item.reconciled_at,
    ]
