"""Signing in through the front door."""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.support.cast import PASSWORD, Trial
from tests.trialcrm.users.conftest import SignIn, Watch
from trialcrm.audit.context import digest
from trialcrm.audit.models import AuditLog
from trialcrm.users.models import SignInAttempts, User
from trialcrm.users.services import deactivate_account

WRONG = "not the password at all"


def logged(action: str) -> list[AuditLog]:
    return list(AuditLog.objects.filter(action=action).order_by("id"))


def test_right_password_opens_the_page_that_was_asked_for(client: Client, person: User, sign_in: SignIn) -> None:
    answer = sign_in(person.email, next="/behind/")
    assert (answer.status_code, answer["Location"]) == (302, "/behind/")
    assert "Nora Lindqvist" in client.get("/behind/").content.decode()


def test_address_is_taken_in_any_case_of_letters(person: User, sign_in: SignIn) -> None:
    assert sign_in(f" {person.email.upper()} ").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_site(person: User, sign_in: SignIn, elsewhere: str) -> None:
    assert sign_in(person.email, next=elsewhere)["Location"] == reverse("pages:home")


def test_session_gets_a_new_key_at_sign_in(client: Client, person: User, sign_in: SignIn) -> None:
    session = client.session
    session["before"] = "planted"
    session.save()
    client.cookies["trialcrm_session"] = planted = session.session_key
    sign_in(person.email)
    assert client.session.session_key != planted
    assert Client(headers={"cookie": f"trialcrm_session={planted}"}).get("/behind/").status_code == 302


def test_sign_in_is_logged_for_the_person_with_how_many_other_sessions_they_have(person: User, sign_in: SignIn) -> None:
    sign_in(person.email)
    sign_in(person.email, browser=Client())
    entries = logged("account.signed-in")
    assert [entry.actor_id for entry in entries] == [person.pk, person.pk]
    assert [entry.payload["other_sessions"] for entry in entries] == [0, 1]
    assert entries[0].request_id is not None


def test_wrong_password_and_unknown_address_get_the_same_answer(person: User, sign_in: SignIn) -> None:
    known, unknown = sign_in(person.email, WRONG), sign_in("nobody@trial.test", WRONG)
    assert known.status_code == unknown.status_code == 422
    assert "The e-mail address or the password is not right." in known.content.decode()
    assert _without_secrets(known, person.email) == _without_secrets(unknown, "nobody@trial.test")


def test_wrong_password_keeps_the_address_and_drops_the_password(person: User, sign_in: SignIn) -> None:
    page = sign_in(person.email, WRONG, next="/behind/").content.decode()
    assert person.email in page
    assert 'value="/behind/"' in page
    assert WRONG not in page


def test_unknown_address_costs_as_much_hashing_as_a_wrong_password(
    person: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *given: hashed.append("") or encode(self, *given))
    costs = []
    for address in (person.email, "nobody@trial.test"):
        hashed.clear()
        sign_in(address, WRONG)
        costs.append(len(hashed))
    assert costs[0] == costs[1] >= 1


def test_failure_is_logged_with_the_address_as_a_digest_only(person: User, sign_in: SignIn) -> None:
    sign_in(person.email, WRONG)
    sign_in("nobody@trial.test", WRONG)
    known, unknown = logged("account.sign-in-failed")
    assert (known.entity_id, unknown.entity_id) == (str(person.pk), "")
    assert (known.actor_id, unknown.actor_id) == (None, None)
    assert [entry.payload["address"] for entry in (known, unknown)] == [
        digest(person.email),
        digest("nobody@trial.test"),
    ]
    assert "nobody@trial.test" not in f"{unknown.__dict__}"


@pytest.mark.parametrize("address", ["coordinator@trial.test", "nobody@trial.test"])
def test_fifth_failure_locks_the_address_and_says_until_when(
    trial: Trial, watch: Watch, sign_in: SignIn, address: str
) -> None:
    for _ in range(4):
        assert "is not right" in sign_in(address, WRONG).content.decode()
        watch.go_on(minutes=1)
    page = sign_in(address, WRONG).content.decode()
    assert "This address is locked for 15 more minutes, until 14:19 UTC." in page
    watch.go_on(minutes=14, seconds=59)
    assert "locked for 1 more minute, until 14:19 UTC." in sign_in(address, WRONG).content.decode()
    assert len(logged("account.locked")) == 1
    assert len(logged("account.sign-in-refused")) == 1


def test_right_password_is_refused_during_the_lock_and_taken_after_it(
    person: User, watch: Watch, sign_in: SignIn
) -> None:
    for _ in range(5):
        sign_in(person.email, WRONG)
    assert sign_in(person.email).status_code == 422
    watch.go_on(minutes=15)
    assert sign_in(person.email).status_code == 302


