import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.support.cast import Trial
from tests.trialcrm.users.conftest import SignIn
from trialcrm.audit.models import AuditLog
from trialcrm.users.models import User

NEW = "a wholly new sentence"


def create_operator(*given: str) -> str:
    output = io.StringIO()
    call_command("create_operator", "Olga@Trial.test", "Olga Berg", *given, stdout=output)
    return output.getvalue()


def test_operator_gets_a_link_to_choose_a_password_with(client: Client, db: None, sign_in: SignIn) -> None:
    said = create_operator("--origin", "https://trial.example.org/")
    path = re.search(r"https://trial\.example\.org(/account/\S+)", said)[1]  # type: ignore[index]
    client.post(client.get(path)["Location"], {"password1": NEW, "password2": NEW})
    assert sign_in("olga@trial.test", NEW).status_code == 302


def test_account_is_an_operator_and_the_log_says_that_the_command_made_it(db: None) -> None:
    create_operator()
    assert User.objects.get(email="olga@trial.test").is_operator
    assert AuditLog.objects.filter(action="account.created").latest("id").actor_name == "create_operator"


def test_password_may_come_from_standard_input(db: None, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NEW}\n"))
    assert "password" not in create_operator("--password-stdin")
    assert sign_in("olga@trial.test", NEW).status_code == 302


def test_weak_password_makes_no_account(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="at least 12"):
        create_operator("--password-stdin")
    assert not User.objects.filter(email="olga@trial.test").exists()


def test_address_in_use_is_refused(trial: Trial) -> None:
    with pytest.raises(CommandError, match="had, an account"):
        call_command("create_operator", trial.coordinator.email, "Somebody Else")


def test_there_are_no_superusers(db: None) -> None:
    with pytest.raises(CommandError, match="create_operator EMAIL NAME"):
        call_command("createsuperuser")


def test_nobody_sets_the_password_of_another_person(db: None) -> None:
    with pytest.raises(CommandError, match="choose their own password"):
        call_command("changepassword", "coordinator@trial.test")
