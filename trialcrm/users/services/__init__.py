"""What happens to accounts, to their sessions, and when somebody guesses passwords."""

from .accounts import change_time_zone, create_account, deactivate_account, reactivate_account
from .sessions import end_all_sessions, end_other_sessions, end_session
from .signatures import sign

__all__ = [
    "change_time_zone",
    "create_account",
    "deactivate_account",
    "end_all_sessions",
    "end_other_sessions",
    "end_session",
    "reactivate_account",
    "sign",
]
