"""The limits that the installation has set, and who looks after accounts."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .domain import LockRule, SessionRule

# What a session remembers of itself, in seconds since 1970.
STARTED, SEEN = "started_at", "seen_at"


def operate(by: Any) -> Decision:
    """Who runs the installation looks after accounts; the portal itself may."""
    if by.pk is None or (by.is_active and by.is_operator):
        return ALLOWED
    return refused(_("Only those who run the installation look after accounts."))


def operate_on(by: Any, user: Any) -> Decision:
    """Operators look after the accounts of others (EMA guideline on computerised systems, 2023)."""
    own = refused(_("Nobody changes their own account.")) if by.pk == user.pk else ALLOWED
    return first_refusal(operate(by), own)


def lock_rule() -> LockRule:
    return LockRule(settings.SIGN_IN_ATTEMPTS, timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES))


def session_rule(user: Any) -> SessionRule:
    """How long a session of this person lasts: less for those who run the installation."""
    idle = settings.OPERATOR_IDLE_MINUTES if user.is_operator else settings.SESSION_IDLE_MINUTES
    return SessionRule(timedelta(minutes=idle), timedelta(hours=settings.SESSION_ABSOLUTE_HOURS))
