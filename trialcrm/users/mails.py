"""Mails about accounts: plain text, no health data, one message whoever it concerns."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from .models import User

log = logging.getLogger(__name__)


def tell_of_lock(address: str, account: User | None, digest: str, until: datetime) -> None:
    """Tell the operators, and the person where the address has an account, that signing in is locked.

    Everybody gets the one message, so that the time it takes does not tell whether there is an account.
    """
    operators = User.objects.filter(is_operator=True, is_active=True).values_list("email", flat=True)
    to = {*operators, *([account.email] if account and account.is_active else [])}
    known = address if account else ""
    send("sign_in_locked", to, address=known, digest=digest, until=until, attempts=settings.SIGN_IN_ATTEMPTS)


def tell_of_new_password(account: User) -> None:
    """Tell a person that their password was changed, in case it was not them."""
    send("password_changed", [account.email])


def tell_of_failed_signing(account: User) -> None:
    """Tell a person and the operators that signing failed so often that the session was ended."""
    operators = User.objects.filter(is_operator=True, is_active=True).values_list("email", flat=True)
    send("signing_failed", {*operators, account.email}, address=account.email, attempts=settings.SIGN_ATTEMPTS)


def tell_of_invitation(address: str, link: str, until: datetime, *, asked: bool) -> None:
    """Send a link to an account. It names neither study nor site nor role: that somebody takes part is health data."""
    send("invitation", [address], link=link, until=until, asked=asked)


def tell_of_account(address: str, link: str) -> None:
    """Tell somebody who asked for an account that they have one."""
    send("account_exists", [address], link=link)


def tell_of_factor(account: User, *, removed: bool) -> None:
    """Tell a person that a second factor was added to their account or removed from it, in case it was not them."""
    send("factor_changed", [account.email], removed=removed)


def send(template: str, to: Iterable[str], **facts: Any) -> None:
    """Send a mail whose template holds its subject in the first line. A mail that cannot be sent stops nothing."""
    subject, _, body = render_to_string(f"users/mail/{template}.txt", facts).strip().partition("\n")
    # Nobody learns from the message who else got it.
    message = EmailMessage(subject, f"{body.strip()}\n", bcc=sorted(to), headers={"To": "undisclosed-recipients:;"})
    try:
        message.send()
    except OSError:
        log.exception("the mail %s could not be sent", template)
