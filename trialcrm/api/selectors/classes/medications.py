"""What participants are ordered to take, which kits they were handed, how they take it, and what they were told."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from pydantic import BaseModel

from medications import selectors
from medications.domain.adherence import AdherenceStatus, DoseStatus, shown
from medications.domain.codes import Frequency
from medications.domain.distributions import HANDED_OUT, DistributionStatus
from medications.domain.intervals import Interval
from medications.domain.orders import About, HoldReason, OrderStatus
from medications.domain.permissions import Perm
from medications.models import AdherenceLog, Distribution, Feedback, MedicationOrder, OrderHold
from trialcrm.access.scope import scope_of
from trialcrm.api.selectors.publishing import (
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
#: What every record of one participant points to.
PLACE = (
    Link("subject", "subjects"),
    Link("patient", "patients", "subject_id"),
    Link("study", "studies"),
    Link("site", "sites"),
)
PATIENT = exact("patient", UUID, "subject_id", "Key of the participant")


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
            *PLACE,
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
            PATIENT,
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
            *PLACE,
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
            PATIENT,
            exact("order_id", UUID, doc="Key of the order"),
            exact("status", choices_of(DistributionStatus)),
            exact("visit", UUID, "visit_id", "Key of the visit"),
            *between("planned", "planned_on", doc="By the day on which it is to be handed out"),
            *between("dispensed", "dispensed_on", doc="By the day on which it was handed out"),
        ),
        orders={
            "-planned_on": selectors.LATEST_FIRST,
            "planned_on": selectors.LATEST_FIRST.reversed,
            "-created_at": Order(("-id",)),
        },
    )
)


def _logs(user: Any) -> Any:
    return in_sight(AdherenceLog, user).annotate(timestamp=Coalesce("slot_at", "taken_at", "entered_at"))


ADHERENCE_LOGS = publish(
    Published(
        name="adherence-logs",
        title="AdherenceLog",
        brief="AdherenceLog",
        doc="One entry about one dose. A correction is another entry that supersedes it; both are kept.",
        permission=Perm.VIEW_ADHERENCE,
        own_permission=Perm.OWN_MEDICATION,
        rows=_logs,
        fields=(
            *columns(AdherenceLog, "id", "subject_id", patient_id="subject_id"),
            *columns(AdherenceLog, "study_id", "site_id", "order_id", medication_id="distribution_id"),
            *columns(AdherenceLog, "adherence_status"),
            computed("timestamp", datetime, "timestamp", "When the dose was due; else when it was taken, or entered"),
            *columns(AdherenceLog, "slot_at", "taken_at", "entered_at", "entered_by_id", "units", "missed_reason"),
            *columns(AdherenceLog, "is_proxy", "is_late", "proxy_reason", "is_current", "supersedes_id"),
            *columns(AdherenceLog, "created_at", "updated_at"),
        ),
        withheld=frozenset({"proxy_reason"}),
        links=(
            *PLACE,
            Link("order", "orders"),
            Link("medication", "distributions", "distribution_id"),
            Link("entered_by", "users"),
            Link("supersedes", "adherence-logs"),
        ),
        filters=(
            *places(),
            PATIENT,
            exact("order_id", UUID, doc="Key of the order"),
            exact("medication", UUID, "distribution_id", "Key of the distribution"),
            exact("adherence_status", choices_of(DoseStatus)),
            exact("is_current", bool, doc="Whether no later entry supersedes it"),
            exact("is_proxy", bool, doc="Whether the site entered it"),
            *between("timestamp", "timestamp", datetime, "By when the dose was due, or taken, or entered"),
        ),
        orders={"-created_at": Order(("-id",)), "created_at": Order(("id",))},
    )
)


class CountedInterval(BaseModel):
    """From one kit to its return or to the next kit, counted in units."""

    starts_on: date
    ends_on: date | None
    expected: Decimal | None
    taken: Decimal | None
    percent: Decimal | None
    adherence_status: choices_of(AdherenceStatus)  # type: ignore[valid-type]


def _courses_in_sight(user: Any) -> Any:
    """The latest order for each medicine of each participant stands for all of them."""
    seen = MedicationOrder.objects.visible_to(user, Perm.VIEW_ADHERENCE)
    rows = seen | MedicationOrder.objects.visible_to(user, Perm.OWN_MEDICATION)
    same = MedicationOrder.objects.filter(subject=OuterRef("subject"), product=OuterRef("product"))
    last = same.exclude(status__in=NEVER_IN_FORCE).order_by("-starts_on", "-version", "-id").values("pk")[:1]
    return rows.filter(pk=Subquery(last)).select_related("product", "study", "subject")


def _see_courses(user: Any, rows: list[Any]) -> None:
    """Compute adherence for all rows at once: in one go for staff, and in one for what is the participant's own."""
    found = {}
    for permission in (Perm.VIEW_ADHERENCE, Perm.OWN_MEDICATION):
        if scope_of(user).anywhere(permission):
            where = {"subject__in": {row.subject_id for row in rows}, "product__in": {row.product_id for row in rows}}
            for item in selectors.adherence(user, permission=permission, **where):
                found.setdefault((item.subject.pk, item.product.pk), item)
    for row in rows:
        row._course = found[row.subject_id, row.product_id]


