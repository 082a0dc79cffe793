"""Medication orders: their states, and what a signed one must say."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class OrderStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    ON_HOLD = "on_hold", _("On hold")
    COMPLETED = "completed", _("Completed")
    DISCONTINUED = "discontinued", _("Discontinued")
    SUPERSEDED = "superseded", _("Superseded")
    CANCELLED = "cancelled", _("Cancelled")


_S = OrderStatus
_ENDS = {_S.COMPLETED, _S.DISCONTINUED, _S.SUPERSEDED}

ORDER_LIFECYCLE = Lifecycle.of(
    "medication order",
    OrderStatus,
    {
        _S.DRAFT: {_S.ACTIVE, _S.CANCELLED},
        _S.ACTIVE: {_S.ON_HOLD} | _ENDS,
        _S.ON_HOLD: {_S.ACTIVE} | _ENDS,
    },
)

#: Signed and not over; only one for the same product and participant.
RUNNING = frozenset({_S.ACTIVE, _S.ON_HOLD})
#: HL7 FHIR R4 MedicationRequest.status.
FHIR_STATUS = {
    _S.DRAFT: "draft",
    _S.ACTIVE: "active",
    _S.ON_HOLD: "on-hold",
    _S.COMPLETED: "completed",
    _S.DISCONTINUED: "stopped",
    _S.SUPERSEDED: "stopped",
    _S.CANCELLED: "cancelled",
}


class HoldReason(TextChoices):
    ADVERSE_EVENT = "adverse_event", _("Adverse event")
    CONSENT = "consent", _("Consent withdrawn")
    PROCEDURE = "procedure", _("Procedure or surgery")
    INTERACTION = "interaction", _("Other medicine")
    LABORATORY = "laboratory", _("Laboratory result")
    PARTICIPANT = "participant", _("Participant asked")
    SUPPLY = "supply", _("Supply")
    OTHER = "other", _("Other")


class About(TextChoices):
    """What feedback to a participant is about."""

    ORDER = "order", _("The medicine")
    ADHERENCE = "adherence", _("How it is taken")
