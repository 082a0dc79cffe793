"""What an event may have been caused by: the products of the participant's orders."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from safety.models import AdverseEvent, AECausality


@dataclass(frozen=True, slots=True)
class Product:
    """A product as it is judged: its name, the order it was given by, and how it was judged last."""

    name: str
    order_ref: uuid.UUID | None = None
    causality: str = ""


def products_of(user: Any, event: AdverseEvent) -> list[Product]:
    """The products that an investigator judges: those judged before, else the study drug, under its blinded name."""
    rows = AECausality.objects.visible_to(user).filter(assessment__event=event).order_by("assessment__sequence")
    judged = {row.product: Product(row.product, row.order_ref, row.causality) for row in rows}
    return list(judged.values()) or [Product(_("Study drug"))]
