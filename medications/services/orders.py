"""Writing, signing, holding and ending orders for medication."""

import uuid
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from medications import policies
from medications.domain.orders import RUNNING, About, HoldReason, OrderStatus
from medications.events import FeedbackGiven, OrderChanged
from medications.models import Feedback, MedicationOrder, OrderHold, Prescription
from subjects.models import Subject
from subjects.services import refuse_identity_in
from subjects.services.locking import locked, locked_row
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish
from trialcrm.users.domain.signatures import Meaning, Proof
from trialcrm.users.services import sign

_RELATED = ("product", "study", "site")
#: What follows from the participation is done by the portal itself.
PORTAL = SystemActor("medication follows participation")


def _held(order: MedicationOrder) -> MedicationOrder:
    """The order as it is now. The subject is held first, so that acts on one person's orders follow one another."""
    subject = locked_row(Subject, order.subject_id, "study", "site")
    order = locked(order, *_RELATED)
    order.subject = subject
    return order


@recorded("order.drafted", gettext_lazy("Order drafted"))
def draft_order(*, by: Any, subject: Subject, prescription: Prescription) -> MedicationOrder:
    """Draft an order; it has no effect until an investigator signs it.

    Raises:
        Refused: another study's product, impossible dates or amounts.
    """
    require(policies.draft_order(by, subject))
    order = MedicationOrder(subject=subject)
    _fill(order, prescription)
    return _saved(order)


@recorded("order.changed", gettext_lazy("Draft of an order changed"))
def change_order(*, by: Any, order: MedicationOrder, prescription: Prescription) -> MedicationOrder:
    """Change a draft.

    Raises:
        Refused: it was signed; or as for drafting.
    """
    order = _held(order)
    require(policies.change_order(by, order))
    if order.supersedes_id and prescription.product.pk != order.product_id:
        require(refused(_("Another version is about the same medicine."), "product"))
    _fill(order, prescription)
    return _saved(order)


def _fill(order: MedicationOrder, prescription: Prescription) -> None:
    if prescription.product.study_id != order.subject.study_id:
        require(refused(_("This product belongs to another study."), "product"))
    if prescription.dose_amount <= 0:
        require(refused(_("The dose is more than nothing."), "dose_amount"))
    if prescription.units_per_dose <= 0:
        require(refused(_("At least a part of a unit is taken."), "units_per_dose"))
    if prescription.ends_on and prescription.ends_on < prescription.starts_on:
        require(refused(_("It cannot end before it begins."), "ends_on"))
    refuse_identity_in(order.subject, instructions=prescription.instructions)
    for part in fields(prescription):
        setattr(order, part.name, getattr(prescription, part.name))


@recorded("order.signed", gettext_lazy("Order signed"))
def sign_order(*, by: Any, order: MedicationOrder, proof: Proof) -> MedicationOrder:
    """Put a draft in force; what it supersedes ends on the day on which this one begins.

    Raises:
        Refused: not on the study, no active consent, incomplete, or another order for the same is running.
        StaleRecord: it is no longer what was shown.
    """
    order = _held(order)
    require(policies.sign_order(by, order))
    sign(by=by, record=order, meaning=Meaning.PRESCRIBED, proof=proof)
    if order.supersedes_id:
        _supersede(locked_row(MedicationOrder, order.supersedes_id, *_RELATED), order)
    order.status, order.prescribed_by_id, order.prescribed_at = OrderStatus.ACTIVE, by.pk, clock.now()
    return _saved(order)


def _supersede(old: MedicationOrder, new: MedicationOrder) -> None:
    """A version that was completed or discontinued meanwhile stays what it is."""
    if old.status not in RUNNING:
        return
    old.subject = new.subject
    _close_hold(old, new.starts_on)
    old.status, old.ended_on = OrderStatus.SUPERSEDED, max(new.starts_on, old.starts_on)
    old.end_reason = _("Superseded by version %(version)s") % {"version": new.version}
    _saved(old)


