"""What a person sees of their own account, who people are, and the signatures under a record."""

from .accounts import Device, HeldRole, open_sessions, roles_held
from .factors import Factors, factors_of, has_second_factor, needs_second_factor
from .operating import AccountRow, accounts, security_events
from .people import (
    account_of_address,
    identity_checks_of,
    invitation_by_token,
    is_identified,
    may_come_by_single_sign_on,
)
from .signatures import Signed, is_valid, last_signature, signatures_of

__all__ = [
    "AccountRow",
    "Device",
    "Factors",
    "HeldRole",
    "Signed",
    "account_of_address",
    "accounts",
    "factors_of",
    "has_second_factor",
    "identity_checks_of",
    "invitation_by_token",
    "is_identified",
    "is_valid",
    "last_signature",
    "may_come_by_single_sign_on",
    "needs_second_factor",
    "open_sessions",
    "roles_held",
    "security_events",
    "signatures_of",
]
