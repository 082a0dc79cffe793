"""What happens to accounts, to their sessions, and when somebody guesses passwords."""

from .accounts import (
    change_name,
    change_time_zone,
    create_account,
    create_service_account,
    deactivate_account,
    reactivate_account,
)
from .factors import reset_factors
from .identity import record_identity
from .invitations import accept_invitation, ask_for_account, take_invitation
from .lock import unlock
from .sessions import end_all_sessions, end_other_sessions, end_session, end_sessions_of
from .signatures import sign

__all__ = [
    "accept_invitation",
    "ask_for_account",
    "change_name",
    "change_time_zone",
    "create_account",
    "create_service_account",
    "deactivate_account",
    "end_all_sessions",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "reactivate_account",
    "record_identity",
    "reset_factors",
    "sign",
    "take_invitation",
    "unlock",
]
