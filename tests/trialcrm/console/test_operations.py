"""The operators' pages: accounts and the state of the installation, and nothing of any study."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from subjects import services
from tests.support.cast import BEGAN, BUILDER, PASSWORD
from trialcrm.access.roles import Role
from trialcrm.audit import ledger
from trialcrm.audit.models import AuditLog
from trialcrm.console import duties
from trialcrm.console.selectors.installation import PULSE, VERIFIED
from trialcrm.core import clock, jobs
from trialcrm.users.services import create_account

WHY = "The person left the hospital"
INDEX, ACCOUNTS, ACCOUNT = (reverse(f"operations:{name}") for name in ("index", "accounts", "account"))


@pytest.fixture
def operator(client, trial):
    client.force_login(trial.operator)
    return client


@pytest.fixture
def participant(trial):
    """Somebody with an account of their own."""
    subject = trial.on_treatment(first_dose_days_ago=10, full_name="Canary Zebra")
    person = create_account(by=BUILDER, email="zebra@canary.example", name="Canary Zebra", password=PASSWORD)
    where = {"study": trial.study, "site": trial.site, "subject": subject}
    services.give_role(by=BUILDER, user=person, role=Role.PART, starts_on=BEGAN, **where)
    return person


def act(client, user, do, reason=WHY):
    return client.post(f"{ACCOUNT}?id={user.pk}&do={do}", {"reason": reason})


@pytest.mark.parametrize("url", [INDEX, ACCOUNTS, ACCOUNT])
@pytest.mark.parametrize("part", ["coordinator", "monitor", "manager", "stranger"])
def test_only_operators_come_in(client, trial, url, part):
    client.force_login(getattr(trial, part))
    answer = client.get(url)
    assert answer.status_code == 403
    assert answer.context["reason"]


@pytest.mark.parametrize("url", [INDEX, ACCOUNTS, ACCOUNT])
def test_who_is_not_signed_in_is_led_to_the_sign_in(client, trial, url):
    assert client.get(url).url.startswith(reverse("account_login"))


def test_participants_have_no_name_and_are_found_by_their_whole_address(operator, participant):
    def found(**query):
        return operator.get(ACCOUNTS, query).content.decode()

    assert "Participant’s account" in found()
    assert not any(word in found() for word in ("Zebra", "canary.example"))
    assert "Participant’s account" not in found(q="zebra")
    assert "Participant’s account" in found(q="zebra@canary.example")
    page = operator.get(ACCOUNT, {"id": participant.pk}).content.decode()
    assert not any(word in page for word in ("Zebra", "canary.example"))


def test_staff_are_found_by_their_name(operator, trial):
    lines = operator.get(ACCOUNTS, {"q": "lindqvist"}).context["lines"]
    assert [line.row.user for line in lines] == [trial.coordinator]


def test_an_account_is_closed_with_a_reason_and_opened_again(operator, trial):
    assert act(operator, trial.monitor, "close", reason="short").status_code == 422
    assert act(operator, trial.monitor, "close").status_code == 303
    trial.monitor.refresh_from_db()
    assert not trial.monitor.is_active
    assert AuditLog.objects.filter(action="account.deactivated", reason=WHY).exists()
    assert act(operator, trial.monitor, "close").status_code == 403
    assert act(operator, trial.monitor, "reopen").status_code == 303
    trial.monitor.refresh_from_db()
    assert trial.monitor.is_active


def test_somebody_is_signed_out_everywhere(operator, client_of, trial):
    other = client_of(trial.coordinator)
    assert act(operator, trial.coordinator, "end-sessions").status_code == 303
    assert other.get(reverse("pages:home")).status_code == 302


@pytest.fixture
def client_of():
    """A browser that signed in with the password, as the list of sessions knows it."""
    from django.test import Client

    def signed_in(person):
        browser = Client()
        browser.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        return browser

    return signed_in


def test_a_locked_sign_in_is_unlocked(operator, client_of, trial):
    from django.test import Client

    for _number in range(5):
        Client().post(reverse("account_login"), {"login": trial.coordinator.email, "password": "wrong password"})
    line = operator.get(ACCOUNT, {"id": trial.coordinator.pk}).context["line"]
    assert line.row.locked_until
    assert act(operator, trial.coordinator, "unlock").status_code == 303
    assert not operator.get(ACCOUNT, {"id": trial.coordinator.pk}).context["line"].row.locked_until


def test_nobody_changes_their_own_account(operator, trial):
    assert act(operator, trial.operator, "close").status_code == 403
    page = operator.get(ACCOUNT, {"id": trial.operator.pk}).content.decode()
    assert "Nobody changes their own account." in page


@pytest.mark.parametrize("query", [{}, {"id": "x"}, {"id": "01a200ee-8dd1-739d-9282-ea8d66308f33"}])
def test_an_account_that_is_not_there_does_not_exist(operator, query):
    assert operator.get(ACCOUNT, query).status_code == 404


def test_the_first_page_says_that_the_tick_has_stopped_and_when_it_ran(operator):
    cache.delete(PULSE)
    assert operator.get(INDEX).context["state"].is_silent
    jobs._duties["note what the tick did"].begun = clock.now()
    duties.note_pulse()
    state = operator.get(INDEX).context["state"]
    assert not state.is_silent
    assert dict(state.duties)["note what the tick did"]
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert operator.get(INDEX).context["state"].is_silent


def test_the_trail_is_verified_once_a_day_and_a_breach_is_shown(operator, monkeypatch):
    cache.delete(VERIFIED)
    monkeypatch.setattr(ledger, "verify", lambda: "altered: subjects_visit 7")
    assert duties.verify_trail()
    assert not duties.verify_trail()
    assert "altered: subjects_visit 7" in operator.get(INDEX).content.decode()


def test_settings_in_force_hold_no_secret(operator, settings):
    page = operator.get(INDEX).content.decode()
    assert settings.SECRET_KEY not in page
    assert settings.DATABASES["default"]["NAME"] not in page
