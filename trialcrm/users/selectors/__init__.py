"""What a person sees of their own account, and the signatures under a record."""

from .accounts import Device, HeldRole, open_sessions, roles_held
from .signatures import Signed, is_valid, last_signature, signatures_of

__all__ = [
    "Device",
    "HeldRole",
    "Signed",
    "is_valid",
    "last_signature",
    "open_sessions",
    "roles_held",
    "signatures_of",
]
