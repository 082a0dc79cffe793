"""Every view says who may come in: by a permission, as any signed-in person, or as anybody, each with its reason."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from trialcrm.core.decisions import ALLOWED, Decision, refused, require

from .scope import scope_of

View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Gate:
    """What the house tests read from a view."""

    permission: str = ""
    public: str = ""
    personal: str = ""
    #: For other programs: who calls is asked for in the call itself, and not led to a page to sign in.
    machine: str = ""


def may_enter(user: Any, permission: str) -> Decision:
    if scope_of(user).anywhere(permission):
        return ALLOWED
    return refused(_("Your role does not include this page. Ask the study manager if you need it."))


def requires(permission: str) -> Callable[[View], View]:
    """Open to those who hold the permission at one place at least; what they see there is the selector's matter."""

    def gate(view: View) -> View:
        @functools.wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(may_enter(request.user, permission))
            return view(request, *args, **kwargs)

        enter.gate = Gate(permission=str(permission))  # type: ignore[attr-defined]
        return enter

    return gate


def public(reason: str) -> Callable[[View], View]:
    """Open to anybody, for the reason given."""

    def gate(view: View) -> View:
        open_view = login_not_required(view)
        open_view.gate = Gate(public=reason)  # type: ignore[attr-defined]
        return open_view

    return gate


def personal(reason: str) -> Callable[[V], V]:
    """Open to every signed-in person, because the view shows only what is their own (the reason says what)."""

    def gate(view: V) -> V:
        # Marked and not wrapped: a view of the live stream is a coroutine function and must stay one.
        view.gate = Gate(personal=reason)  # type: ignore[attr-defined]
        return view

    return gate
