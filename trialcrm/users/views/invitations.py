"""Asking for an account, and taking up an invitation."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from trialcrm.access.gates import public
from trialcrm.audit.acts import SystemActor
from trialcrm.core.forms import Form
from trialcrm.core.htmx import done, show
from trialcrm.users import selectors, services
from trialcrm.users.domain.invitations import Standing
from trialcrm.users.forms import JoinForm, SignUpForm
from trialcrm.users.models import Invitation

# Nobody has signed in yet: the portal makes the account of whoever holds the link.
BY_LINK, BY_SIGN_UP = SystemActor("invitation"), SystemActor("sign-up")


@public("whoever has no account asks for one here; the answer is a mail")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    form = SignUpForm(request.POST or None)
    if request.method == "POST":
        if not ratelimit.consume(request, action="signup"):
            return render(request, "account/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        if form.is_valid():
            services.ask_for_account(**form.cleaned_data, by=BY_SIGN_UP, origin=_origin(request))
            return render(request, "users/sign_up.html", {"asked": True})
    return show(request, "users/sign_up.html", {}, form=form)


def _origin(request: HttpRequest) -> str:
    return settings.PORTAL_ORIGIN or request.build_absolute_uri("/")


@public("the link in the mail is the proof of the address")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = selectors.invitation_by_token(token)
    if found is None or found.standing != Standing.OPEN:
        return render(request, "users/invitation.html", status=HTTPStatus.GONE)
    if selectors.account_of_address(found.email):
        return _take(request, found)
    return _join(request, found)


def _join(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Name and password for a new account."""
    form = JoinForm(request.POST or None, invitation=found)
    if request.method == "POST" and form.tell(services.accept_invitation, invitation=found, by=BY_LINK):
        said = _("Your account is there. Sign in with your address and the password that you chose.")
        return done(request, reverse("account_login"), said=said)
    return show(request, "users/invitation.html", {"invitation": found}, form=form)


def _take(request: HttpRequest, found: Invitation) -> HttpResponse:
    """For somebody with an account: sign in, then take up what is offered."""
    form = Form(request.POST if request.method == "POST" else None)
    if not request.user.is_authenticated:
        return show(request, "users/invitation.html", {"invitation": found, "has_account": True}, form=form)
    if request.method == "POST" and form.tell(services.take_invitation, invitation=found, by=request.user):
        return done(request, reverse("pages:home"), said=_("You have taken up the invitation."))
    return show(request, "users/invitation.html", {"invitation": found, "has_account": True}, form=form)
