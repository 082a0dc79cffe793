"""One kit handed to one participant: states, and whether the kit may be handed out, with every reason against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.core.lifecycle import Lifecycle

from .stock import KitState


class DistributionStatus(TextChoices):
    PREPARED = "prepared", gettext_lazy("Prepared")
    DISPENSED = "dispensed", gettext_lazy("Dispensed")
    ACKNOWLEDGED = "acknowledged", gettext_lazy("Acknowledged")
    RETURNED = "returned", gettext_lazy("Returned")
    RECONCILED = "reconciled", gettext_lazy("Reconciled")
    LOST = "lost", gettext_lazy("Lost")
    CANCELLED = "cancelled", gettext_lazy("Put back")


_D = DistributionStatus

DISTRIBUTION_LIFECYCLE = Lifecycle.of(
    "distribution",
    DistributionStatus,
    {
        _D.PREPARED: {_D.DISPENSED, _D.CANCELLED},
        _D.DISPENSED: {_D.ACKNOWLEDGED, _D.RETURNED, _D.LOST},
        _D.ACKNOWLEDGED: {_D.RETURNED, _D.LOST},
        _D.RETURNED: {_D.RECONCILED},
    },
)

IN_HAND = frozenset({_D.DISPENSED, _D.ACKNOWLEDGED})
#: Handed out, whatever became of it.
HANDED_OUT = frozenset({_D.DISPENSED, _D.ACKNOWLEDGED, _D.RETURNED, _D.RECONCILED, _D.LOST})
#: The count is known, so that the interval can be evaluated.
COUNTED = frozenset({_D.RETURNED, _D.RECONCILED, _D.LOST})


@dataclass(frozen=True, slots=True)
class Offer:
    """A kit as it stands, and the use that it is meant for. `fits` says whether it is meant for this participant."""

    state: str
    expires_on: date
    is_released: bool
    same_site: bool
    same_product: bool
    fits: bool
    last_use_on: date


def last_day_of_use(dispensed_on: date, days: int) -> date:
    """The day up to which a kit must keep: that of dispensing and the planned days of use."""
    return dispensed_on + timedelta(days=days)


def objections(offer: Offer) -> Iterator[str]:
    """Every reason for which the kit may not be handed out; nothing where it may.

    A kit of another treatment and one of another product are refused in the same words, so that neither is told.
    """
    if not offer.same_site:
        yield _("It does not belong to this site.")
    if not (offer.same_product and offer.fits):
        yield _("It is not a kit for this participant.")
    if offer.state == KitState.QUARANTINED:
        yield _("It is quarantined.")
    elif offer.state == KitState.EXPIRED:
        yield _("It was taken out of stock because it expired.")
    elif offer.state != KitState.AVAILABLE:
        yield _("It is %(state)s.") % {"state": str(KitState(offer.state).label).lower()}
    if not offer.is_released:
        yield _("Its lot is not released.")
    if offer.expires_on < offer.last_use_on:
        days = {
            "expiry": formats.date_format(offer.expires_on, "j M Y"),
            "until": formats.date_format(offer.last_use_on, "j M Y"),
        }
        yield _("It expires on %(expiry)s, before the end of use on %(until)s.") % days


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back, in units, when and in which condition; what was lost or wasted, and how."""

    returned_on: date
    units_returned: int
    units_lost: int = 0
    empties_returned: bool = False
    return_condition: str = ""
    circumstances: str = ""
