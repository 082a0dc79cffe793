"""What an event may have been caused by: the product of the participant's order."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from medications.domain.orders import OrderStatus
from medications.selectors import latest_order, orders_of
from safety.domain.permissions import Perm
from safety.models import AdverseEvent, AEAssessment, AECausality
from subjects.models import Subject
from trialcrm.access.scope import scope_of


@dataclass(frozen=True, slots=True)
class Product:
    """A product as it is judged: its name, the order it was given by, and how it was judged last."""

    name: str
    order_ref: uuid.UUID | None = None
    causality: str = ""


def products_of(user: Any, event: AdverseEvent) -> list[Product]:
    """The products that an investigator judges: those judged before, else that of the order, under its blinded name."""
    rows = AECausality.objects.visible_to(user).filter(assessment__event=event).order_by("assessment__sequence")
    judged = {row.product: Product(row.product, row.order_ref, row.causality) for row in rows}
    return list(judged.values()) or [_ordered(user, event.subject)]


def products_to_correct(user: Any, latest: AEAssessment | None) -> list[Product]:
    """The products whose causality the person may correct: those judged, for whoever judges causality."""
    if latest is None or not latest.causalities.all() or not scope_of(user).may(Perm.ASSESS_EVENT, latest.event):
        return []
    return products_of(user, latest.event)


def _ordered(user: Any, subject: Subject) -> Product:
    order = latest_order(user, subject)
    return Product(str(order.product), order.pk) if order else Product(_("Study drug"))


def running_order(user: Any, subject: Subject) -> Any:
    """The order by which the participant takes the drug, held or not; nothing where there is none."""
    running = (OrderStatus.ACTIVE, OrderStatus.ON_HOLD)
    return next((order for order in orders_of(user, subject) if order.status in running), None)