def _of_course(name: str, kind: Any, value: Any, doc: str, *, for_staff: bool = False) -> Any:
    def load(user: Any, rows: list[Any]) -> dict[UUID, Any]:
        if not all(hasattr(row, "_course") for row in rows):
            _see_courses(user, rows)
        scope = scope_of(user)
        told = [row for row in rows if not for_staff or scope.may(Perm.VIEW_ADHERENCE, row)]
        return {row.pk: value(row._course) for row in told}

    return loaded(name, kind, load, doc)


def _interval(one: Interval) -> dict[str, Any]:
    return {
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "expected": shown(one.count.expected),
        "taken": shown(one.count.taken),
        "percent": shown(one.percent),
        "adherence_status": one.status.value,
    }


PROTOCOL_ADHERENCE = publish(
    Published(
        name="protocol-adherence",
        title="ProtocolAdherence",
        brief="ProtocolAdherence",
        doc="How one participant takes one medicine, computed from orders, kits and logged doses and never stored. "
        "Its key is that of the latest order.",
        permission=Perm.VIEW_ADHERENCE,
        own_permission=Perm.OWN_MEDICATION,
        rows=_courses_in_sight,
        fields=(
            *columns(MedicationOrder, "id", "subject_id", patient_id="subject_id", order_id="id"),
            *columns(MedicationOrder, "study_id", "site_id", "product_id"),
            computed("protocol_id", str, lambda row: row.study.protocol_id, "The study's number"),
            computed("drug", str, "drug", "The medicine as its label names it"),
            _of_course(
                "adherence_status",
                choices_of(AdherenceStatus),
                lambda item: item.adherence_status.value,
                "The band of the pill count over everything that was counted",
            ),
            _of_course("is_running", bool, lambda item: item.is_running, "Whether an order is in force"),
            _of_course(
                "diary_percent",
                Decimal | None,
                lambda item: item.diary_percent,
                "Units entered as taken, of those that were due, in percent",
            ),
            _of_course(
                "completeness",
                Decimal | None,
                lambda item: item.completeness,
                "Doses about which something was entered, of those that were due, in percent",
            ),
            _of_course(
                "percent",
                Decimal | None,
                lambda item: item.percent,
                "Pill count over everything that was counted, in percent; for staff",
                for_staff=True,
            ),
            _of_course(
                "intervals",
                list[CountedInterval] | None,
                lambda item: [_interval(one) for one in item.course.intervals],
                "Kit by kit; for staff",
                for_staff=True,
            ),
            *columns(MedicationOrder, "created_at", "updated_at"),
        ),
        links=(*PLACE, Link("order", "orders", "id"), Link("product", "products")),
        filters=(*places(), PATIENT, exact("product", UUID, "product_id", "Key of the product")),
        orders={
            "-created_at": selectors.ORDER_ORDERS["newest"],
            "created_at": selectors.ORDER_ORDERS["newest"].reversed,
            "subject_id": selectors.ORDER_ORDERS["participant"],
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
        links=(*PLACE, Link("order", "orders"), Link("author", "users")),
        filters=(
            *places(),
            PATIENT,
            exact("order_id", UUID, doc="Key of the order"),
            exact("about", choices_of(About)),
        ),
        orders={"-created_at": Order(("-created_at", "-id")), "created_at": Order(("created_at", "id"))},
    )
)
