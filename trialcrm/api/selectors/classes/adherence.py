"""How participants take their medicines: each dose as it was logged, and what follows from all of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from pydantic import BaseModel

from medications import selectors
from medications.domain.adherence import AdherenceStatus, DoseStatus, shown
from medications.domain.intervals import Interval
from medications.domain.permissions import Perm
from medications.models import AdherenceLog, MedicationOrder
from trialcrm.access.scope import scope_of
from trialcrm.api.selectors.publishing import (
    ABOUT_SUBJECT,
    BY_CREATION,
    BY_PATIENT,
    Link,
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

from .medications import NEVER_IN_FORCE


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
            *ABOUT_SUBJECT,
            Link("order", "orders"),
            Link("medication", "distributions", "distribution_id"),
            Link("entered_by", "users"),
            Link("supersedes", "adherence-logs"),
        ),
        filters=(
            *places(),
            BY_PATIENT,
            exact("order_id", UUID, doc="Key of the order"),
            exact("medication", UUID, "distribution_id", "Key of the distribution"),
            exact("adherence_status", choices_of(DoseStatus)),
            exact("is_current", bool, doc="Whether no later entry supersedes it"),
            exact("is_proxy", bool, doc="Whether the site entered it"),
            *between("timestamp", "timestamp", datetime, "By when the dose was due, or taken, or entered"),
        ),
        orders=BY_CREATION,
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
    found: dict[tuple[UUID, UUID], selectors.ProtocolAdherence] = {}
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
        links=(*ABOUT_SUBJECT, Link("order", "orders", "id"), Link("product", "products")),
        filters=(*places(), BY_PATIENT, exact("product", UUID, "product_id", "Key of the product")),
        orders={
            "-created_at": selectors.ORDER_ORDERS["newest"],
            "created_at": selectors.ORDER_ORDERS["newest"].reversed,
            "subject_id": selectors.ORDER_ORDERS["participant"],
        },
    )
)
