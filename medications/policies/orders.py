"""Who drafts, signs, holds and ends orders, and in which state."""

from typing import Any

from django.utils.translation import gettext as _

from medications.domain.orders import ORDER_LIFECYCLE, RUNNING, OrderStatus
from medications.domain.permissions import Perm
from medications.models import MedicationOrder
from subjects.models import Subject
from subjects.policies import has_consent
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .rights import is_on_study, may_write, still_takes_part


def _may_draft(user: Any, record: Any) -> Decision:
    return may_write(user, Perm.CHANGE_ORDER, record, _("Your role does not write orders."))


def _may_prescribe(user: Any, record: Any) -> Decision:
    """Prescribing is a physician's task (ICH E6(R3) 2.7.1)."""
    return may_write(user, Perm.SIGN_ORDER, record, _("Only an investigator decides about an order."))


def _move(order: MedicationOrder, to: str) -> Decision:
    return ORDER_LIFECYCLE.may_move(order.status, to)


def draft_order(user: Any, subject: Subject) -> Decision:
    return first_refusal(_may_draft(user, subject), still_takes_part(subject))


def change_order(user: Any, order: MedicationOrder) -> Decision:
    """Only a draft is changed; what was signed is superseded by another version."""
    draft = ALLOWED if order.status == OrderStatus.DRAFT else refused(_("What was signed is not changed; revise it."))
    return first_refusal(_may_draft(user, order), draft)


def cancel_order(user: Any, order: MedicationOrder) -> Decision:
    return first_refusal(_may_draft(user, order), _move(order, OrderStatus.CANCELLED))


def sign_order(user: Any, order: MedicationOrder) -> Decision:
    """A complete draft, for somebody on the study whose consent is active, without another order for the same."""
    return first_refusal(
        _may_prescribe(user, order),
        _move(order, OrderStatus.ACTIVE) if order.status == OrderStatus.DRAFT else refused(_("This is signed.")),
        is_on_study(order.subject),
        has_consent(order.subject),
        _is_complete(order),
        _is_the_only_one(order),
    )


def _is_complete(order: MedicationOrder) -> Decision:
    if order.ends_on is None:
        return refused(_("Say until when it is to be taken."))
    return ALLOWED if order.instructions.strip() else refused(_("The instructions in plain words are missing."))


def _is_the_only_one(order: MedicationOrder) -> Decision:
    others = MedicationOrder.objects.filter(subject=order.subject_id, product=order.product_id, status__in=RUNNING)
    if others.exclude(pk=order.supersedes_id).exists():
        return refused(_("Another order for %(drug)s is running.") % {"drug": order.drug})
    return ALLOWED


def revise_order(user: Any, order: MedicationOrder) -> Decision:
    """A running order gets another version, one at a time."""
    running = ALLOWED if order.status in RUNNING else refused(_("This order is not running."))
    return first_refusal(_may_draft(user, order), running, _has_no_draft(order))


def _has_no_draft(order: MedicationOrder) -> Decision:
    if order.versions_after.filter(status=OrderStatus.DRAFT).exists():
        return refused(_("Another version of this order is being drafted."))
    return ALLOWED


def hold_order(user: Any, order: MedicationOrder) -> Decision:
    return first_refusal(_may_prescribe(user, order), _move(order, OrderStatus.ON_HOLD))


def resume_order(user: Any, order: MedicationOrder) -> Decision:
    held = ALLOWED if order.status == OrderStatus.ON_HOLD else refused(_("This order is not on hold."))
    return first_refusal(_may_prescribe(user, order), held, is_on_study(order.subject), has_consent(order.subject))


def discontinue_order(user: Any, order: MedicationOrder) -> Decision:
    return first_refusal(_may_prescribe(user, order), _move(order, OrderStatus.DISCONTINUED))


def complete_order(user: Any, order: MedicationOrder) -> Decision:
    return first_refusal(_may_prescribe(user, order), _move(order, OrderStatus.COMPLETED))


def give_feedback(user: Any, order: MedicationOrder) -> Decision:
    """What was never signed is not known to the participant."""
    known = order.status not in (OrderStatus.DRAFT, OrderStatus.CANCELLED)
    unsigned = ALLOWED if known else refused(_("The participant does not know of this order yet."))
    return first_refusal(may_write(user, Perm.CHANGE_ORDER, order, _("Your role does not write here.")), unsigned)
