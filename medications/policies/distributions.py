"""Who prepares, hands out, acknowledges, counts, reconciles and verifies kits."""

from typing import Any

from django.utils.translation import gettext as _

from medications.domain.distributions import DISTRIBUTION_LIFECYCLE, DistributionStatus
from medications.domain.orders import OrderStatus
from medications.domain.permissions import Perm
from medications.models import Distribution, MedicationOrder
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .rights import is_on_study, may_write


def _may_dispense(user: Any, record: Any) -> Decision:
    return may_write(user, Perm.DISPENSE, record, _("Only a pharmacist prepares and hands out kits."))


def _move(item: Distribution, to: str) -> Decision:
    return DISTRIBUTION_LIFECYCLE.may_move(item.status, to)


def _order_is_active(order: MedicationOrder) -> Decision:
    """No kit leaves without a signed order that is in force (21 CFR 312.61)."""
    if order.status == OrderStatus.ACTIVE:
        return ALLOWED
    return refused(_("The order is not active (%(status)s).") % {"status": order.get_status_display().lower()})


def prepare_kit(user: Any, order: MedicationOrder) -> Decision:
    return first_refusal(_may_dispense(user, order), _order_is_active(order), is_on_study(order.subject))


def dispense_kit(user: Any, item: Distribution) -> Decision:
    return first_refusal(
        _may_dispense(user, item),
        _move(item, DistributionStatus.DISPENSED),
        _order_is_active(item.order),
        is_on_study(item.subject),
    )


def put_back_kit(user: Any, item: Distribution) -> Decision:
    return first_refusal(_may_dispense(user, item), _move(item, DistributionStatus.CANCELLED))


def acknowledge_receipt(user: Any, item: Distribution) -> Decision:
    """The participant, or a witness from the site."""
    own = holds(user, Perm.OWN_MEDICATION, item, _("Only the participant or a witness acknowledges receipt."))
    return first_refusal(own or _may_witness(user, item), _move(item, DistributionStatus.ACKNOWLEDGED))


def _may_witness(user: Any, item: Distribution) -> Decision:
    return may_write(
        user, Perm.WITNESS_RECEIPT, item, _("Only the participant or a witness from the site acknowledges receipt.")
    )


def witness_receipt(user: Any, item: Distribution) -> Decision:
    return first_refusal(_may_witness(user, item), _move(item, DistributionStatus.ACKNOWLEDGED))


def _may_count(user: Any, item: Distribution) -> Decision:
    return may_write(user, Perm.COUNT_RETURN, item, _("Your role does not count returns."))


def count_return(user: Any, item: Distribution) -> Decision:
    return first_refusal(_may_count(user, item), _move(item, DistributionStatus.RETURNED))


def report_lost(user: Any, item: Distribution) -> Decision:
    return first_refusal(_may_count(user, item), _move(item, DistributionStatus.LOST))


def reconcile_kit(user: Any, item: Distribution) -> Decision:
    return first_refusal(_may_dispense(user, item), _move(item, DistributionStatus.RECONCILED))


def verify_reconciliation(user: Any, item: Distribution) -> Decision:
    """By somebody else than who reconciled."""
    return first_refusal(
        holds(user, Perm.VERIFY_STOCK, item, _("The monitor verifies reconciliations.")),
        ALLOWED if item.status == DistributionStatus.RECONCILED else refused(_("This is not reconciled yet.")),
        ALLOWED if item.verified_at is None else refused(_("This was verified.")),
        ALLOWED if item.reconciled_by_id != user.pk else refused(_("Whoever reconciled does not verify.")),
    )
