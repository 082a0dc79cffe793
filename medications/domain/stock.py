"""Kits and shipments: their states and moves (ICH E6(R3) 2.10.4, 21 CFR 312.59 and 312.62(a))."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class KitState(TextChoices):
    SHIPPED = "shipped", _("On its way")
    RECEIVED = "received", _("Received")
    AVAILABLE = "available", _("Available")
    QUARANTINED = "quarantined", _("Quarantined")
    PREPARED = "prepared", _("Prepared")
    DISPENSED = "dispensed", _("Dispensed")
    ACKNOWLEDGED = "acknowledged", _("With participant")
    RETURNED = "returned", _("Returned")
    RECONCILED = "reconciled", _("Reconciled")
    EXPIRED = "expired", _("Expired")
    DAMAGED = "damaged", _("Damaged")
    LOST = "lost", _("Lost")
    MISSING = "missing", _("Missing")
    SENT_BACK = "sent_back", _("Sent back")
    DESTROYED = "destroyed", _("Destroyed")


_K = KitState
_GONE = {_K.SENT_BACK, _K.DESTROYED}
_NOT_FOR_USE = {_K.QUARANTINED, _K.EXPIRED, _K.DAMAGED}

KIT_LIFECYCLE = Lifecycle.of(
    "kit",
    KitState,
    {
        _K.SHIPPED: {_K.RECEIVED, _K.MISSING},
        _K.RECEIVED: {_K.AVAILABLE} | _NOT_FOR_USE,
        _K.AVAILABLE: {_K.PREPARED} | _NOT_FOR_USE,
        _K.QUARANTINED: {_K.AVAILABLE, _K.EXPIRED, _K.DAMAGED, _K.DESTROYED},
        # A kit that was prepared and not handed out goes back on the shelf.
        _K.PREPARED: {_K.DISPENSED, _K.AVAILABLE},
        _K.DISPENSED: {_K.ACKNOWLEDGED, _K.RETURNED, _K.LOST},
        _K.ACKNOWLEDGED: {_K.RETURNED, _K.LOST},
        _K.RETURNED: {_K.RECONCILED},
        _K.RECONCILED: _GONE,
        _K.EXPIRED: _GONE,
        _K.DAMAGED: _GONE,
    },
)

#: On the shelf of the site, for use or not.
IN_STOCK = frozenset({_K.RECEIVED, _K.AVAILABLE, _K.QUARANTINED, _K.PREPARED})
WITH_SUBJECT = frozenset({_K.DISPENSED, _K.ACKNOWLEDGED})
RETURNED_ON_SITE = frozenset({_K.RETURNED, _K.RECONCILED})
#: Until they are handed out, kits can run out of date.
CAN_EXPIRE = frozenset({_K.RECEIVED, _K.AVAILABLE, _K.QUARANTINED})


class ShipmentStatus(TextChoices):
    SENT = "sent", _("On its way")
    ARRIVED = "arrived", _("Received")


SHIPMENT_LIFECYCLE = Lifecycle.of("shipment", ShipmentStatus, {ShipmentStatus.SENT: {ShipmentStatus.ARRIVED}})


class Condition(TextChoices):
    INTACT = "intact", _("Intact")
    DAMAGED = "damaged", _("Damaged")


#: Site balance, in kits of one lot: what was received is somewhere, each line a group of states.
SITE_BALANCE = (
    (_("Available"), (_K.RECEIVED, _K.AVAILABLE)),
    (_("Quarantined"), (_K.QUARANTINED,)),
    (_("Prepared"), (_K.PREPARED,)),
    (_("With participants"), (_K.DISPENSED, _K.ACKNOWLEDGED)),
    (_("Returned, on site"), (_K.RETURNED, _K.RECONCILED)),
    (_("Sent back"), (_K.SENT_BACK,)),
    (_("Destroyed"), (_K.DESTROYED,)),
    (_("Lost"), (_K.LOST,)),
    (_("Expired, on site"), (_K.EXPIRED,)),
    (_("Damaged, on site"), (_K.DAMAGED,)),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a shipment arrived: when, how many kits were counted, which did not come, in which condition."""

    received_at: datetime
    kits_received: int
    condition: str
    temperature_ok: bool
    missing: tuple[str, ...] = ()
    remarks: str = ""
