"""Sessions end when nobody is there, and in any case after a working day."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from trialcrm.core import clock

from .domain import Ending
from .policies import SEEN, STARTED, session_rule
from .selectors import has_second_factor, needs_second_factor
from .services.proofs import SigningOver
from .signals import session_ended

TOUCH_SECONDS = 30


class Request(HttpRequest):
    """What a request has gained by the time a view is called."""

    htmx: HtmxDetails
    _cached_user: Any


class SessionLimitMiddleware:
    """Ends a session that is idle or too old, and sends whoever is not signed in to the sign-in and back.

    It acts when the view is known, because by then the request is bound to the trail and htmx is told apart.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Whoever uses the browser next must not see a page by going back to it after the sign-out.
        if _is_signed_in(request) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: Request, view: Callable[..., Any], *given: Any) -> HttpResponse | None:
        if SESSION_KEY in request.session and getattr(request.user, "is_service", False):
            # However the session came about: a program does not sign in.
            _forget(request)
        ending = _keep_or_end(request) if request.user.is_authenticated else _ended_elsewhere(request)
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        return to_sign_in(request, ending)

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Whoever fails to sign again and again is signed out, whatever page they were on."""
        if not isinstance(error, SigningOver):
            return None
        end_for_failed_signing(request)
        return to_sign_in(request, Ending.SIGNING)


def end_for_failed_signing(request: Any) -> None:
    """Sign out whoever failed to sign too often (21 CFR 11.300(d))."""
    session_ended(request, Ending.SIGNING)
    _forget(request)


def lacks_second_factor(user: Any) -> bool:
    """Whether somebody must set up a second factor before anything else."""
    # Not kept in the session: an operator may have removed the factor meanwhile.
    return needs_second_factor(user) and not has_second_factor(user)


class SecondFactorMiddleware:
    """Leads somebody who must have a second factor and has none to where it is set up, and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Request, view: Callable[..., Any], *given: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if _is_on_the_way(request) or not lacks_second_factor(request.user):
            return None
        url = resolve_url("account_second_factor")
        return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def _is_on_the_way(request: HttpRequest) -> bool:
    """Pages with which a second factor is set up, and one's own password and devices."""
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    return name.startswith(("mfa_", "account_", "usersessions_"))


def is_background(request: HttpRequest) -> bool:
    """Whether the page asks by itself, with nobody there: marked by its script, or the live stream."""
    is_stream = request.headers.get("Accept") == "text/event-stream"
    return is_stream or request.headers.get("X-Background") == "1"


def to_sign_in(request: Request, ending: Ending | None = None) -> HttpResponse:
    """The sign-in, which leads back to where the person was and says why the session ended."""
    query = {"next": _place(request), "ended": ending.value if ending else ""}
    known = urlencode({name: value for name, value in query.items() if value})
    url = "?".join(filter(None, (resolve_url(settings.LOGIN_URL), known)))
    # A fragment must not be replaced by the sign-in; the whole page goes there.
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def _is_signed_in(request: HttpRequest) -> bool:
    # Asking request.user here would read the session for pages that have no use for it.
    return getattr(getattr(request, "_cached_user", None), "is_authenticated", False)


def _keep_or_end(request: Request) -> Ending | None:
    now = clock.now().timestamp()
    started = request.session.setdefault(STARTED, now)
    seen = request.session.setdefault(SEEN, now)
    ending = session_rule(request.user).ending(started, seen, now)
    if ending:
        session_ended(request, ending)
        _forget(request)
    elif now - seen >= TOUCH_SECONDS and not is_background(request):
        request.session[SEEN] = now
    return ending


def _forget(request: Request) -> None:
    # Not logout(): the log would show that somebody signed out.
    request.session.flush()
    request.user = request._cached_user = AnonymousUser()


def _ended_elsewhere(request: Request) -> Ending | None:
    """Whether the browser still has a session that was ended on another device, or whose account was closed."""
    if SESSION_KEY in request.session:
        _forget(request)
        return Ending.GONE
    has_cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return Ending.GONE if has_cookie and request.session.session_key is None else None


def _place(request: Request) -> str:
    """Where to go on after signing in: fragments and submissions are no places, the page that they are on is."""
    if request.htmx:
        return request.htmx.current_url_abs_path or ""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return page._replace(scheme="", netloc="").geturl() if page.netloc == request.get_host() else ""
