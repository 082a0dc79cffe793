"""The pages on which people sign in and look after their account."""

from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trialcrm.access.gates import personal, public
from trialcrm.core.htmx import done, show
from trialcrm.users import selectors, services
from trialcrm.users.forms import AskResetForm, ChangePasswordForm, ResetForm, SignInForm, TimeZoneForm

from .frame import AsThePortal, PersonRequest


class SignIn(AsThePortal, allauth.LoginView):
    form_class = SignInForm

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        sso = settings.OIDC_NAME if settings.OIDC_CLIENT_ID else ""
        return super().get_context_data(**given, ended=self.request.GET.get("ended"), sso=sso)


class ChangePassword(AsThePortal, allauth.PasswordChangeView):
    form_class = ChangePasswordForm


class AskReset(AsThePortal, allauth.PasswordResetView):
    form_class = AskResetForm


class Reset(AsThePortal, allauth.PasswordResetFromKeyView):
    form_class = ResetForm


class Reauthenticate(AsThePortal, allauth.ReauthenticateView):
    """The password again, before security settings are changed."""


@public("tells whoever looks for a way in that accounts are made by invitation")
@require_safe
def closed(request: HttpRequest, **given: str) -> HttpResponse:
    return render(request, "users/closed.html")


@personal("shows the person's own account and the roles they hold")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: PersonRequest) -> HttpResponse:
    form = TimeZoneForm(request.POST or None, initial={"time_zone": request.user.time_zone or "UTC"})
    if request.method == "POST" and form.tell(services.change_time_zone, by=request.user):
        return done(request, reverse("account_overview"), said=_("Your time zone was changed."))
    shown = {
        "roles": selectors.roles_held(request.user),
        "checks": selectors.identity_checks_of(request.user),
        "factors": selectors.factors_of(request.user),
        "events": selectors.security_events(request.user),
    }
    return show(request, "users/account.html", shown, form=form)


@personal("lists the devices on which the person is signed in")
@require_safe
def devices(request: PersonRequest) -> HttpResponse:
    found = selectors.open_sessions(request.user, request.session.session_key)
    return show(request, "users/devices.html", {"devices": found})


@personal("ends one of the person's own sessions")
@require_POST
def end_session(request: PersonRequest, session: int) -> HttpResponse:
    if not services.end_session(by=request.user, session=session):
        raise Http404
    return done(request, reverse("usersessions_list"), said=_("That device is signed out."))


@personal("ends the person's own sessions on other devices")
@require_POST
def end_other_sessions(request: PersonRequest) -> HttpResponse:
    ended = services.end_other_sessions(by=request.user, keep=request.session.session_key)
    said = ngettext("%d other device is signed out.", "%d other devices are signed out.", ended) % ended
    return done(request, reverse("usersessions_list"), said=said)
