"""How allauth behaves in the portal."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trialcrm.audit.acts import SystemActor
from trialcrm.audit.log import note
from trialcrm.core import crypto
from trialcrm.core.decisions import Refused

from .models import User
from .selectors import account_of_address, has_second_factor, may_come_by_single_sign_on
from .services import lock

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your current password."),
        "too_many_login_attempts": _("Too many attempts came from your network. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not through allauth: accounts are made by a link in a mail, see `services/invitations.py`."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """These pages answer in HTML only: allauth's JSON would repeat what was typed, passwords included."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        address = credentials.get("email", "")
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            lock.refuse(address, "too many attempts from one network")
            raise
        self._attempt = lock.begin(address)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who these credentials belong to, or None.

        Raises:
            ValidationError: the address is locked, or too many attempts came from this network.
        """
        try:
            user = _person(super().authenticate(request, **credentials))
            self._settle(user, again=False)
        except Refused as refusal:
            raise ValidationError(str(refusal), code="locked") from refusal
        return user

    def pre_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponse | None:
        """Every way to a session leads by here, also those without a password."""
        if user.is_service:
            lock.refuse(user.email, "a service account does not sign in")
            return redirect("account_login")
        return super().pre_login(request, user, **given)

    def _settle(self, user: User | None, *, again: bool) -> None:
        if user is None:
            lock.failed(self._attempt)
            return
        # A right password does not clear the count of wrong codes; the code that follows it does.
        if again or not has_second_factor(user):
            lock.passed(self._attempt)
        if not user.is_active:
            lock.refuse(user.email, "the account is closed")

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the person's password; guessing here is counted as guessing at the sign-in is."""
        found = self.authenticate(self.request, email=user.email, password=password)
        if found == user:
            self._settle(found, again=True)
        return found == user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, and answer alike when the mail server refuses: whether it does may depend on the address."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("the mail %s could not be sent", template_prefix)


def _person(found: User | None) -> User | None:
    """A program does not sign in, whatever it shows."""
    return None if found is not None and found.is_service else found


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets sealed at rest, keys bound to the portal's own host."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or was used already."),
    }

    def encrypt(self, text: str) -> str:
        """A data key of its own for each secret, wrapped by the master key; both travel in one text."""
        key = crypto.new_data_key()
        return f"{crypto.wrap(key)}|{crypto.seal(key, text, 'second factor')}"

    def decrypt(self, encrypted_text: str) -> str:
        wrapped, _bar, sealed = encrypted_text.partition("|")
        return crypto.reveal(crypto.unwrap(wrapped), sealed, "second factor")


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Single sign-on finds an account and never makes one, and no right comes from it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let somebody in whose verified address has an account that was made for them.

        Raises:
            ImmediateHttpResponse: there is none; nobody learns which of the reasons it is.
        """
        account = sociallogin.user if sociallogin.is_existing else _invited(sociallogin)
        if account is None or not may_come_by_single_sign_on(account):
            note("account.sign-in-refused", gettext("Sign-in refused"), by=SystemActor("single sign-on"))
            raise ImmediateHttpResponse(render(request, "socialaccount/not_invited.html", status=403))
        # What the provider says of the person beyond the address is not kept.
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            sociallogin.account.save()
        else:
            sociallogin.connect(request, account)
            note("account.connected", gettext("Single sign-on connected"), by=account, about=account)


def _invited(sociallogin: Any) -> User | None:
    """The account of an address that the provider says it has verified."""
    verified = [item.email for item in sociallogin.email_addresses if item.verified is True]
    return next(filter(None, map(account_of_address, verified)), None)
