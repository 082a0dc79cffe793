"""Ending sessions: one's own on another device, or all of an account."""

from collections.abc import Iterable
from typing import Any

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.audit.log import note
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import require
from trialcrm.users import policies
from trialcrm.users.models import User


def end_session(*, by: User, session: int) -> bool:
    """Sign a person out on one device, where their next request is refused; False when they have no such session."""
    return bool(_end(by, UserSession.objects.filter(user=by, pk=session)))


def end_other_sessions(*, by: User, keep: str | None) -> int:
    """Sign a person out everywhere but in the session with the key `keep`; how many sessions that ended."""
    return _end(by, UserSession.objects.filter(user=by).exclude(session_key=keep))


@recorded("account.sessions-ended", gettext_lazy("Signed out everywhere"))
def end_sessions_of(*, by: Any, user: User, reason: str) -> User:
    """Sign somebody else out on all devices.

    Raises:
        Refused: only an operator does this.
    """
    require(policies.operate_on(by, user))
    end_all_sessions(user=user)
    return user


def end_all_sessions(*, user: User) -> None:
    """Sign an account out everywhere, because it was closed or its password is another one now."""
    get_adapter().end_sessions(UserSession.objects.filter(user=user))


def clear_expired_sessions() -> None:
    """Remove what is left in the database of sessions that have expired."""
    SessionStore.clear_expired()


def _end(by: User, sessions: Iterable[UserSession]) -> int:
    ended = list(sessions)
    if ended:
        get_adapter().end_sessions(ended)
        facts = {"sessions": len(ended)}
        note("account.sessions-ended", _("Signed out on another device"), by=by, about=by, facts=facts)
    return len(ended)
