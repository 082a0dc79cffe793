"""Views are closed by default: each says who may come in, and those open to anybody are listed here."""

import pytest
from django.conf import settings

from tests.house import walk
from trialcrm.access.gates import Gate
from trialcrm.access.roles import Role, permissions_of

ROUTES = walk.routes()
EVERY_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
#: Everything that somebody who is not signed in may open. Each says why at its gate.
PUBLIC = {
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "account_signup",
    "mfa_authenticate",
    "openid_connect_callback",
    "openid_connect_login",
    "socialaccount_connections",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    "users-invitation",
}
SHORTEST_REASON = 4


@EVERY_ROUTE
def test_every_view_has_exactly_one_gate(route: walk.Route) -> None:
    assert isinstance(route.gate, Gate), f"{route.path} has no @requires, @personal or @public"
    opened = [route.gate.permission, route.gate.public, route.gate.personal]
    assert len(list(filter(None, opened))) == 1


@EVERY_ROUTE
def test_every_view_has_a_name_of_its_own(route: walk.Route) -> None:
    assert route.name.rpartition(":")[2]
    assert [other.path for other in ROUTES if other.name == route.name] == [route.path]


def test_what_is_open_to_anybody_is_listed() -> None:
    assert {route.name for route in ROUTES if route.gate and route.gate.public} == PUBLIC


def test_a_view_without_the_mark_of_the_gate_asks_for_a_sign_in() -> None:
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    unmarked = {route.name for route in ROUTES if not getattr(route.view, "login_required", True)}
    assert unmarked == PUBLIC


@EVERY_ROUTE
def test_an_open_view_says_why_in_a_sentence(route: walk.Route) -> None:
    assert route.gate
    reason = route.gate.public or route.gate.personal
    assert not reason or len(reason.split()) >= SHORTEST_REASON


@EVERY_ROUTE
def test_the_permission_at_a_gate_is_carried_by_a_role(route: walk.Route) -> None:
    assert route.gate
    wanted = route.gate.permission
    assert not wanted or any(wanted in permissions_of(role) for role in Role)
