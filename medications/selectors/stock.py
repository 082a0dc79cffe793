"""Kits on the shelves of the sites, lots, shipments, and the balance that shows where every kit is."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications.domain.distributions import HANDED_OUT
from medications.domain.stock import IN_STOCK, RETURNED_ON_SITE, SITE_BALANCE, KitState, ShipmentStatus
from medications.models import Distribution, Kit, KitContent, KitMovement, Lot, Product, Shipment
from subjects.models import Site
from subjects.selectors import Focus
from trialcrm.audit.log import note
from trialcrm.core import clock
from trialcrm.core.figures import Ledger, ledger
from trialcrm.core.paging import Order

KIT_ORDERS = {
    "number": Order(("number", "id")),
    "-number": Order(("-number", "-id")),
    "expiry": Order(("expires_on", "number", "id")),
    "-expiry": Order(("-expires_on", "-number", "-id")),
}
#: Days ahead in which the expiry of kits in stock is shown.
HORIZONS = (30, 60, 90)
_RELATED = ("study", "site", "lot__product", "shipment")
_USE_DAYS = 28


def kit_list(user: Any) -> QuerySet[Kit]:
    """Kits in the person's sight, with what a row shows."""
    return Kit.objects.visible_to(user).select_related(*_RELATED)


def kit_order(sort: str) -> Order:
    """The order of the list for a sort key of its address; by expiry where the key makes no sense."""
    return KIT_ORDERS.get(sort, KIT_ORDERS["expiry"])


def kit_for(user: Any, pk: uuid.UUID) -> Kit:
    """One kit in the person's sight, or 404."""
    return get_object_or_404(kit_list(user).select_related(*_RELATED, "site__institution"), pk=pk)


def kits_named(user: Any, words: str) -> QuerySet[Kit]:
    """Kits whose number holds the words, or whose lot's number does; for the search in the top bar."""
    found = Q(number__icontains=words) | Q(lot__number__icontains=words)
    return kit_list(user).filter(found).order_by("number")


def in_stock_until(rows: QuerySet[Kit], focus: Focus, days: int) -> QuerySet[Kit]:
    """Kits in stock that expire within so many days, those that have expired included, by each site's calendar."""
    horizon = focus.on_local_day(lambda today: Q(expires_on__lte=today + timedelta(days=days)))
    return rows.filter(horizon, state__in=IN_STOCK)


def expiring(user: Any, focus: Focus, days: int = HORIZONS[0]) -> list[Kit]:
    """Kits in stock of the sites in focus that expire within so many days, the first expiry first."""
    return list(in_stock_until(kit_list(user), focus, days).order_by("expires_on", "number"))


def expiring_counts(user: Any, focus: Focus) -> dict[int, int]:
    """How many kits in stock expire within 30, 60 and 90 days."""

    def counted(days: int) -> Count:
        return Count("pk", filter=focus.on_local_day(lambda today: Q(expires_on__lte=today + timedelta(days=days))))

    rows = Kit.objects.visible_to(user).filter(site__in=focus.site_ids, state__in=IN_STOCK)
    found = rows.aggregate(**{f"within_{days}": counted(days) for days in HORIZONS})
    return {days: found[f"within_{days}"] for days in HORIZONS}


@dataclass(frozen=True, slots=True)
class LotRow:
    """One lot at the sites in focus: kits by state, those known to be there, and how they stand to their expiry."""

    lot: Lot
    counts: dict[str, int]
    today: date

    @property
    def available(self) -> int:
        return self.counts.get(KitState.AVAILABLE, 0)

    @property
    def quarantined(self) -> int:
        return self.counts.get(KitState.QUARANTINED, 0)

    @property
    def prepared(self) -> int:
        return self.counts.get(KitState.PREPARED, 0)

    @property
    def with_participants(self) -> int:
        return sum(self.counts.get(state, 0) for state in (KitState.DISPENSED, KitState.ACKNOWLEDGED))

    @property
    def returned(self) -> int:
        return sum(self.counts.get(state, 0) for state in RETURNED_ON_SITE)

    @property
    def other(self) -> int:
        shown = self.available + self.quarantined + self.prepared + self.with_participants + self.returned
        return sum(self.counts.values()) - shown

    @property
    def days_left(self) -> int:
        """Days until expiry; negative after it."""
        return (self.lot.expires_on - self.today).days


