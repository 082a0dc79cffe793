"""Acts on orders, on kits for participants, and on doses: those of staff, and those of participants on their own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from medications import policies, selectors, services
from medications.domain.permissions import Perm
from medications.forms import adherence, distributions, orders
from medications.views.adherence import SHOWN
from subjects.selectors import subject_for
from trialcrm.api.domain.moments import Moment
from trialcrm.api.domain.tokens import Verb
from trialcrm.core import clock
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.forms import SigningForm

from .acting import Act, Call, offer, seen_or_own

PRODUCT = {"product": "product_id"}


def _ordered(call: Call) -> dict[str, Any]:
    """What stands in the order, for a change of it."""
    order = call.record
    kept = {"initial": orders.as_ordered(order), "zone": order.site.time_zone}
    return {**kept, "user": call.user, "study": order.study}


def _of_subject(call: Call) -> dict[str, Any]:
    subject = call.record
    return {"user": call.user, "study": subject.study, "zone": subject.site.time_zone}


def _with_orders(user: Any, pk: UUID) -> Any:
    return subject_for(user, pk, Perm.VIEW_ORDER)


def _own_order(user: Any, pk: UUID) -> Any:
    return selectors.order_for(user, pk, Perm.OWN_MEDICATION)


def _zone(call: Call) -> dict[str, Any]:
    return {"zone": call.record.site.time_zone}


def _item(call: Call) -> dict[str, Any]:
    return {"distribution": call.record}


def _signing(call: Call) -> dict[str, Any]:
    return {"request": call.request, "record": call.record, "meaning": Meaning.PRESCRIBED}


AN_ORDER: dict[str, Any] = {"on": "orders", "load": selectors.order_for, "about": "order"}
DRAFTED: dict[str, Any] = {**AN_ORDER, "permission": Perm.CHANGE_ORDER}
DECIDED: dict[str, Any] = {**AN_ORDER, "permission": Perm.SIGN_ORDER, "bound": _zone}

offer(
    Act(
        on="orders",
        name="create",
        doc="Draft an order. It has no effect until an investigator signs it.",
        permission=Perm.CHANGE_ORDER,
        load=_with_orders,
        parent="subject_id",
        about="subject",
        form=orders.OrderForm,
        service=services.draft_order,
        rule=policies.draft_order,
        bound=_of_subject,
        names=PRODUCT,
        verb=Verb.CREATE,
    ),
    Act(name="change", doc="Change a draft. What was signed is revised.", form=orders.OrderForm,
        service=services.change_order, rule=policies.change_order, bound=_ordered, names=PRODUCT, verb=Verb.CHANGE,
        **DRAFTED),
    Act(name="revise", doc="Draft another version of a running order, which is the answer; the running one goes on "
        "until that is signed.", form=orders.RevisionForm, service=services.revise_order, rule=policies.revise_order,
        bound=_ordered, names=PRODUCT, keeps=True, **DRAFTED),
    Act(name="cancel", doc="Give up a draft.", form=orders.CancelForm,
        service=services.cancel_order, rule=policies.cancel_order, **DRAFTED),
    Act(name="sign", doc="An investigator puts a draft in force. What it supersedes ends when it begins.",
        form=SigningForm, service=services.sign_order, rule=policies.sign_order, optional=frozenset({"email"}),
        signs=lambda user, order: (order, Meaning.PRESCRIBED), **{**DECIDED, "bound": _signing}),
    Act(name="hold", doc="Withhold doses from a day on.", form=orders.HoldForm,
        service=services.hold_order, rule=policies.hold_order, **DECIDED),
    Act(name="resume", doc="Doses are taken again from a day on.", form=orders.ResumeForm,
        service=services.resume_order, rule=policies.resume_order, **DECIDED),
    Act(name="discontinue", doc="Stop an order before its end.", form=orders.DiscontinueForm,
        service=services.discontinue_order, rule=policies.discontinue_order, **DECIDED),
    Act(name="complete", doc="An order ends as planned.", form=orders.CompleteForm,
        service=services.complete_order, rule=policies.complete_order, **DECIDED),
    Act(
        on="feedback",
        name="create",
        doc="Tell a participant something about an order, or about how it is taken. They read it under your name.",
        permission=Perm.CHANGE_ORDER,
        load=selectors.order_for,
        parent="order_id",
        about="order",
        form=orders.FeedbackForm,
        service=services.give_feedback,
        rule=policies.give_feedback,
        verb=Verb.CREATE,
    ),
)  # fmt: skip

A_KIT: dict[str, Any] = {"on": "distributions", "load": selectors.distribution_for, "about": "distribution"}
DISPENSED: dict[str, Any] = {**A_KIT, "permission": Perm.DISPENSE}
COUNTED: dict[str, Any] = {**A_KIT, "permission": Perm.COUNT_RETURN, "bound": _zone}

offer(
    Act(
        on="distributions",
        name="create",
        doc="Prepare a kit for an order in force: the one that is named, or the one that expires first.",
        permission=Perm.DISPENSE,
        load=selectors.order_for,
        parent="order_id",
        about="order",
        form=distributions.PreparationForm,
        service=services.prepare_kit,
        rule=policies.prepare_kit,
        bound=lambda call: {"user": call.user, "order": call.record},
        verb=Verb.CREATE,
    ),
    Act(name="dispense", doc="Hand out a prepared kit, whose number is read off the label once more.",
        form=distributions.DispensingForm, service=services.dispense_kit, rule=policies.dispense_kit, bound=_item,
        **DISPENSED),
    Act(name="put-back", doc="Put a prepared kit back on the shelf.", form=distributions.PutBackForm,
        service=services.put_back_kit, rule=policies.put_back_kit, **DISPENSED),
    Act(name="acknowledge", doc="The participant, or a witness from the site, says that the kit arrived.",
        form=distributions.ReceiptForm, service=services.acknowledge_receipt, rule=policies.acknowledge_receipt,
        bound=_item, permission=Perm.WITNESS_RECEIPT, own_permission=Perm.OWN_MEDICATION,
        **{**A_KIT, "load": seen_or_own(selectors.distribution_for, Perm.VIEW_DISTRIBUTION, Perm.OWN_MEDICATION)}),
    Act(name="return", doc="Count what came back.", form=distributions.ReturnForm, service=services.count_return,
        rule=policies.count_return, **COUNTED),
    Act(name="lose", doc="Record that a kit will not come back.", form=distributions.LossForm,
        service=services.report_lost, rule=policies.report_lost, **COUNTED),
    Act(name="reconcile", doc="Settle a counted return; a difference needs an explanation.",
        form=distributions.ReconciliationForm, service=services.reconcile_kit, rule=policies.reconcile_kit,
        **DISPENSED),
    Act(name="verify", doc="The monitor confirms a reconciliation that somebody else made.",
        form=distributions.VerificationForm, service=services.verify_reconciliation,
        rule=policies.verify_reconciliation, permission=Perm.VERIFY_STOCK, **A_KIT),
)  # fmt: skip


class ProxyDoseForm(adherence.ProxyDoseForm):
    """The dose may be named by its moment, with whatever offset."""

    def __init__(self, data: Any = None, files: Any = None, **known: Any) -> None:
        super().__init__(data, files, **known)
        moment = _moment(data.get("slot_at", "")) if data else None
        if moment:
            offered: Any = self.fields["slot_at"]
            moments = {datetime.fromisoformat(key): key for key, _words in offered.choices if key}
            changed = data.copy()
            changed["slot_at"] = moments.get(self._aware(moment), data["slot_at"])
            self.data = changed

    def _aware(self, moment: datetime) -> datetime:
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _due_doses(call: Call) -> dict[str, Any]:
    since = clock.today(call.record.subject.site.time_zone) - SHOWN
    return {"order": call.record, "doses": selectors.due_doses(call.user, call.record, since)}


#: Without it the entry is about a dose that was not due.
SLOT: dict[str, Any] = {"slot_at": (Moment | None, None)}
A_DOSE: dict[str, Any] = {
    "on": "adherence-logs",
    "parent": "order_id",
    "about": "order",
    "service": services.log_dose,
    "verb": Verb.CREATE,
    "extra": SLOT,
}

offer(
    Act(
        name="create",
        doc="A participant says what happened to a dose of their own. `slot_at` is when it was due; without it the "
        "dose is an extra one, or one taken when needed. A later entry about the same dose supersedes the former.",
        permission=Perm.OWN_MEDICATION,
        load=_own_order,
        form=adherence.OwnDoseForm,
        rule=policies.log_dose,
        bound=lambda call: {"order": call.record},
        **A_DOSE,
    ),
    Act(
        name="proxy",
        doc="The site enters a dose for the participant, and says why. `slot_at` is one of the doses that were due.",
        permission=Perm.LOG_DOSE_FOR,
        load=selectors.order_for,
        form=ProxyDoseForm,
        rule=policies.log_dose_for,
        bound=_due_doses,
        **A_DOSE,
    ),
)
