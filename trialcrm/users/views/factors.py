"""Second factors: showing one at the sign-in, and looking after one's own. allauth's views, in our frame and words."""

import json
from http import HTTPStatus
from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from trialcrm.access.gates import personal
from trialcrm.users import selectors

from .frame import AsThePortal, PersonRequest

ACCOUNT = reverse_lazy("mfa_index")


def _options(context: dict[str, Any], name: str) -> str:
    """What the browser is asked for, as text for a data attribute: nothing inline is run."""
    return json.dumps(context["js_data"][name], cls=DjangoJSONEncoder) if "js_data" in context else ""


class Authenticate(base.AuthenticateView):
    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context = super().get_context_data(**given)
        has_keys = bool(selectors.factors_of(self.stage.login.user).keys)
        return {**context, "has_keys": has_keys, "options": _options(context, "request_options")}

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


class Reauthenticate(AsThePortal, base.ReauthenticateView):
    pass


class ReauthenticateByKey(AsThePortal, webauthn.ReauthenticateWebAuthnView):
    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context = super().get_context_data(**given)
        return {**context, "options": _options(context, "request_options")}


class ActivateApp(AsThePortal, totp.ActivateTOTPView):
    pass


class RemoveApp(AsThePortal, totp.DeactivateTOTPView):
    pass


class AddKey(AsThePortal, webauthn.AddWebAuthnView):
    def get_context_data(self, **given: Any) -> dict[str, Any]:
        # The library's own method forgets the form that was not accepted.
        context = super().get_context_data(**given) | ({"form": given["form"]} if "form" in given else {})
        return {**context, "options": _options(context, "creation_options")}


class RemoveKey(AsThePortal, webauthn.RemoveWebAuthnView):
    success_url = ACCOUNT


class MakeCodes(AsThePortal, codes.GenerateRecoveryCodesView):
    pass


class Codes(codes.ViewRecoveryCodesView):
    pass


@personal("shows the person's own second factors")
@require_safe
def factors(request: PersonRequest) -> HttpResponse:
    return render(request, "mfa/index.html", {"factors": selectors.factors_of(request.user)})


@personal("says to the person themselves that their account needs a second factor")
@require_safe
def second_factor(request: PersonRequest) -> HttpResponse:
    shown = {"needed": selectors.needs_second_factor(request.user)}
    return render(request, "users/second_factor.html", shown)
