"""The limits that the installation has set."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from .domain import LockRule, SessionRule

# What a session remembers of itself, in seconds since 1970.
STARTED, SEEN = "started_at", "seen_at"


def lock_rule() -> LockRule:
    return LockRule(settings.SIGN_IN_ATTEMPTS, timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES))


def session_rule(user: Any) -> SessionRule:
    """How long a session of this person lasts: less for those who run the installation."""
    idle = settings.OPERATOR_IDLE_MINUTES if user.is_operator else settings.SESSION_IDLE_MINUTES
    return SessionRule(timedelta(minutes=idle), timedelta(hours=settings.SESSION_ABSOLUTE_HOURS))
