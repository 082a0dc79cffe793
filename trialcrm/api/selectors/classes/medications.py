"""What participants are ordered to take, which kits they were handed, and what they were told."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from pydantic import BaseModel

from medications import selectors
from medications.domain.codes import Frequency
from medications.domain.distributions import HANDED_OUT, DistributionStatus
from medications.domain.orders import About, HoldReason, OrderStatus
from medications.domain.permissions import Perm
from medications.models import Distribution, Feedback, MedicationOrder, OrderHold
from trialcrm.api.selectors.publishing import (
    ABOUT_SUBJECT,
    BY_PATIENT,
    NEWEST_FIRST,
    Filter,
    Link,
    Many,
    Published,
    between,
    choices_of,
    columns,
    computed,
    exact,
    in_sight,
    loaded,
    places,
    publish,
)
from trialcrm.core.paging import Order

#: What was never in force is not known to the participant.
NEVER_IN_FORCE = (OrderStatus.DRAFT, OrderStatus.CANCELLED)


class Hold(BaseModel):
    """A time during which doses are withheld; without an end it goes on."""

    held_on: date
    resumed_on: date | None
    hold_reason: choices_of(HoldReason)  # type: ignore[valid-type]
    reason: str


def orders_in_sight(user: Any) -> Any:
    """Orders that staff see, and the participant's own that were ever in force."""
    own = MedicationOrder.objects.visible_to(user, Perm.OWN_MEDICATION).exclude(status__in=NEVER_IN_FORCE)
    return (MedicationOrder.objects.visible_to(user) | own).select_related("product", "subject")


def _holds(user: Any, orders: list[Any]) -> dict[UUID, list[dict[str, Any]]]:
    """For staff; participants read that an order is on hold, and hear why from their site."""
    found: dict[UUID, list[dict[str, Any]]] = {order.pk: [] for order in orders}
    for hold in OrderHold.objects.visible_to(user).filter(order__in=list(found)).order_by("held_on", "id"):
        found[hold.order_id].append({name: getattr(hold, name) for name in Hold.model_fields})
    return found


def _latest(rows: Any, wanted: bool, user: Any) -> Any:
    same = orders_in_sight(user).filter(subject=OuterRef("subject")).order_by("-created_at", "-id")
    latest = Q(pk=Subquery(same.values("pk")[:1]))
    return rows.filter(latest if wanted else ~latest)


ORDERS = publish(
    Published(
        name="orders",
        title="MedicationOrder",
        brief="MedicationOrder",
        doc="What one participant is to take, in one version; the newest first. In force once an investigator signed.",
        permission=Perm.VIEW_ORDER,
        own_permission=Perm.OWN_MEDICATION,
        rows=orders_in_sight,
        fields=(
            *columns(MedicationOrder, "id", "subject_id", patient_id="subject_id"),
            *columns(MedicationOrder, "study_id", "site_id", "product_id", "version", "status"),
            computed("drug", str, "drug", "The medicine as its label names it"),
            computed("dosage", str, "dosage", "The dose with its unit, and how many units make it"),
            *columns(MedicationOrder, "dose_amount", "dose_unit", "units_per_dose"),
            computed("unit", str, "unit", "What is counted, like tablet or patch"),
            *columns(MedicationOrder, "dose_form", "route", "frequency", "instructions", "starts_on", "ends_on"),
            *columns(MedicationOrder, "prescribed_by_id", "prescribed_at", "ended_on", "end_reason"),
            loaded("holds", list[Hold], _holds, "Times on hold, for staff"),
            *columns(MedicationOrder, "supersedes_id", adverse_event_id="event_id"),
            *columns(MedicationOrder, "created_at", "updated_at"),
        ),
        withheld=frozenset({"end_reason", "adverse_event_id"}),
        links=(
            *ABOUT_SUBJECT,
            Link("product", "products"),
            Link("prescribed_by", "users"),
            Link("supersedes", "orders"),
            Link("adverse_event", "adverse-events", "event_id"),
        ),
        many=(
            Many("distributions", "distributions", "order_id"),
            Many("adherence_logs", "adherence-logs", "order_id"),
            Many("feedback", "feedback", "order_id"),
        ),
        filters=(
            *places(),
            BY_PATIENT,
            exact("status", choices_of(OrderStatus)),
            exact("product", UUID, "product_id", "Key of the product"),
            exact("frequency", choices_of(Frequency)),
            Filter("is_latest", bool, _latest, "Whether it is the newest order of its participant"),
            *between("starts", "starts_on"),
        ),
        orders={
            "-created_at": selectors.ORDER_ORDERS["newest"],
            "created_at": selectors.ORDER_ORDERS["newest"].reversed,
            "subject_id": selectors.ORDER_ORDERS["participant"],
            "-subject_id": selectors.ORDER_ORDERS["-participant"],
        },
    )
)


