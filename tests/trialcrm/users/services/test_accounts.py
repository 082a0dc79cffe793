import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.support.cast import Trial
from tests.trialcrm.users.conftest import SignIn
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.models import AuditLog
from trialcrm.core.decisions import Refused
from trialcrm.users.models import User
from trialcrm.users.services import create_account, deactivate_account, reactivate_account

BY = SystemActor("test")


@pytest.mark.parametrize("address", ["coordinator@trial.test", " COORDINATOR@Trial.test"])
def test_address_is_never_given_to_another_person(trial: Trial, address: str) -> None:
    with pytest.raises(Refused, match="had, an account"):
        create_account(by=BY, email=address, name="Somebody Else")


def test_address_of_a_closed_account_stays_taken(trial: Trial) -> None:
    deactivate_account(by=trial.operator, user=trial.coordinator, reason="Left the site in March.")
    with pytest.raises(Refused, match="had, an account"):
        create_account(by=BY, email=trial.coordinator.email, name="Somebody Else")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "at least 12"),
        ("qwerty123456", "too common"),
        ("839204751066", "entirely numeric"),
        ("grace.okafor1", "too similar to the name"),
        ("g.okafor@hospital", "too similar to the e-mail address"),
    ],
)
def test_weak_password_is_refused_and_says_why(db: None, password: str, why: str) -> None:
    with pytest.raises(Refused, match=f"(?i){why}") as refusal:
        create_account(by=BY, email="g.okafor@hospital.test", name="Grace Okafor", password=password)
    assert refusal.value.field == "password"
    assert not User.objects.filter(email="g.okafor@hospital.test").exists()


def test_account_made_without_a_password_has_none_that_works(db: None) -> None:
    user = create_account(by=BY, email="new@trial.test", name="New Person")
    assert not user.has_usable_password()


def test_nobody_is_above_the_rules(trial: Trial) -> None:
    assert not trial.operator.is_superuser
    assert not trial.operator.is_staff


def test_closing_an_account_signs_it_out_everywhere(trial: Trial, sign_in: SignIn) -> None:
    for _ in range(2):
        sign_in(trial.coordinator.email, browser=Client())
    sign_in(trial.pharmacist.email, browser=Client())
    deactivate_account(by=trial.operator, user=trial.coordinator, reason="Left the site in March.")
    assert [session.user for session in UserSession.objects.all()] == [trial.pharmacist]


def test_closing_is_logged_with_its_reason_and_can_be_undone(trial: Trial, sign_in: SignIn) -> None:
    deactivate_account(by=trial.operator, user=trial.coordinator, reason="Left the site in March.")
    reactivate_account(by=trial.operator, user=trial.coordinator, reason="Came back to the site in May.")
    reasons = AuditLog.objects.filter(entity_id=str(trial.coordinator.pk), action__contains="activated")
    assert sorted(reasons.values_list("action", "reason")) == [
        ("account.deactivated", "Left the site in March."),
        ("account.reactivated", "Came back to the site in May."),
    ]
    assert sign_in(trial.coordinator.email).status_code == 302


@pytest.mark.parametrize("service", [deactivate_account, reactivate_account])
def test_nobody_opens_or_closes_their_own_account(trial: Trial, service: object) -> None:
    with pytest.raises(Refused, match="own account"):
        service(by=trial.operator, user=trial.operator, reason="Just trying this.")  # type: ignore[operator]
