from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.cast import Trial
from tests.trialcrm.users.conftest import SignIn
from trialcrm.access import grants
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.users.models import User
from trialcrm.users.selectors import HeldRole, open_sessions, roles_held


def test_roles_are_named_with_the_study_and_the_site(trial: Trial) -> None:
    assert roles_held(trial.coordinator) == [HeldRole("Coordinator", "TEST-01 · 701", None)]
    assert roles_held(trial.manager) == [HeldRole("Study manager", "TEST-01", None)]


def test_roles_that_have_ended_or_not_begun_are_not_listed(trial: Trial) -> None:
    later = clock.now() + timedelta(days=1)
    grants.dismiss(trial.coordinator, Role.CRC, trial.site, ends_at=clock.now())
    grants.enrol(trial.coordinator, Role.CRC, trial.other_site, starts_at=later)
    assert roles_held(trial.coordinator) == []


def test_roles_take_the_same_number_of_queries_however_many(trial: Trial) -> None:
    counts = []
    for place in (trial.site, trial.other_site):
        grants.enrol(trial.stranger, Role.PHARM, place)
        grants.enrol(trial.stranger, Role.SUBI, place)
        with CaptureQueriesContext(connection) as queries:
            roles_held(trial.stranger)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3


def test_sessions_take_two_queries_however_many(person: User, sign_in: SignIn) -> None:
    for _ in range(3):
        sign_in(person.email, browser=Client())
    with CaptureQueriesContext(connection) as queries:
        assert len(open_sessions(person)) == 3
    assert len(queries) == 2