def _distributions(user: Any) -> Any:
    own = Distribution.objects.visible_to(user, Perm.OWN_MEDICATION).filter(status__in=HANDED_OUT)
    return (Distribution.objects.visible_to(user) | own).select_related("order__product", "kit__lot")


DISTRIBUTIONS = publish(
    Published(
        name="distributions",
        title="MedicationDistribution",
        brief="MedicationDistribution",
        doc="One kit for one participant, from preparing it to verifying what came back; the latest first.",
        permission=Perm.VIEW_DISTRIBUTION,
        own_permission=Perm.OWN_MEDICATION,
        rows=_distributions,
        fields=(
            *columns(Distribution, "id", "subject_id", patient_id="subject_id"),
            *columns(Distribution, "study_id", "site_id", "order_id", "kit_id", "visit_id", "status"),
            computed("medication_name", str, lambda row: row.order.drug, "The medicine as its label names it"),
            computed("dose", str, lambda row: row.order.dosage, "The dose as it is ordered"),
            computed(
                "distribution_date",
                date,
                lambda row: row.dispensed_on or row.planned_on,
                "The day on which it was handed out or, before, is to be",
            ),
            computed("kit_number", str, lambda row: row.kit.number, "The number on the label"),
            computed("lot_number", str, lambda row: row.kit.lot.number, "The lot on the label"),
            computed("expires_on", date, lambda row: row.kit.expires_on, "Expiry on the label"),
            *columns(Distribution, "planned_on", "planned_days", "prepared_at", "prepared_by_id"),
            *columns(Distribution, "dispensed_on", "dispensed_at", "dispensed_by_id", "units_dispensed"),
            *columns(Distribution, "instructions_given", "acknowledged_at", "acknowledged_by_id"),
            *columns(Distribution, "units_acknowledged", "is_witnessed", "returned_on", "returned_by_id"),
            *columns(Distribution, "units_returned", "units_lost", "empties_returned", "return_condition"),
            *columns(Distribution, "circumstances", "discrepancy_reason", "reconciled_at", "reconciled_by_id"),
            *columns(Distribution, "verified_at", "verified_by_id", "created_at", "updated_at"),
        ),
        withheld=frozenset(
            {
                "prepared_at",
                "prepared_by_id",
                "return_condition",
                "circumstances",
                "discrepancy_reason",
                "reconciled_at",
                "reconciled_by_id",
                "verified_at",
                "verified_by_id",
            }
        ),
        links=(
            *ABOUT_SUBJECT,
            Link("order", "orders"),
            Link("kit", "kits"),
            Link("visit", "visits"),
            Link("dispensed_by", "users"),
            Link("reconciled_by", "users"),
            Link("verified_by", "users"),
        ),
        many=(Many("adherence_logs", "adherence-logs", "distribution_id"),),
        filters=(
            *places(),
            BY_PATIENT,
            exact("order_id", UUID, doc="Key of the order"),
            exact("status", choices_of(DistributionStatus)),
            exact("visit", UUID, "visit_id", "Key of the visit"),
            *between("planned", "planned_on", doc="By the day on which it is to be handed out"),
            *between("dispensed", "dispensed_on", doc="By the day on which it was handed out"),
        ),
        orders={
            "-planned_on": selectors.LATEST_FIRST,
            "planned_on": selectors.LATEST_FIRST.reversed,
            **NEWEST_FIRST,
        },
    )
)


FEEDBACK = publish(
    Published(
        name="feedback",
        title="Feedback",
        doc="What staff told a participant about an order, or about how it is taken. Written once.",
        permission=Perm.VIEW_ORDER,
        own_permission=Perm.OWN_MEDICATION,
        rows=lambda user: in_sight(Feedback, user),
        fields=(
            *columns(Feedback, "id", "subject_id", patient_id="subject_id"),
            *columns(Feedback, "study_id", "site_id", "order_id", "about", "text", "author_id"),
            *columns(Feedback, "created_at", "updated_at"),
        ),
        links=(*ABOUT_SUBJECT, Link("order", "orders"), Link("author", "users")),
        filters=(
            *places(),
            BY_PATIENT,
            exact("order_id", UUID, doc="Key of the order"),
            exact("about", choices_of(About)),
        ),
        orders={"-created_at": Order(("-created_at", "-id")), "created_at": Order(("created_at", "id"))},
    )
)
