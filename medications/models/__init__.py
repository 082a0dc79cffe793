"""Tables of this app, one module per noun."""

from .adherence import AdherenceLog
from .distributions import Distribution
from .exposure import Exposure
from .orders import Feedback, MedicationOrder, OrderHold, Prescription
from .stock import Kit, KitContent, KitMovement, Lot, Product, Shipment, assigned_arm, fits_subject

__all__ = [
    "AdherenceLog",
    "Distribution",
    "Exposure",
    "Feedback",
    "Kit",
    "KitContent",
    "KitMovement",
    "Lot",
    "MedicationOrder",
    "OrderHold",
    "Prescription",
    "Product",
    "Shipment",
    "assigned_arm",
    "fits_subject",
]
