"""Security events of accounts, written to the log (ICH E6(R3) 4.2.2, 21 CFR 11.300(d))."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from trialcrm.audit.log import note


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    note("account.signed-in", _("Signed in"), by=user, about=user)


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        note("account.signed-out", _("Signed out"), by=user, about=user)


@receiver([password_changed, password_reset])
def password_was_changed(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    note("account.password-changed", _("Password changed"), by=user, about=user)


def session_ended(request: HttpRequest) -> None:
    """Log that a session ran out."""
    note("account.session-ended", _("Session ended by its time limit"), by=request.user, about=request.user)
