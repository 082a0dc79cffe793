from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.support.cast import Trial
from trialcrm.audit.acts import SystemActor
from trialcrm.users.guards import assert_no_demo_accounts
from trialcrm.users.models import User
from trialcrm.users.services import create_account, deactivate_account


@pytest.fixture
def demo_person(db: None) -> User:
    return create_account(by=SystemActor("test"), email="crc@demo.trialcrm.example", name="Demo Person")


def test_production_refuses_to_serve_with_an_open_account_of_the_demo(demo_person: User, settings: Any) -> None:
    settings.MODE = "production"
    with pytest.raises(ImproperlyConfigured, match=r"holds 1 open account\(s\) of the demo"):
        assert_no_demo_accounts()


@pytest.mark.parametrize("mode", ["demo", "development", "test"])
def test_other_modes_serve_the_demo(demo_person: User, settings: Any, mode: str) -> None:
    settings.MODE = mode
    assert_no_demo_accounts()


def test_production_serves_when_the_accounts_of_the_demo_are_closed(
    trial: Trial, demo_person: User, settings: Any
) -> None:
    deactivate_account(by=trial.operator, user=demo_person, reason="The demo is over here.")
    settings.MODE = "production"
    assert_no_demo_accounts()


def test_production_serves_people_of_other_domains(trial: Trial, settings: Any) -> None:
    settings.MODE = "production"
    assert_no_demo_accounts()
