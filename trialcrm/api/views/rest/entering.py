"""Who calls: a token in the header, or the session of the browser with its check against forged requests."""

import threading
from math import ceil
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from ninja.errors import AuthenticationError, Throttled
from ninja.security import APIKeyCookie, HttpBearer
from ninja.throttling import SimpleRateThrottle

from trialcrm.api import policies
from trialcrm.api.domain.problems import Problem
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.models import Token
from trialcrm.api.services.tokens import authenticate
from trialcrm.core.decisions import require
from trialcrm.users.middleware import lacks_second_factor


class BearerToken(HttpBearer):
    """A token of the caller's own, or of a service account: `Authorization: Bearer trialcrm_…`."""

    openapi_description = "A token from your account's page of tokens."

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = authenticate(token)
        if found is None:
            raise Problem(401, "This token is not known, has expired or was revoked.")
        request.user = found.owner
        request.token = found  # type: ignore[attr-defined]
        return found.owner


class BrowserSession(APIKeyCookie):
    """The session of somebody who is signed in; what writes carries the header X-CSRFToken."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            return None
        if lacks_second_factor(request.user):
            raise Problem(403, "Set up a second factor first, on the page of your account.")
        return request.user


class Calls(threading.local, SimpleRateThrottle):
    """So many calls in a time for each person and token, as the settings say.

    The library keeps what it counts in the one object that serves all calls, and asks it twice about each: every thread
    has its own, and no call is begun in a thread before the one before it is over.
    """

    cache = caches["calls"]

    def __init__(self) -> None:
        super().__init__(settings.API_RATE)

    def allow_request(self, request: HttpRequest) -> bool:
        self.num_requests, self.duration = self.parse_rate(settings.API_RATE)
        return super().allow_request(request)

    def get_cache_key(self, request: HttpRequest) -> str:
        token: Token | None = getattr(request, "token", None)
        return f"api-calls-{token.pk if token else request.user.pk}"


WAYS = (BearerToken(), BrowserSession())


def let_in(request: HttpRequest) -> None:
    """Find out who calls, for an address that is not the library's.

    Raises:
        AuthenticationError, Problem: nobody whom the portal knows.
        Throttled: somebody who calls too often.
    """
    if not any(way(request) for way in WAYS):
        raise AuthenticationError
    calls = Calls()
    if not calls.allow_request(request):
        raise Throttled(wait=ceil(calls.wait() or 1))


def require_verb(request: HttpRequest, verb: Verb) -> None:
    """Refuse what the caller's token was not made for; a session may what its person may.

    Raises:
        Refused: with the reason.
    """
    token: Token | None = getattr(request, "token", None)
    if token is not None:
        require(policies.may(token, verb))
