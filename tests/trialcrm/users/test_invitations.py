"""Asking for an account and taking up an invitation, through the front door."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from subjects import services
from tests.support.cast import BEGAN, Trial
from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.users.models import Invitation, User

from .conftest import SignIn

GOOD = "a fine long sentence"
JOIN = {"name": "Cora Reyes", "password": GOOD, "again": GOOD}
ASK = {"name": "Cora Reyes", "email": "Cora@trial.test"}


@pytest.fixture
def ask(client: Client, django_capture_on_commit_callbacks: Any) -> Any:
    def ask(**facts: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post("/account/signup/", {**ASK, **facts})

    return ask


def link() -> str:
    return re.search(r"/account/invitation/\S+", str(mail.outbox[-1].body))[0]  # type: ignore[index]


def test_whoever_asks_gets_an_account_that_sees_nothing(
    client: Client, trial: Trial, ask: Any, sign_in: SignIn
) -> None:
    assert ask().status_code == 200
    assert not User.objects.filter(email="cora@trial.test").exists()
    assert client.post(link(), JOIN).status_code == 303
    cora = User.objects.get(email="cora@trial.test")
    assert not scope_of(cora).roles
    assert sign_in("cora@trial.test", GOOD).status_code == 302
    page = client.get("/", follow=True).content.decode()
    assert "Nothing is open to you yet" in page
    assert client.get("/subjects/").status_code == 403


def test_every_address_gets_the_same_answer_and_one_mail(trial: Trial, ask: Any) -> None:
    pages = [ask(email=address).content.decode() for address in (trial.coordinator.email, "nobody@trial.test")]
    answers = {page.partition("<main")[2] for page in pages}
    assert len(answers) == 1
    assert len(mail.outbox) == 2
    assert "You have one already" in str(mail.outbox[0].body)


def test_asking_again_at_once_sends_no_second_mail(trial: Trial, ask: Any) -> None:
    ask()
    ask()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "wrong", [{"again": "another long sentence"}, {"password": "short", "again": "short"}, {"name": " "}]
)
def test_what_is_typed_wrong_comes_back(client: Client, trial: Trial, ask: Any, wrong: dict[str, str]) -> None:
    ask()
    answer = client.post(link(), {**JOIN, **wrong})
    assert answer.status_code == 422
    assert "Cora Reyes" in answer.content.decode() or "name" in wrong
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize("spent", ["/account/invitation/guessed/", ""])
def test_a_spent_link_says_so(client: Client, trial: Trial, ask: Any, spent: str) -> None:
    ask()
    used = link()
    client.post(used, JOIN)
    assert client.get(spent or used).status_code == 410


def test_somebody_with_an_account_signs_in_and_takes_it_up(
    client: Client, trial: Trial, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        services.invite(
            by=trial.investigator,
            email=trial.stranger.email,
            name="Stan Ivers",
            role=Role.CRC,
            study=trial.study,
            site=trial.site,
            starts_on=BEGAN,
        )
    page = client.get(link()).content.decode()
    assert "Sign in to take up the invitation" in page
    sign_in(trial.monitor.email)
    assert client.post(link()).status_code == 422
    client.post("/account/logout/")
    sign_in(trial.stranger.email)
    assert client.post(link()).status_code == 303
    assert scope_of(trial.stranger).may("view_subject", trial.site)
