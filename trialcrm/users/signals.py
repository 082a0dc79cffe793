"""Security events of accounts, written to the log (ICH E6(R3) 4.2.2, 21 CFR 11.300(d))."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from trialcrm.audit.log import note
from trialcrm.core import clock

from . import mails
from .domain import Ending
from .policies import SEEN, STARTED
from .selectors import open_sessions
from .services import end_all_sessions, lock

RECOVERY = Authenticator.Type.RECOVERY_CODES


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    request.session[STARTED] = request.session[SEEN] = clock.now().timestamp()
    # An account in use on several devices at once may be shared, which is not allowed (21 CFR 11.100(a)).
    others = len(open_sessions(user))
    note("account.signed-in", _("Signed in"), by=user, about=user, facts={"other_sessions": others})


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        note("account.signed-out", _("Signed out"), by=user, about=user)


@receiver([password_changed, password_reset])
def password_was_changed(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    end_all_sessions(user=user)
    note("account.password-changed", _("Password changed"), by=user, about=user)
    mails.tell_of_new_password(user)


@receiver(authenticator_added)
def factor_was_added(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _factor("account.factor-added", _("Second factor added"), user, authenticator)
    if authenticator.type != RECOVERY:
        mails.tell_of_factor(user, removed=False)


@receiver(authenticator_removed)
def factor_was_removed(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _factor("account.factor-removed", _("Second factor removed"), user, authenticator)
    if authenticator.type != RECOVERY:
        mails.tell_of_factor(user, removed=True)


@receiver(authenticator_reset)
def codes_were_made_anew(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _factor("account.codes-made", _("Recovery codes made anew"), user, authenticator)


@receiver(authenticator_used)
def factor_was_used(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    # Only the second step ends an attempt; a key is not guessed and counts nothing itself.
    lock.passed(lock.Attempt(user.email, 0, clock.now()))
    _factor("account.factor-used", _("Second factor shown"), user, authenticator)


def _factor(action: str, says: str, user: Any, authenticator: Any) -> None:
    note(action, says, by=user, about=user, facts={"kind": authenticator.type})


def session_ended(request: HttpRequest, ending: Ending) -> None:
    """Log that a session ran out, idle or by its age."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    user: Any = request.user
    facts = {"limit": ending.value}
    note("account.session-ended", _("Session ended by its time limit"), by=user, about=user, facts=facts)
