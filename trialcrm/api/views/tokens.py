"""One's own tokens, and the programs that are let into a study."""

import uuid
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from subjects.domain.permissions import Perm
from trialcrm.access.gates import personal, requires
from trialcrm.api import policies
from trialcrm.api.forms.tokens import IssueForm, LastingForm, RevokeForm, ServiceAccountForm, TokenForm
from trialcrm.api.selectors import tokens as selectors
from trialcrm.api.services import tokens as services
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.core.htmx import done, show

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@personal("lists the person's own tokens")
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    return show(request, "api/tokens/tokens.html", {"rows": selectors.own_tokens(request.user)})


@personal("makes a token of the person's own, which may never more than they do")
@ASKED
def create(request: HttpRequest) -> HttpResponse:
    require(policies.make_token(request.user, request.user))
    form = TokenForm(_sent(request), places=selectors.places_of(request.user), today=_today(request))
    return _made(request, form, services.create_token, "api/tokens/create.html", reverse("api:tokens"))


@personal("revokes a token of the person's own, or of a program that they let into a study")
@ASKED
def revoke(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    token = selectors.token_for(request.user, pk)
    require(policies.revoke_token(request.user, token))
    form = RevokeForm(_sent(request))
    back = reverse("api:service-accounts", args=[token.study_id]) if token.study_id else reverse("api:tokens")
    if request.method == "POST" and form.tell(services.revoke_token, token=token, by=request.user):
        return done(request, back, "token-changed", said=_("The token is revoked. Programs that use it stop working."))
    return show(request, "api/tokens/revoke.html", {"token": token, "back": back}, fragment="dialog", form=form)


@personal("revokes every token of the person's own")
@ASKED
def revoke_all(request: HttpRequest) -> HttpResponse:
    form = RevokeForm(_sent(request))
    back = reverse("api:tokens")
    if request.method == "POST" and form.tell(services.revoke_own_tokens, by=request.user):
        return done(request, back, "token-changed", said=_("All your tokens are revoked."))
    return show(request, "api/tokens/revoke_all.html", {"back": back}, fragment="dialog", form=form)


@requires(Perm.CHANGE_MEMBERSHIP)
@require_safe
def service_accounts(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    study = _study(request, pk)
    shown = {"study": study, "accounts": selectors.service_accounts(request.user, study)}
    return show(request, "api/tokens/service_accounts.html", shown)


@requires(Perm.CHANGE_MEMBERSHIP)
@ASKED
def create_service_account(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    study = _study(request, pk)
    form = ServiceAccountForm(_sent(request), today=_today(request))
    return _made_for_study(request, form, services.make_service_account, study)


@requires(Perm.CHANGE_MEMBERSHIP)
@ASKED
def issue_token(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    study = _study(request, pk)
    programs = selectors.programs_of(request.user, study)
    form = IssueForm(
        _sent(request), today=_today(request), programs=programs, initial={"account": request.GET.get("account")}
    )
    return _made_for_study(request, form, services.issue_token, study)


def _study(request: HttpRequest, pk: uuid.UUID) -> Any:
    study = selectors.study_to_keep(request.user, pk)
    require(policies.keep_service_accounts(request.user, study))
    return study


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _today(request: HttpRequest) -> Any:
    return clock.today(getattr(request.user, "time_zone", "") or "UTC")


def _made_for_study(request: HttpRequest, form: LastingForm, service: Any, study: Any) -> HttpResponse:
    back = reverse("api:service-accounts", args=[study.pk])
    page = "api/tokens/issue_token.html" if isinstance(form, IssueForm) else "api/tokens/create_service_account.html"
    return _made(request, form, service, page, back, study=study)


def _made(request: HttpRequest, form: LastingForm, service: Any, page: str, back: str, **known: Any) -> HttpResponse:
    """The form, or the token with its secret: shown in the answer itself, because it is kept nowhere to go on to."""
    token = _tell(request, form, service, **known) if request.method == "POST" and form.is_valid() else None
    if token is not None:
        return show(request, page, {"token": token, "back": back, **known})
    return show(request, page, {"back": back, **known}, form=form)


@reauthentication_required
def _tell(request: HttpRequest, form: LastingForm, service: Any, **known: Any) -> Any:
    """Whoever finds an open browser does not take a key for a year away from it."""
    return form.tell(service, by=request.user, **known)
