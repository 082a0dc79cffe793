"""Codes and keys that people show besides their password; guessing a code is counted as guessing a password is."""

from typing import Any

from allauth.mfa.base import forms as allauth
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Refused
from trialcrm.users.services import lock


def _say(form: forms.Form, label: Any, help_text: Any) -> None:
    field = form.fields["code"]
    field.label, field.help_text = label, help_text
    field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class _Counted:
    """Counts an attempt before the code is looked at, together with wrong passwords (21 CFR 11.300(d))."""

    user: Any

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, _("Code"), _("From your authenticator app, or one of your recovery codes."))  # type: ignore[arg-type]

    def clean_code(self) -> str:
        try:
            attempt = lock.begin(self.user.email)
            try:
                code = super().clean_code()
            except ValidationError:
                lock.failed(attempt)
                raise
        except Refused as refusal:
            raise ValidationError(str(refusal), code="locked") from refusal
        lock.passed(attempt)
        return code


class CodeForm(_Counted, allauth.AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(_Counted, allauth.ReauthenticateForm):
    """Showing again who one is, before security settings are changed."""


class ActivateForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, _("Code that the app shows now"), _("Six digits."))


class AddKeyForm(webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["name"].label = _("What you call this key")
        self.fields["name"].help_text = _("So that you know it among others, like “blue key” or “laptop”.")
        self.fields["name"].max_length = 60
