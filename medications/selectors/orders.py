"""Orders, as lists, charts and pages show them."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from medications.domain.codes import NCI_CODES
from medications.domain.orders import OrderStatus
from medications.models import Distribution, Feedback, MedicationOrder, OrderHold, Product
from subjects.models import Study, Subject
from subjects.selectors import Focus, names_of, subjects_named
from trialcrm.audit.log import note
from trialcrm.core.paging import Order

ORDER_ORDERS = {
    "newest": Order(("-created_at", "-id")),
    "participant": Order(("subject__subject_id", "-created_at", "-id")),
    "-participant": Order(("-subject__subject_id", "-created_at", "-id")),
}
_RELATED = ("study", "site", "subject__site", "subject__study", "product", "prescribed_by")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order with the participant's name for those who may know it."""

    order: MedicationOrder
    name: str


def order_list(user: Any) -> QuerySet[MedicationOrder]:
    """Orders in the person's sight, with what a row shows."""
    return MedicationOrder.objects.visible_to(user).select_related(*_RELATED)


def order_order(sort: str) -> Order:
    """The order of the list for a sort key of its address; the newest first where the key makes no sense."""
    return ORDER_ORDERS.get(sort, ORDER_ORDERS["newest"])


def orders_matching(user: Any, rows: QuerySet[MedicationOrder], words: str) -> QuerySet[MedicationOrder]:
    """Orders whose participant's id or medicine holds the words, or whose participant's name does."""
    words = words.strip()
    if not words:
        return rows
    named = Q(subject__in=subjects_named(user, words))
    return rows.filter(Q(subject__subject_id__icontains=words) | Q(product__name__icontains=words) | named)


def order_counts(user: Any, focus: Focus) -> dict[str, int]:
    """How many orders of the sites in focus have each status."""
    rows = MedicationOrder.objects.visible_to(user).filter(site__in=focus.site_ids).order_by()
    return dict(rows.values_list("status").annotate(Count("pk")))


def order_rows(user: Any, orders: Iterable[MedicationOrder]) -> list[OrderRow]:
    """Lines for orders already chosen; reading names is logged."""
    chosen = list(orders)
    names = names_of(user, {item.subject_id for item in chosen}, "order list")
    return [OrderRow(item, names.get(item.subject_id, "")) for item in chosen]


def order_for(user: Any, pk: uuid.UUID, permission: str = "") -> MedicationOrder:
    """One order in the person's sight, or 404."""
    rows = MedicationOrder.objects.visible_to(user, permission).select_related(*_RELATED, "supersedes")
    return get_object_or_404(rows.prefetch_related("holds"), pk=pk)


def latest_order(user: Any, subject: Subject) -> MedicationOrder | None:
    """The order that was written last for a participant, in one query along an index."""
    rows = MedicationOrder.objects.visible_to(user).filter(subject=subject).select_related("product")
    return rows.order_by("-created_at", "-id").first()


def orders_of(user: Any, subject: Subject) -> list[MedicationOrder]:
    """The orders of one participant, the newest first."""
    return list(order_list(user).filter(subject=subject).prefetch_related("holds").order_by("-created_at", "-id"))


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything that the page of one order shows besides the order."""

    name: str
    holds: list[OrderHold]
    distributions: list[Distribution]
    feedback: list[Feedback]
    versions: list[MedicationOrder]
    code: str


def order_page(user: Any, order: MedicationOrder) -> OrderPage:
    """One order with its holds, kits, feedback and other versions."""
    kits = (
        Distribution.objects.visible_to(user).filter(order=order).select_related("kit").order_by("-planned_on", "-id")
    )
    told = Feedback.objects.visible_to(user).filter(order=order).select_related("author")
    same = MedicationOrder.objects.visible_to(user).filter(subject=order.subject_id, product=order.product_id)
    return OrderPage(
        name=names_of(user, [order.subject_id], "order").get(order.subject_id, ""),
        holds=list(order.holds.all()),
        distributions=list(kits),
        feedback=list(told),
        versions=list(same.exclude(pk=order.pk).order_by("-version", "-id")),
        code=NCI_CODES.get(order.frequency, ""),
    )


def products_of(user: Any, study: Study) -> QuerySet[Product]:
    """What may be ordered in a study: its products, for those who see its orders."""
    return Product.objects.visible_to(user).filter(study=study)


def products_in(user: Any, focus: Focus) -> QuerySet[Product]:
    """The products of the studies in focus."""
    studies = {site.study_id for site in focus.chosen_sites}
    return Product.objects.visible_to(user).filter(study__in=studies)


def order_lines(
    user: Any, rows: QuerySet[MedicationOrder], filters: dict[str, str]
) -> tuple[list[str], Iterator[list[Any]]]:
    """The list as a table of coded data, without names; the export is logged with its filters."""
    note("order.exported", _("Orders exported"), by=user, facts={"rows": rows.count(), "filters": filters})
    header = ["study", "site", "subject_id", "drug", "version", "status", "dose_amount", "dose_unit", "units_per_dose"]
    header += ["dose_form", "route", "frequency", "starts_on", "ends_on", "ended_on", "instructions"]
    return header, (_line(item) for item in rows.iterator(chunk_size=1000))


def _line(item: MedicationOrder) -> list[Any]:
    return [
        item.study.protocol_id,
        item.site.number,
        item.subject.subject_id,
        item.drug,
        item.version,
        item.status,
        item.dose_amount.normalize(),
        item.dose_unit,
        item.units_per_dose.normalize(),
        item.dose_form,
        item.route,
        item.frequency,
        item.starts_on,
        item.ends_on,
        item.ended_on,
        item.instructions,
    ]


def has_open_orders(subject_id: uuid.UUID) -> bool:
    """Whether anything is drafted or running for a participant; asked by what follows from their participation."""
    waiting = (OrderStatus.DRAFT, OrderStatus.ACTIVE, OrderStatus.ON_HOLD)
    return MedicationOrder.objects.filter(subject=subject_id, status__in=waiting).exists()
