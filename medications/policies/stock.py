"""Who ships, receives, quarantines, releases and disposes of kits."""

from typing import Any

from django.utils.translation import gettext as _

from medications.domain.distributions import DistributionStatus
from medications.domain.permissions import Perm
from medications.domain.stock import KIT_LIFECYCLE, SHIPMENT_LIFECYCLE, KitState, ShipmentStatus
from medications.models import Distribution, Kit, Lot, Shipment
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .rights import may_write


def supply_study(user: Any, record: Any) -> Decision:
    """Products, lots and shipments are the sponsor's (ICH E6(R3) 3.15.3)."""
    return holds(user, Perm.SHIP_STOCK, record, _("The sponsor supplies the sites."))


def release_lot(user: Any, lot: Lot) -> Decision:
    held = ALLOWED if lot.released_on is None else refused(_("This lot is released."))
    return first_refusal(supply_study(user, lot), held)


def _may_keep(user: Any, record: Any) -> Decision:
    return may_write(user, Perm.CHANGE_STOCK, record, _("Only a pharmacist keeps the stock."))


def receive_shipment(user: Any, shipment: Shipment) -> Decision:
    return first_refusal(
        _may_keep(user, shipment), SHIPMENT_LIFECYCLE.may_move(shipment.status, ShipmentStatus.ARRIVED)
    )


def _move(user: Any, kit: Kit, to: str) -> Decision:
    return first_refusal(_may_keep(user, kit), KIT_LIFECYCLE.may_move(kit.state, to))


def quarantine_kit(user: Any, kit: Kit) -> Decision:
    return first_refusal(_not_assigned(kit), _move(user, kit, KitState.QUARANTINED))


def release_kit(user: Any, kit: Kit) -> Decision:
    quarantined = ALLOWED if kit.state == KitState.QUARANTINED else refused(_("This kit is not quarantined."))
    return first_refusal(_may_keep(user, kit), quarantined)


def damage_kit(user: Any, kit: Kit) -> Decision:
    return first_refusal(_not_assigned(kit), _move(user, kit, KitState.DAMAGED))


def _not_assigned(kit: Kit) -> Decision:
    """A kit that is set out for somebody goes back on the shelf first."""
    return ALLOWED if kit.state != KitState.PREPARED else refused(_("It is prepared for somebody; put it back first."))


def expire_kit(user: Any, kit: Kit) -> Decision:
    return _move(user, kit, KitState.EXPIRED)


def dispose_kit(user: Any, kit: Kit) -> Decision:
    """Destroyed or sent back; what had been handed out only once the monitor has verified it (21 CFR 312.59)."""
    to = KitState.DESTROYED
    return first_refusal(_move(user, kit, to), _is_verified(kit))


def _is_verified(kit: Kit) -> Decision:
    waiting = Distribution.objects.filter(kit=kit, status=DistributionStatus.RECONCILED, verified_at=None)
    return refused(_("The monitor has not verified its reconciliation yet.")) if waiting.exists() else ALLOWED


def record_content(user: Any, kit: Kit) -> Decision:
    return holds(user, Perm.VIEW_KIT_CONTENT, kit, _("Only the unblinded pharmacist records what kits hold."))
