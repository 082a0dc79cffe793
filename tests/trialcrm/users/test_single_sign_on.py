"""Single sign-on with a provider of OpenID Connect that listens on this machine: it finds accounts and makes none."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client

from tests.support.cast import BUILDER, Trial
from trialcrm.access.scope import scope_of
from trialcrm.audit.models import AuditLog
from trialcrm.users.models import Invitation, User
from trialcrm.users.services import accept_invitation, deactivate_account

LOGIN = "/account/oidc/sso/login/"


class Provider(ThreadingHTTPServer):
    """Whoever comes is the person in `claims`."""

    claims: dict[str, Any]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        own = self.server.address
        about = {
            "issuer": own,
            "authorization_endpoint": f"{own}/authorize",
            "token_endpoint": f"{own}/token",
            "userinfo_endpoint": f"{own}/userinfo",
            "jwks_uri": f"{own}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        self._send(about if self.path.startswith("/.well-known/") else self.server.claims)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        claims = {**self.server.claims, "iss": self.server.address, "aud": "portal", "iat": 1, "exp": 9_999_999_999}
        token = jwt.encode(claims, "x" * 32, algorithm="HS256")
        self._send({"access_token": "given", "token_type": "Bearer", "id_token": token})

    def _send(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing is printed in tests."""


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with Provider(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        app = {"provider_id": "sso", "name": "the hospital", "client_id": "portal", "secret": "known to both"}
        apps = [{**app, "settings": {"server_url": server.address}}]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps}}
        settings.OIDC_CLIENT_ID, settings.OIDC_NAME = "portal", "the hospital"
        yield server
        server.shutdown()


def come(client: Client, provider: Provider, email: str, *, verified: bool = True) -> Any:
    """Go to the provider as somebody, and come back."""
    provider.claims = {"sub": f"id of {email}", "email": email, "email_verified": verified, "name": "Their Name"}
    there = urlsplit(client.post(LOGIN).headers["Location"])
    assert there.netloc == urlsplit(provider.address).netloc
    asked = parse_qs(there.query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(f"{LOGIN}callback/", {"code": "any", "state": asked["state"][0]})


def test_an_invited_account_is_found_by_its_verified_address(client: Client, provider: Provider, trial: Trial) -> None:
    assert come(client, provider, trial.coordinator.email).status_code == 302
    assert client.get("/behind/").content.decode() == "Here is Nora Lindqvist."
    assert AuditLog.objects.filter(action="account.signed-in", actor=trial.coordinator).exists()
    client.post("/account/logout/")
    # Known from now on by what the provider calls them, also with another address.
    come(client, provider, trial.coordinator.email)
    assert client.get("/behind/").status_code == 200


@pytest.mark.parametrize(
    ("email", "verified"), [("coordinator@trial.test", False), ("nobody@trial.test", True), ("", True)]
)
def test_whoever_has_no_account_or_no_verified_address_stays_out(
    client: Client, provider: Provider, trial: Trial, email: str, verified: bool
) -> None:
    before = User.objects.count()
    assert come(client, provider, email, verified=verified).status_code == 403
    assert client.get("/behind/").status_code == 302
    assert User.objects.count() == before


def test_a_closed_account_stays_closed(client: Client, provider: Provider, trial: Trial) -> None:
    come(client, provider, trial.coordinator.email)
    client.post("/account/logout/")
    deactivate_account(by=trial.operator, user=trial.coordinator, reason="Left the site in March.")
    assert come(client, provider, trial.coordinator.email).status_code == 403


def test_an_account_that_somebody_only_asked_for_is_not_opened(
    client: Client, provider: Provider, trial: Trial
) -> None:
    asked = Invitation(email="self@trial.test", name="Sel Foster", kind="asked")
    account = make(asked)
    assert come(client, provider, account.email).status_code == 403


def make(invitation: Invitation) -> User:
    from datetime import timedelta

    from trialcrm.audit.recording import recorded
    from trialcrm.core import clock

    @recorded("test.written", "Written for a test")
    def write(*, by: Any) -> Invitation:
        invitation.token_digest, invitation.expires_at = "d", clock.now() + timedelta(days=1)
        invitation.save()
        return invitation

    write(by=BUILDER)
    accepted = accept_invitation(by=BUILDER, invitation=invitation, name="Sel Foster", password="a fine long sentence")
    return accepted.account  # type: ignore[return-value]


def test_no_right_and_nothing_more_than_the_name_at_the_provider_is_kept(
    client: Client, provider: Provider, trial: Trial
) -> None:
    from allauth.socialaccount.models import SocialAccount

    come(client, provider, trial.stranger.email)
    assert not scope_of(trial.stranger).roles
    assert SocialAccount.objects.get(user=trial.stranger).extra_data == {}


def test_without_a_provider_there_is_no_such_way(client: Client, trial: Trial) -> None:
    assert client.get(LOGIN).status_code == 404
    assert "Sign in with" not in client.get("/account/login/").content.decode()


def test_the_sign_in_names_the_provider(client: Client, provider: Provider, trial: Trial) -> None:
    assert "Sign in with the hospital" in client.get("/account/login/").content.decode()