@recorded("order.revised", gettext_lazy("Another version of an order drafted"))
def revise_order(*, by: Any, order: MedicationOrder, prescription: Prescription, reason: str) -> MedicationOrder:
    """Draft another version of a running order; the running one goes on until the new one is signed.

    Raises:
        Refused: not running, another version is drafted already, another medicine, or no reason.
    """
    order = _held(order)
    require(policies.revise_order(by, order))
    if prescription.product.pk != order.product_id:
        require(refused(_("Another version is about the same medicine."), "product"))
    if not reason.strip():
        require(refused(_("Say why it changes."), "reason"))
    new = MedicationOrder(subject=order.subject, supersedes=order, version=order.version + 1)
    _fill(new, prescription)
    return _saved(new)


@recorded("order.cancelled", gettext_lazy("Draft of an order cancelled"))
def cancel_order(*, by: Any, order: MedicationOrder, reason: str) -> MedicationOrder:
    """Give up a draft."""
    order = _held(order)
    require(policies.cancel_order(by, order))
    refuse_identity_in(order.subject, reason=reason)
    order.status, order.end_reason = OrderStatus.CANCELLED, reason
    return _saved(order)


@recorded("order.held", gettext_lazy("Order put on hold"))
def hold_order(
    *,
    by: Any,
    order: MedicationOrder,
    held_on: date,
    hold_reason: str,
    reason: str = "",
    event_id: uuid.UUID | None = None,
) -> MedicationOrder:
    """Withhold doses from a day on; they are not expected while the hold lasts.

    Raises:
        Refused: not active, a day in the future or before the order began, or no such reason.
    """
    order = _held(order)
    require(policies.hold_order(by, order))
    _require_day(order, held_on, "held_on")
    if hold_reason not in HoldReason.values:
        require(refused(_("Say why it is held."), "hold_reason"))
    last = order.holds.order_by("-held_on").first()
    if last and last.resumed_on and held_on < last.resumed_on:
        require(refused(_("It was on hold until a later day."), "held_on"))
    refuse_identity_in(order.subject, reason=reason)
    OrderHold(
        subject=order.subject, order=order, held_on=held_on, hold_reason=hold_reason, reason=reason, event_id=event_id
    ).save()
    order.status = OrderStatus.ON_HOLD
    return _saved(order)


@recorded("order.resumed", gettext_lazy("Order resumed"))
def resume_order(*, by: Any, order: MedicationOrder, resumed_on: date, reason: str) -> MedicationOrder:
    """Let doses go on from a day.

    Raises:
        Refused: not on hold, consent not active, or a day before the hold began.
    """
    order = _held(order)
    require(policies.resume_order(by, order))
    _require_day(order, resumed_on, "resumed_on")
    refuse_identity_in(order.subject, reason=reason)
    _close_hold(order, resumed_on)
    order.status = OrderStatus.ACTIVE
    return _saved(order)


def _close_hold(order: MedicationOrder, on: date) -> None:
    hold = order.holds.filter(resumed_on=None).select_related("subject").first()
    if hold is None:
        return
    if on < hold.held_on:
        require(refused(_("This is before the hold began."), "resumed_on"))
    hold.resumed_on = on
    hold.save()


@recorded("order.discontinued", gettext_lazy("Order discontinued"))
def discontinue_order(
    *, by: Any, order: MedicationOrder, ended_on: date, reason: str, event_id: uuid.UUID | None = None
) -> MedicationOrder:
    """Stop an order for good; no dose is due from that day on, and kits in hand are to come back."""
    order = _held(order)
    require(policies.discontinue_order(by, order))
    return _end(order, OrderStatus.DISCONTINUED, ended_on, reason, event_id)


@recorded("order.completed", gettext_lazy("Order completed"))
def complete_order(*, by: Any, order: MedicationOrder, ended_on: date, reason: str = "") -> MedicationOrder:
    """Record that an order was followed to its end; `ended_on` is the day after the last dose."""
    order = _held(order)
    require(policies.complete_order(by, order))
    return _end(order, OrderStatus.COMPLETED, ended_on, reason or _("As planned"), None)


