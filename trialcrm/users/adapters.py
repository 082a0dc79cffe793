"""How allauth behaves in the portal."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Refused

from .models import User
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
        """Accounts are made by invitation: identity is verified before an account exists (21 CFR 11.100(b))."""
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
            user = super().authenticate(request, **credentials)
            self._settle(user)
        except Refused as refusal:
            raise ValidationError(str(refusal), code="locked") from refusal
        return user

    def _settle(self, user: User | None) -> None:
        if user is None:
            lock.failed(self._attempt)
            return
        lock.passed(self._attempt)
        if not user.is_active:
            lock.refuse(user.email, "the account is closed")

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the person's password; guessing here is counted as guessing at the sign-in is."""
        return self.authenticate(self.request, email=user.email, password=password) == user

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, and answer alike when the mail server refuses: whether it does may depend on the address."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("the mail %s could not be sent", template_prefix)
