"""Who logs doses: the participant, or staff for them."""

from typing import Any

from django.utils.translation import gettext as _

from medications.domain.orders import OrderStatus
from medications.domain.permissions import Perm
from medications.models import MedicationOrder
from subjects.policies import study_takes_entries
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .rights import may_write


def log_dose(user: Any, order: MedicationOrder) -> Decision:
    """The participant logs their own doses; staff may do so for them."""
    own = is_own(user, order)
    proxy = may_write(user, Perm.LOG_DOSE_FOR, order, _("Doses are logged by the participant, or the coordinator."))
    return first_refusal(own or proxy, study_takes_entries(order.study), _was_signed(order))


def log_dose_for(user: Any, order: MedicationOrder) -> Decision:
    proxy = may_write(user, Perm.LOG_DOSE_FOR, order, _("Doses are logged by the participant, or the coordinator."))
    return first_refusal(proxy, _was_signed(order))


def is_own(user: Any, order: MedicationOrder) -> Decision:
    return holds(user, Perm.OWN_MEDICATION, order, _("This is not yours."))


def _was_signed(order: MedicationOrder) -> Decision:
    unsigned = (OrderStatus.DRAFT, OrderStatus.CANCELLED)
    return refused(_("This order was never in force.")) if order.status in unsigned else ALLOWED