def test_lock_of_one_address_leaves_others_open(trial: Trial, watch: Watch, sign_in: SignIn) -> None:
    for _ in range(5):
        sign_in(trial.coordinator.email, WRONG)
    assert sign_in(trial.pharmacist.email).status_code == 302


def test_failures_further_apart_than_fifteen_minutes_do_not_lock(person: User, watch: Watch, sign_in: SignIn) -> None:
    for _ in range(8):
        sign_in(person.email, WRONG)
        watch.go_on(minutes=4)
    assert not logged("account.locked")
    assert sign_in(person.email).status_code == 302


def test_success_clears_the_count(client: Client, person: User, watch: Watch, sign_in: SignIn) -> None:
    for _ in range(4):
        sign_in(person.email, WRONG)
    sign_in(person.email)
    client.post("/account/logout/")
    for _ in range(4):
        assert "is not right" in sign_in(person.email, WRONG).content.decode()
    assert SignInAttempts.objects.get(pk=digest(person.email)).times == [watch.now] * 4


def test_person_and_active_operators_are_told_of_a_lock_by_one_mail(
    trial: Trial, watch: Watch, sign_in: SignIn
) -> None:
    for _ in range(6):
        sign_in(trial.coordinator.email, WRONG)
    (message,) = mail.outbox
    assert sorted(message.recipients()) == [trial.coordinator.email, trial.operator.email]
    assert trial.coordinator.email in message.body
    assert "locked until 9 Mar 2026 14:15 UTC" in message.body
    assert trial.operator.email not in message.message().as_string()


def test_operators_are_told_of_a_locked_unknown_address_by_its_digest(
    trial: Trial, watch: Watch, sign_in: SignIn
) -> None:
    for _ in range(5):
        sign_in("nobody@trial.test", WRONG)
    (message,) = mail.outbox
    assert message.recipients() == [trial.operator.email]
    assert digest("nobody@trial.test") in message.body
    assert "nobody@trial.test" not in message.body


def test_lock_holds_when_the_mail_cannot_be_sent(
    person: User, watch: Watch, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    answers = [sign_in(person.email, WRONG) for _ in range(5)]
    assert "This address is locked" in answers[-1].content.decode()


def test_too_many_failures_from_one_network_are_refused_and_logged_without_locking_an_address(
    trial: Trial, sign_in: SignIn, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/15m/ip"}
    sign_in("one@trial.test", WRONG)
    sign_in("two@trial.test", WRONG)
    answer = sign_in(trial.coordinator.email)
    assert "Too many attempts came from your network." in answer.content.decode()
    (entry,) = logged("account.sign-in-refused")
    assert entry.entity_id == str(trial.coordinator.pk)
    assert not SignInAttempts.objects.filter(pk=digest(trial.coordinator.email)).exists()


def test_closed_account_cannot_sign_in_and_the_attempt_is_logged(client: Client, trial: Trial, sign_in: SignIn) -> None:
    deactivate_account(by=trial.operator, user=trial.coordinator, reason="Left the site in March.")
    assert sign_in(trial.coordinator.email)["Location"] == "/account/inactive/"
    assert "This account is closed" in client.get("/account/inactive/").content.decode()
    assert client.get("/behind/").status_code == 302
    (entry,) = logged("account.sign-in-refused")
    assert entry.payload["why"] == "the account is closed"


def test_closed_account_is_not_told_apart_by_a_wrong_password(trial: Trial, sign_in: SignIn) -> None:
    deactivate_account(by=trial.operator, user=trial.coordinator, reason="Left the site in March.")
    answer = sign_in(trial.coordinator.email, WRONG)
    assert "The e-mail address or the password is not right." in answer.content.decode()


def test_account_without_a_password_yet_is_not_opened_by_any(person: User, sign_in: SignIn) -> None:
    person.set_unusable_password()
    person.save()
    assert [sign_in(person.email, given).status_code for given in (PASSWORD, "!", person.password)] == [422, 422, 422]


def test_sign_in_answers_in_html_whoever_asks(client: Client, person: User) -> None:
    data = {"login": person.email, "password": WRONG}
    answer = client.post("/account/login/", data, headers={"accept": "application/json"})
    assert answer["Content-Type"].startswith("text/html")
    assert WRONG not in answer.content.decode()


def _without_secrets(answer: HttpResponse, address: str) -> str:
    page = answer.content.decode().replace(address, "ADDRESS")
    return re.sub(r'(value="|X-CSRFToken": ")[A-Za-z0-9]{64}', "TOKEN", page)
