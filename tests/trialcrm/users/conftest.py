"""People at the sign-in."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.support.cast import PASSWORD, Trial, at
from trialcrm.core import clock
from trialcrm.users.models import User

SignIn = Callable[..., HttpResponse]
NOW = at("2026-03-09 14:00")


class Watch:
    """The time, as the test moves it on."""

    def __init__(self, held: ExitStack) -> None:
        self.held = held
        self.set(NOW)

    def set(self, now: datetime) -> None:
        self.now = now
        self.held.close()
        self.held.enter_context(clock.frozen(now))

    def go_on(self, **by: float) -> None:
        self.set(self.now + timedelta(**by))


@pytest.fixture(autouse=True)
def _same_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of an app change every half minute; within a test they stay the same."""
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: now))


@pytest.fixture(autouse=True)
def _with_doors(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.trialcrm.users.doors"


@pytest.fixture
def watch() -> Iterator[Watch]:
    with ExitStack() as held:
        yield Watch(held)


@pytest.fixture
def person(trial: Trial) -> User:
    return trial.coordinator


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    """Sign in through the front door, by default with the right password; another browser may be given."""

    def sign_in(email: str, password: str = PASSWORD, *, browser: Client = client, **more: str) -> HttpResponse:
        return browser.post("/account/login/", {"login": email, "password": password, **more})

    return sign_in
