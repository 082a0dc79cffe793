"""Sessions end when nobody is there, and in any case after a working day."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from trialcrm.core import clock

STARTED, SEEN = "started_at", "seen_at"
TOUCH_SECONDS = 30


class SessionLimitMiddleware:
    """Ends a session that is idle or too old (45 CFR 164.312(a)(2)(iii)).

    Requests that the page makes by itself (marked with `X-Background`, and the live stream) do not count as activity.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._keep_or_end(request)
        return self.get_response(request)

    def _keep_or_end(self, request: HttpRequest) -> None:
        now = clock.now().timestamp()
        started = request.session.setdefault(STARTED, now)
        seen = request.session.setdefault(SEEN, now)
        if is_over(started, seen, now):
            self._end(request)
        elif not is_background(request) and now - seen >= TOUCH_SECONDS:
            request.session[SEEN] = now

    def _end(self, request: HttpRequest) -> None:
        from .signals import session_ended

        session_ended(request)
        logout(request)
        messages.info(request, _("You were signed out because nothing happened for a while. Sign in to go on."))


def is_over(started: float, seen: float, now: float) -> bool:
    """Whether a session is past its idle or its absolute limit (times in seconds)."""
    idle = now - seen >= settings.SESSION_IDLE_MINUTES * 60
    return idle or now - started >= settings.SESSION_ABSOLUTE_HOURS * 3600


def is_background(request: HttpRequest) -> bool:
    return request.headers.get("X-Background") == "1"