def stock_by_lot(user: Any, focus: Focus) -> list[LotRow]:
    """Kits of the sites in focus by lot and state, the first expiry first."""
    rows = Kit.objects.visible_to(user).filter(site__in=focus.site_ids).order_by()
    counts: dict[uuid.UUID, dict[str, int]] = {}
    for lot_id, state, number in rows.values_list("lot", "state").annotate(Count("pk")):
        counts.setdefault(lot_id, {})[state] = number
    lots = Lot.objects.visible_to(user).filter(pk__in=list(counts)).select_related("product", "study")
    today = focus.today()
    return [LotRow(lot, counts[lot.pk], today) for lot in lots.order_by("expires_on", "number")]


def state_counts(user: Any, focus: Focus) -> dict[str, int]:
    """Kits of the sites in focus by state."""
    rows = Kit.objects.visible_to(user).filter(site__in=focus.site_ids).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def cover_days(user: Any, focus: Focus) -> int | None:
    """For how many days the available kits last at the pace of the last four weeks; None where none went out."""
    since = focus.today() - timedelta(days=_USE_DAYS)
    handed = Distribution.objects.visible_to(user).filter(
        site__in=focus.site_ids, status__in=HANDED_OUT, dispensed_on__gt=since
    )
    used = handed.count()
    available = Kit.objects.visible_to(user).filter(site__in=focus.site_ids, state=KitState.AVAILABLE).count()
    return available * _USE_DAYS // used if used else None


def shipments_awaited(user: Any, focus: Focus) -> list[Shipment]:
    """Shipments on their way to the sites in focus."""
    rows = Shipment.objects.visible_to(user).filter(site__in=focus.site_ids, status=ShipmentStatus.SENT)
    return list(rows.select_related("lot__product", "site").order_by("sent_on", "id"))


def shipment_for(user: Any, pk: uuid.UUID) -> Shipment:
    """One shipment in the person's sight, or 404."""
    rows = Shipment.objects.visible_to(user).select_related("lot__product", "site__institution", "study", "received_by")
    return get_object_or_404(rows, pk=pk)


def kits_of_shipment(user: Any, shipment: Shipment) -> list[Kit]:
    """The kits that were sent together."""
    return list(kit_list(user).filter(shipment=shipment).order_by("number"))


@dataclass(frozen=True, slots=True)
class KitPage:
    """Everything that the page of one kit shows besides it. `content` is empty for those who are blinded."""

    movements: list[KitMovement]
    distributions: list[Distribution]
    content: str
    today: date


def kit_page(user: Any, kit: Kit) -> KitPage:
    """One kit with every line of its ledger, and whoever it was meant for."""
    movements = KitMovement.objects.visible_to(user).filter(kit=kit).select_related("moved_by", "distribution__subject")
    handed = Distribution.objects.visible_to(user).filter(kit=kit).select_related("subject", "order__product")
    content = KitContent.objects.visible_to(user).filter(kit=kit).select_related("arm").first()
    return KitPage(
        movements=list(movements.order_by("moved_at", "id")),
        distributions=list(handed.order_by("-prepared_at")),
        content=str(content.arm) if content else "",
        today=clock.today(kit.site.time_zone),
    )


def lot_for(user: Any, pk: uuid.UUID) -> Lot:
    """One lot in the person's sight, or 404."""
    return get_object_or_404(Lot.objects.visible_to(user).select_related("product", "study"), pk=pk)


@dataclass(frozen=True, slots=True)
class Balance:
    """One site's balance of a lot: kits, and the units that came back."""

    site: Site
    kits: Ledger
    units: Ledger


