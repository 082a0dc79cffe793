"""The pages around the account, through the front door."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.test import Client

from tests.support.cast import PASSWORD, Trial
from tests.trialcrm.users.conftest import SignIn, Watch
from tests.trialcrm.users.test_middleware import is_in
from trialcrm.access.gates import Gate
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.models import AuditLog
from trialcrm.users import urls
from trialcrm.users.models import User
from trialcrm.users.services import create_account, deactivate_account

NEW = "a wholly new sentence"
SIGNED_OUT = "You are signed out."


def ask_for_link(browser: Client, email: str) -> str:
    """The path of the link that the mail brings."""
    mail.outbox.clear()
    browser.post("/account/password/reset/", {"email": email})
    return re.search(r"http://testserver(/account/password/reset/key/\S+)", mail.outbox[0].body)[1]  # type: ignore[index]


def choose(browser: Client, link: str, password: str = NEW, again: str | None = None) -> Any:
    form = browser.get(link)
    data = {"password1": password, "password2": password if again is None else again}
    return browser.post(form["Location"], data) if form.status_code == 302 else form


def change(browser: Client, old: str, new: str = NEW) -> Any:
    return browser.post("/account/password/change/", {"oldpassword": old, "password1": new, "password2": new})


def test_every_address_of_the_account_says_who_may_come_in_and_why() -> None:
    gates = [getattr(pattern.callback, "gate", None) for pattern in urls.urlpatterns]
    assert all(isinstance(gate, Gate) and (gate.public or gate.personal) for gate in gates)


@pytest.mark.parametrize("path", ["", "password/change/", "devices/"])
def test_pages_of_the_account_ask_for_a_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(f"/account/{path}")["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    "path",
    [
        "email/",
        "confirm-email/",
        "confirm-email/abc:def/",
        "password/set/",
        "oidc/signup/",
        "oidc/connections/",
        "login/code/confirm/",
    ],
)
def test_what_is_not_offered_says_so(client: Client, db: None, path: str) -> None:
    assert "This is not done here" in client.get(f"/account/{path}").content.decode()
    assert client.post(f"/account/{path}", {"email": "x@trial.test", "password1": NEW}).status_code == 405
    assert not User.objects.filter(email="x@trial.test").exists()


def test_signing_out_asks_first_and_is_done_by_a_submission_only(client: Client, person: User, sign_in: SignIn) -> None:
    sign_in(person.email)
    assert "You are signed in as Nora Lindqvist." in client.get("/account/logout/").content.decode()
    assert is_in(client)
    assert SIGNED_OUT in client.post("/account/logout/", follow=True).content.decode()
    assert not is_in(client)
    assert AuditLog.objects.filter(action="account.signed-out", actor=person).count() == 1


def test_sign_out_needs_the_token_of_its_page(person: User, sign_in: SignIn) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    assert strict.post("/account/logout/").status_code == 403
    assert is_in(strict)


# --- a forgotten password -----------------------------------------------------------------------------------------


def test_answer_to_a_forgotten_password_does_not_tell_whether_there_is_an_account(client: Client, trial: Trial) -> None:
    deactivate_account(by=trial.operator, user=trial.pharmacist, reason="Left the site in March.")
    answers = [
        client.post("/account/password/reset/", {"email": email}, follow=True)
        for email in (trial.coordinator.email, trial.pharmacist.email, "nobody@trial.test")
    ]
    assert {answer.redirect_chain[0] for answer in answers} == {("/account/password/reset/done/", 302)}
    assert len({re.sub(rb'(value="|X-CSRFToken": ")[A-Za-z0-9]{64}', b"", answer.content) for answer in answers}) == 1
    assert all("If the address has an account, a link is on its way." in answer.content.decode() for answer in answers)
    assert [message.recipients() for message in mail.outbox] == [
        [trial.coordinator.email],
        [trial.pharmacist.email],
        ["nobody@trial.test"],
    ]
    assert ["/password/reset/key/" in message.body for message in mail.outbox] == [True, False, False]


def test_answer_to_a_forgotten_password_is_the_same_when_no_mail_can_be_sent(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    assert client.post("/account/password/reset/", {"email": person.email}).status_code == 302


def test_mail_with_the_link_is_plain_and_greets_by_name(client: Client, db: None) -> None:
    create_account(by=SystemActor("test"), email="una@trial.test", name="Dr Una O'Hara")
    ask_for_link(client, "una@trial.test")
    (message,) = mail.outbox
    assert message.subject == "Choose a new password for TrialCRM"
    assert message.body.startswith("Hello Dr Una O'Hara,")
    assert not getattr(message, "alternatives", [])


def test_link_lets_a_person_choose_a_new_password_and_signs_out_everywhere(
    client: Client, person: User, sign_in: SignIn
) -> None:
    elsewhere = Client()
    sign_in(person.email, browser=elsewhere)
    answer = choose(client, ask_for_link(client, person.email))
    assert answer["Location"] == "/account/password/reset/key/done/"
    assert "Sign in with the new password." in client.get(answer["Location"]).content.decode()
    assert not is_in(elsewhere)
    assert not is_in(client)
    assert [sign_in(person.email, given).status_code for given in (PASSWORD, NEW)] == [422, 302]


def test_link_works_once(client: Client, person: User) -> None:
    link = ask_for_link(client, person.email)
    choose(client, link)
    assert "This link no longer works" in choose(Client(), link).content.decode()


def test_link_ends_with_a_sign_in(client: Client, person: User, sign_in: SignIn) -> None:
    link = ask_for_link(client, person.email)
    sign_in(person.email, browser=Client())
    assert "This link no longer works" in choose(client, link).content.decode()


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (61, False)])
def test_link_works_for_one_hour(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch, minutes: int, works: bool
) -> None:
    link = ask_for_link(client, person.email)
    # Django reads the time itself here; it knows no zone.
    later = datetime.now() + timedelta(minutes=minutes)  # noqa: DTZ005
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert (choose(client, link).status_code == 302) is works


def test_link_that_was_altered_does_not_work(client: Client, trial: Trial) -> None:
    link = ask_for_link(client, trial.coordinator.email)
    for broken in (
        link[:-2] + "x/",
        link.replace(trial.coordinator.pk.hex, trial.pharmacist.pk.hex),
        "/account/password/reset/key/zz-set-password/",
    ):
        assert "This link no longer works" in Client().get(broken).content.decode()


def test_secret_of_the_link_does_not_stay_in_the_address(client: Client, person: User) -> None:
    assert client.get(ask_for_link(client, person.email))["Location"].endswith("-set-password/")


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("elevenchars", None, "too short"),
        ("qwerty123456", None, "too common"),
        ("nora.lindqvist", None, "too similar to the name"),
        (NEW, "another sentence", "same password each time"),
    ],
)
def test_new_password_must_be_strong_and_typed_twice(
    client: Client, person: User, password: str, again: str | None, why: str
) -> None:
    answer = choose(client, ask_for_link(client, person.email), password, again)
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_new_password_is_logged_and_the_person_is_told(client: Client, person: User) -> None:
    link = ask_for_link(client, person.email)
    mail.outbox.clear()
    choose(client, link)
    assert AuditLog.objects.get(action="account.password-changed").entity_id == str(person.pk)
    (message,) = mail.outbox
    assert message.recipients() == [person.email]
    assert message.subject == "Your TrialCRM password was changed"


# --- changing it ----------------------------------------------------------------------------------------------------


def test_changing_the_password_needs_the_current_one(client: Client, person: User, sign_in: SignIn) -> None:
    sign_in(person.email)
    answer = change(client, "not the current one")
    assert answer.status_code == 422
    assert "This is not your current password." in answer.content.decode()
    assert is_in(client)


def test_guessing_the_current_password_is_counted_like_guessing_at_the_sign_in(
    client: Client, person: User, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(person.email)
    for _ in range(5):
        answer = change(client, "not the current one")
    assert "This address is locked for 15 more minutes" in answer.content.decode()
    assert change(client, PASSWORD).status_code == 422
    assert AuditLog.objects.filter(action="account.sign-in-failed").count() == 5


def test_changed_password_signs_out_everywhere_and_leads_to_the_sign_in(
    client: Client, person: User, sign_in: SignIn
) -> None:
    elsewhere = Client()
    sign_in(person.email, browser=elsewhere)
    sign_in(person.email)
    answer = change(client, PASSWORD)
    assert answer["Location"] == "/account/login/"
    assert "Your password is changed." in client.get(answer["Location"]).content.decode()
    assert not is_in(client)
    assert not is_in(elsewhere)
    assert sign_in(person.email, NEW).status_code == 302


def test_too_many_requests_are_told_to_wait(client: Client, person: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/key"}
    answers = [client.post("/account/password/reset/", {"email": person.email}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert "Please wait a minute" in answers[1].content.decode()


# --- the account and its devices ------------------------------------------------------------------------------------


def test_account_shows_the_person_and_the_roles_they_hold(client: Client, trial: Trial, sign_in: SignIn) -> None:
    sign_in(trial.coordinator.email)
    page = client.get("/account/").content.decode()
    assert all(words in page for words in ("Nora Lindqvist", trial.coordinator.email, "Coordinator", "TEST-01 · 701"))
    assert "Monitor" not in page


def test_account_without_a_role_says_whom_to_ask(client: Client, trial: Trial, sign_in: SignIn) -> None:
    sign_in(trial.stranger.email)
    assert "No role yet" in client.get("/account/").content.decode()


def test_operator_sees_that_they_run_the_installation(client: Client, trial: Trial, sign_in: SignIn) -> None:
    sign_in(trial.operator.email)
    assert "Operator" in client.get("/account/").content.decode()


def test_person_sets_their_own_time_zone(client: Client, person: User, sign_in: SignIn) -> None:
    sign_in(person.email)
    answer = client.post("/account/", {"time_zone": "Europe/Stockholm"}, follow=True)
    assert "Your time zone was changed." in answer.content.decode()
    person.refresh_from_db()
    assert person.time_zone == "Europe/Stockholm"
    assert AuditLog.objects.get(action="account.changed").actor_id == person.pk


def test_time_zone_must_be_one_that_exists(client: Client, person: User, sign_in: SignIn) -> None:
    sign_in(person.email)
    answer = client.post("/account/", {"time_zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert "Mars/Olympus" in answer.content.decode()


def test_devices_are_listed_with_the_one_in_use_marked(client: Client, person: User, sign_in: SignIn) -> None:
    firefox = {"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/127.0"}
    sign_in(person.email, browser=Client(headers=firefox))
    sign_in(person.email)
    page = client.get("/account/devices/").content.decode()
    assert page.count("127.0.0.1") == 2
    assert "Firefox on Windows" in page
    assert page.count("This device") == 1


def test_single_device_is_signed_out(client: Client, person: User, sign_in: SignIn) -> None:
    others = [Client(), Client()]
    for browser in (*others, client):
        sign_in(person.email, browser=browser)
    first = person.usersession_set.get(session_key=others[0].session.session_key)
    assert client.post(f"/account/devices/{first.pk}/end/", follow=True).status_code == 200
    assert [is_in(browser) for browser in (*others, client)] == [False, True, True]


def test_everywhere_else_is_signed_out(client: Client, person: User, sign_in: SignIn) -> None:
    others = [Client(), Client()]
    for browser in (*others, client):
        sign_in(person.email, browser=browser)
    page = client.post("/account/devices/end-others/", follow=True).content.decode()
    assert "2 other devices are signed out." in page
    assert [is_in(browser) for browser in (*others, client)] == [False, False, True]
    assert AuditLog.objects.get(action="account.sessions-ended").payload == {"sessions": 2}


def test_session_of_another_person_does_not_exist_for_me(client: Client, trial: Trial, sign_in: SignIn) -> None:
    other = Client()
    sign_in(trial.pharmacist.email, browser=other)
    sign_in(trial.coordinator.email)
    theirs = trial.pharmacist.usersession_set.get()
    assert client.post(f"/account/devices/{theirs.pk}/end/").status_code == 404
    assert is_in(other)


def test_device_list_does_not_show_sessions_that_have_run_out(
    client: Client, person: User, watch: Watch, sign_in: SignIn
) -> None:
    sign_in(person.email, browser=Client())
    watch.go_on(minutes=16)
    sign_in(person.email)
    assert client.get("/account/devices/").content.decode().count("127.0.0.1") == 1