def _end(
    order: MedicationOrder, status: str, ended_on: date, reason: str, event_id: uuid.UUID | None
) -> MedicationOrder:
    _require_day(order, ended_on, "ended_on")
    if not reason.strip():
        require(refused(_("Say why."), "reason"))
    refuse_identity_in(order.subject, reason=reason)
    _close_hold(order, max(ended_on, _hold_began(order) or ended_on))
    order.status, order.ended_on, order.end_reason, order.event_id = status, ended_on, reason, event_id
    return _saved(order)


def _hold_began(order: MedicationOrder) -> date | None:
    hold = order.holds.filter(resumed_on=None).first()
    return hold.held_on if hold else None


def _require_day(order: MedicationOrder, on: date, field: str) -> None:
    if on > clock.today(order.subject.site.time_zone):
        require(refused(_("This date lies in the future."), field))
    if on < order.starts_on:
        require(refused(_("This is before the order began."), field))


@recorded("order.feedback-given", gettext_lazy("Feedback given to the participant"))
def give_feedback(*, by: Any, order: MedicationOrder, about: str, text: str) -> Feedback:
    """Tell the participant something about an order or about how it is taken; they read it in the portal.

    Raises:
        Refused: the order was never in force, no such subject, or there is no text.
    """
    require(policies.give_feedback(by, order))
    if about not in About.values:
        require(refused(_("Say what it is about."), "about"))
    if not text.strip():
        require(refused(_("Write something."), "text"))
    refuse_identity_in(order.subject, text=text)
    feedback = Feedback(subject=order.subject, order=order, about=about, text=text, author_id=by.pk)
    feedback.save()
    publish(FeedbackGiven(feedback.study_id, feedback.site_id, feedback.subject_id, feedback.pk))
    return feedback


def _saved(order: MedicationOrder) -> MedicationOrder:
    order.save()
    publish(OrderChanged(order.study_id, order.site_id, order.subject_id, order.pk, order.status))
    return order


@recorded("order.held-all", gettext_lazy("Orders put on hold"))
def hold_orders_of(*, by: Any, subject_id: uuid.UUID, hold_reason: str, reason: str) -> Subject:
    """Put every active order of a participant on hold from today, as when consent is withdrawn."""
    subject = locked_row(Subject, subject_id, "study", "site")
    today = clock.today(subject.site.time_zone)
    for order in subject.orders.filter(status=OrderStatus.ACTIVE):
        if order.starts_on > today:  # it has not begun, so there is nothing to withhold
            stop_order(by=by, order=order, ended_on=order.starts_on, reason=reason)
        else:
            hold_order(by=by, order=order, held_on=today, hold_reason=hold_reason, reason=reason)
    return subject


@recorded("order.stopped", gettext_lazy("Order stopped"))
def stop_order(*, by: Any, order: MedicationOrder, ended_on: date, reason: str) -> MedicationOrder:
    """Discontinue an order because participation ended, also one that has not begun; drafts are cancelled."""
    order = _held(order)
    if order.status == OrderStatus.DRAFT:
        require(policies.cancel_order(by, order))
        order.status, order.end_reason = OrderStatus.CANCELLED, reason
        return _saved(order)
    require(policies.discontinue_order(by, order))
    on = max(ended_on, order.starts_on)
    _close_hold(order, max(on, _hold_began(order) or on))
    order.status, order.ended_on, order.end_reason = OrderStatus.DISCONTINUED, on, reason
    return _saved(order)


@recorded("order.stopped-all", gettext_lazy("Orders stopped"))
def stop_orders_of(*, by: Any, subject_id: uuid.UUID, reason: str) -> Subject:
    """Stop every order of a participant: the day after the last dose, or the day on which participation ended."""
    subject = locked_row(Subject, subject_id, "study", "site")
    last = subject.last_dose_on
    on = last + timedelta(days=1) if last else subject.ended_on or clock.today(subject.site.time_zone)
    for order in subject.orders.filter(status__in=[*RUNNING, OrderStatus.DRAFT]):
        stop_order(by=by, order=order, ended_on=on, reason=reason)
    return subject