def balances(user: Any, lot: Lot) -> list[Balance]:
    """Where every kit of a lot is, site by site: what was received against where kits are now, which must come out.

    Received kits are counted from the ledger of movements and all others from the kits, so that the two check each
    other. Units that came back equal those destroyed, sent back and on site.
    """
    kits = Kit.objects.visible_to(user).filter(lot=lot).order_by()
    states: dict[uuid.UUID, dict[str, int]] = {}
    for site_id, state, number in kits.values_list("site", "state").annotate(Count("pk")):
        states.setdefault(site_id, {})[state] = number
    entered = KitMovement.objects.visible_to(user).filter(kit__lot=lot, to_state=KitState.RECEIVED).order_by()
    received = dict(entered.values_list("site").annotate(Count("kit", distinct=True)))
    returned = _returned_units(user, lot)
    sites = Site.objects.visible_to(user).filter(pk__in=list(states)).select_related("institution").order_by("number")
    return [
        Balance(
            site,
            _kit_ledger(received.get(site.pk, 0), states[site.pk]),
            _unit_ledger(returned.get(site.pk, {})),
        )
        for site in sites
    ]


def _kit_ledger(received: int, states: dict[str, int]) -> Ledger:
    rows: list[tuple[Any, ...]] = [(_("Received"), received)]
    rows += [(str(label), -sum(states.get(state, 0) for state in group)) for label, group in SITE_BALANCE]
    return ledger(rows, counted=0)


def _returned_units(user: Any, lot: Lot) -> dict[uuid.UUID, dict[str, int]]:
    rows = Distribution.objects.visible_to(user).filter(kit__lot=lot, units_returned__gt=0).order_by()
    found: dict[uuid.UUID, dict[str, int]] = {}
    for site_id, state, units in rows.values_list("site", "kit__state").annotate(Sum("units_returned")):
        found.setdefault(site_id, {})[state] = units
    return found


def _unit_ledger(by_state: dict[str, int]) -> Ledger:
    on_site = sum(by_state.get(state, 0) for state in RETURNED_ON_SITE)
    rows: list[tuple[Any, ...]] = [
        (_("Units that came back"), sum(by_state.values())),
        (_("Destroyed"), -by_state.get(KitState.DESTROYED, 0)),
        (_("Sent back"), -by_state.get(KitState.SENT_BACK, 0)),
        (_("On site"), -on_site),
    ]
    return ledger(rows, counted=0)


def lots_in(user: Any, focus: Focus) -> QuerySet[Lot]:
    """The lots of the studies in focus."""
    studies = {site.study_id for site in focus.chosen_sites}
    return Lot.objects.visible_to(user).filter(study__in=studies).select_related("product").order_by("number")


def products_to_supply(user: Any, permission: str) -> QuerySet[Product]:
    """Products of studies in which the person holds the permission."""
    return Product.objects.visible_to(user, permission).select_related("study").order_by("study__protocol_id", "name")


def lots_to_send(user: Any, permission: str) -> QuerySet[Lot]:
    """Lots of studies in which the person holds the permission."""
    return Lot.objects.visible_to(user, permission).select_related("product", "study").order_by("expires_on", "number")


def sites_to_supply(user: Any, permission: str) -> QuerySet[Site]:
    """Sites at which the person holds the permission."""
    return Site.objects.visible_to(user, permission).select_related("study", "institution")


def kit_lines(user: Any, rows: QuerySet[Kit], filters: dict[str, str]) -> tuple[list[str], Iterator[list[Any]]]:
    """The stock as a table, without contents; the export is logged with its filters."""
    facts = {"rows": rows.count(), "filters": filters}
    note("kit.exported", gettext_lazy("Stock exported"), by=user, facts=facts)
    header = ["study", "site", "kit", "product", "lot", "expires_on", "units", "state", "shipment"]
    return header, (_line(kit) for kit in rows.iterator(chunk_size=1000))


def _line(kit: Kit) -> list[Any]:
    return [
        kit.study.protocol_id,
        kit.site.number,
        kit.number,
        kit.lot.product.name,
        kit.lot.number,
        kit.expires_on,
        kit.units,
        kit.state,
        kit.shipment.number if kit.shipment else "",
    ]
