"""What people type about their own account; allauth's forms, in the portal's words."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from trialcrm.core.forms import Form

PASSWORD_HELP = _("At least 12 characters. No common password, and nothing like your name or address.")


def _say(form: forms.Form, **labels: Any) -> None:
    """Label the fields above them; words inside an empty field vanish when they are needed."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = ""
        form.fields[name].widget.attrs.pop("placeholder", None)


class SignInForm(allauth.LoginForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, login=_("E-mail address"), password=_("Password"))
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": not self.is_bound}
        self.fields["password"].widget.attrs["autofocus"] = self.is_bound


class ChangePasswordForm(allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(
            self,
            oldpassword=_("Current password"),
            password1=_("New password"),
            password2=_("New password, once more"),
        )
        self.fields["password1"].help_text = PASSWORD_HELP

    def clean_oldpassword(self) -> str:
        given = self.cleaned_data["oldpassword"]
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, given):
            raise adapter.validation_error("enter_current_password")
        return given


class AskResetForm(allauth.ResetPasswordForm):
    users: list[Any]

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, email=_("E-mail address"))

    def clean_email(self) -> str:
        address = super().clean_email()
        # A program has no password to reset; the answer is that for an address without an account.
        self.users = [user for user in self.users if not user.is_service]
        return address


class ResetForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _say(self, password1=_("New password"), password2=_("New password, once more"))
        self.fields["password1"].help_text = PASSWORD_HELP


class TimeZoneForm(Form):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("For times that belong to no site. A site's times are always shown in the site's own zone."),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["time_zone"].choices = zones()  # type: ignore[attr-defined]


@cache
def zones() -> list[tuple[str, str]]:
    """The zones of places, as the machine's time zone database has them."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]
