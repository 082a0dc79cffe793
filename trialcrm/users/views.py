"""The pages on which people sign in and look after their account."""

from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from trialcrm.access.gates import personal, public
from trialcrm.core.htmx import done, show

from . import selectors, services
from .forms import AskResetForm, ChangePasswordForm, ResetForm, SignInForm, TimeZoneForm
from .models import User


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


class AsThePortal:
    """Makes allauth's views answer as all others here do: 422 to a form that was not accepted, pages in the frame."""

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **given)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            return render(request, "account/too_many.html", status=response.status_code)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)  # type: ignore[attr-defined]


class SignIn(AsThePortal, allauth.LoginView):
    form_class = SignInForm

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return super().get_context_data(**given, ended=self.request.GET.get("ended"))


class ChangePassword(AsThePortal, allauth.PasswordChangeView):
    form_class = ChangePasswordForm


class AskReset(AsThePortal, allauth.PasswordResetView):
    form_class = AskResetForm


class Reset(AsThePortal, allauth.PasswordResetFromKeyView):
    form_class = ResetForm


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
    roles = selectors.roles_held(request.user)
    return show(request, "users/account.html", {"roles": roles}, form=form)


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
