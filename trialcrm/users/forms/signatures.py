"""The fields under a record that is being signed."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Refused
from trialcrm.core.forms import Form
from trialcrm.users.domain.signatures import STATEMENTS, Item, Meaning, Proof
from trialcrm.users.selectors.factors import factors_of
from trialcrm.users.selectors.signatures import content_of, digest_of_record
from trialcrm.users.services.proofs import needs_address, prove

_OWN = ("email", "password", "shown")


class SigningForm(Form):
    """Who signs, proved in the same submission, under exactly what the page shows; hands a `proof` to the service."""

    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, record: Any, meaning: Meaning, **given: Any) -> None:
        super().__init__(*args, **given)
        self.request, self.record, self.meaning = request, record, meaning
        self.statement = STATEMENTS[meaning]
        self.order_fields([name for name in self.fields if name not in _OWN] + list(_OWN))
        if not needs_address(request):
            del self.fields["email"]
        if factors_of(request.user).app:
            self.fields["password"].label = _("Password, or a code of your authenticator app")

    @property
    def lines(self) -> list[Item]:
        return content_of(self.record)

    @property
    def shown_now(self) -> str:
        """The digest of what this page shows; not what an earlier submission sent."""
        return digest_of_record(self.record)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.proof: Proof = prove(
                    self.request,
                    about=self.record,
                    email=data.get("email") if "email" in self.fields else None,
                    secret=data["password"],
                    shown=data["shown"],
                )
            except Refused as refusal:
                self.add_error(refusal.field, str(refusal))
        return data

    def told(self) -> dict[str, Any]:
        own = {name: value for name, value in self.cleaned_data.items() if name not in _OWN}
        return {**own, "proof": self.proof}
