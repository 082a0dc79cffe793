"""Second factors: added by the person, asked for after the password, counted with it, and mandatory for some."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.support.cast import PASSWORD, Trial
from trialcrm.audit.models import AuditLog
from trialcrm.core.decisions import Refused
from trialcrm.users.models import User
from trialcrm.users.selectors import accounts, factors_of
from trialcrm.users.services import end_sessions_of, reset_factors, unlock
from trialcrm.users.services.factors import has_code

from .conftest import SignIn

ADD = "/account/factors/app/add/"
SHOW = "/account/factors/show/"


def code_of(secret: str, step: int = 1) -> str:
    """What an app shows: the code before now, of now, or after now (steps 0, 1, 2)."""
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[step]))


def wrong(secret: str) -> str:
    return next(code for code in ("000000", "111111", "222222") if code not in {code_of(secret, n) for n in range(3)})


@pytest.fixture
def secret(client: Client, sign_in: SignIn, person: User, django_capture_on_commit_callbacks: Any) -> str:
    """The key of an app that the person has just added; they are signed out."""
    sign_in(person.email)
    client.post(f"/account/reauthenticate/?next={ADD}", {"password": PASSWORD})
    page = client.get(ADD).content.decode()
    secret = re.search(r'<span class="id">([A-Z2-7]+)</span>', page)[1]  # type: ignore[index]
    assert client.post(ADD, {"code": wrong(secret)}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ADD, {"code": code_of(secret, 0)}).status_code == 302
    client.post("/account/logout/")
    return secret


def is_signed_in(client: Client) -> bool:
    return client.get("/behind/").status_code == 200


def test_the_password_is_asked_again_before_a_factor_is_added(client: Client, sign_in: SignIn, person: User) -> None:
    sign_in(person.email)
    assert client.get(ADD).url.startswith("/account/reauthenticate/")  # type: ignore[attr-defined]
    assert client.post(f"/account/reauthenticate/?next={ADD}", {"password": "not the password"}).status_code == 422


def test_the_key_is_sealed_at_rest(secret: str, person: User) -> None:
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)


def test_the_code_comes_after_the_password(client: Client, sign_in: SignIn, person: User, secret: str) -> None:
    assert sign_in(person.email).url == SHOW  # type: ignore[attr-defined]
    assert not is_signed_in(client)
    assert "Second step" in client.get(SHOW).content.decode()
    assert client.post(SHOW, {"code": wrong(secret)}).status_code == 422
    assert not is_signed_in(client)
    client.post(SHOW, {"code": code_of(secret)})
    assert is_signed_in(client)


def test_a_code_works_once(client: Client, sign_in: SignIn, person: User, secret: str) -> None:
    sign_in(person.email)
    client.post(SHOW, {"code": code_of(secret)})
    client.post("/account/logout/")
    sign_in(person.email)
    assert client.post(SHOW, {"code": code_of(secret)}).status_code == 422


def test_a_recovery_code_works_once(client: Client, sign_in: SignIn, person: User, secret: str) -> None:
    code = factors_of(person).codes.wrap().get_unused_codes()[0]  # type: ignore[union-attr]
    sign_in(person.email)
    client.post(SHOW, {"code": code})
    assert is_signed_in(client)
    assert factors_of(person).codes_left == 9
    client.post("/account/logout/")
    sign_in(person.email)
    assert client.post(SHOW, {"code": code}).status_code == 422


def test_guessing_codes_locks_the_address_even_with_the_password_between(
    client: Client, sign_in: SignIn, person: User, secret: str
) -> None:
    sign_in(person.email)
    for _attempt in range(2):
        client.post(SHOW, {"code": wrong(secret)})
    client.cookies.clear()
    sign_in(person.email)
    client.post(SHOW, {"code": wrong(secret)})
    answer = client.post(SHOW, {"code": code_of(secret)})
    assert answer.status_code == 422
    assert "locked" in answer.content.decode()
    client.cookies.clear()
    assert "locked" in sign_in(person.email).content.decode()


def test_each_step_is_in_the_security_log_and_told_by_mail(client: Client, person: User, secret: str) -> None:
    actions = set(AuditLog.objects.filter(actor=person).values_list("action", flat=True))
    assert "account.factor-added" in actions
    assert [message.bcc for message in mail.outbox] == [[person.email]]
    assert "second factor was added" in mail.outbox[0].subject


@pytest.mark.parametrize(
    "name", ["mfa_index", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]
)
def test_pages_of_factors(client: Client, sign_in: SignIn, person: User, secret: str, name: str) -> None:
    sign_in(person.email)
    client.post(SHOW, {"code": code_of(secret)})
    address = reverse(name, urlconf="tests.trialcrm.users.doors")
    client.post(f"/account/reauthenticate/?next={address}", {"password": PASSWORD})
    assert client.get(address).status_code == 200


def test_what_a_key_is_asked_for_is_data_and_no_script(client: Client, sign_in: SignIn, person: User) -> None:
    sign_in(person.email)
    client.post("/account/reauthenticate/?next=/account/", {"password": PASSWORD})
    page = client.get("/account/factors/key/add/").content.decode()
    assert "data-options=" in page
    assert "publicKey" in page
    assert client.post("/account/factors/key/add/", {"name": "blue", "credential": "{}"}).status_code == 422


def test_the_app_is_removed_after_showing_it(client: Client, sign_in: SignIn, person: User, secret: str) -> None:
    sign_in(person.email)
    client.post(SHOW, {"code": code_of(secret)})
    remove = "/account/factors/app/remove/"
    client.post(f"/account/reauthenticate/?next={remove}", {"password": PASSWORD})
    assert client.post(remove).status_code == 302
    assert not factors_of(person).any
    assert "removed" in mail.outbox[-1].subject


@pytest.mark.parametrize(("part", "led"), [("monitor", True), ("operator", True), ("coordinator", False)])
def test_some_must_have_one(settings: Any, client: Client, trial: Trial, part: str, led: bool) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(getattr(trial, part))
    answer = client.get("/behind/")
    assert (answer.status_code == 302) is led
    assert not led or answer.url == "/account/second-factor/"  # type: ignore[attr-defined]
    for way in ("/account/second-factor/", "/account/factors/", "/account/"):
        assert client.get(way).status_code == 200


def test_whoever_has_one_goes_on(settings: Any, client: Client, trial: Trial) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    Authenticator.objects.create(user=trial.monitor, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(trial.monitor)
    assert client.get("/behind/").status_code == 200


def test_an_operator_helps_somebody_who_lost_theirs(trial: Trial, person: User, secret: str) -> None:
    with pytest.raises(Refused, match="Only those who run"):
        reset_factors(by=trial.investigator, user=person, reason="Lost the phone.")
    with pytest.raises(Refused, match="own account"):
        end_sessions_of(by=trial.operator, user=trial.operator, reason="Nothing to see.")
    reset_factors(by=trial.operator, user=person, reason="Lost the phone, seen in person.")
    assert not factors_of(person).any
    unlock(by=trial.operator, user=person, reason="Called us.")
    end_sessions_of(by=trial.operator, user=person, reason="Lost the laptop.")


def test_an_operator_lists_accounts(trial: Trial, secret: str) -> None:
    rows = {row.user.email: row for row in accounts(trial.operator, "lindqvist")}
    assert rows[trial.coordinator.email].has_factor
    assert rows[trial.coordinator.email].is_identified
    with pytest.raises(Refused):
        accounts(trial.manager)


def test_a_code_is_checked_for_a_signature(person: User, secret: str) -> None:
    assert has_code(person, code_of(secret))
    assert not has_code(person, code_of(secret))
