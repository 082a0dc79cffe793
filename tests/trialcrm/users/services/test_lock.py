from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.trialcrm.users.conftest import Watch
from trialcrm.audit.context import digest
from trialcrm.core.decisions import Refused
from trialcrm.users.models import SignInAttempts
from trialcrm.users.services import lock

ADDRESS = "someone@trial.test"


def attempt(_number: int = 0) -> bool:
    try:
        lock.begin(ADDRESS)
    except Refused:
        return False
    finally:
        connection.close()
    return True


@pytest.mark.django_db(transaction=True)
def test_attempts_made_at_the_same_moment_cannot_pass_the_limit() -> None:
    with ThreadPoolExecutor(12) as threads:
        begun = list(threads.map(attempt, range(24)))
    assert sum(begun) == 5


def test_address_is_counted_whatever_its_case(db: None, watch: Watch) -> None:
    assert [lock.begin(address).number for address in (ADDRESS, ADDRESS.upper())] == [1, 2]


def test_attempts_are_held_without_the_address(db: None, watch: Watch) -> None:
    lock.begin(ADDRESS)
    assert SignInAttempts.objects.get().address == digest(ADDRESS)


def test_no_more_attempts_are_held_than_can_count(db: None, watch: Watch) -> None:
    for _ in range(12):
        lock.begin(ADDRESS)
        watch.go_on(minutes=4)
    assert len(SignInAttempts.objects.get().times) <= 5


def test_attempt_that_never_ended_counts_as_one_that_failed(db: None, watch: Watch) -> None:
    for _ in range(5):
        lock.begin(ADDRESS)
    with pytest.raises(Refused, match=r"locked for 15 more minutes, until 14:15 UTC"):
        lock.begin(ADDRESS)


def test_success_forgets_addresses_that_nobody_tried_for_long(db: None, watch: Watch) -> None:
    lock.begin("long-ago@trial.test")
    watch.go_on(minutes=20)
    lock.begin("lately@trial.test")
    watch.go_on(minutes=11)
    lock.passed(lock.begin(ADDRESS))
    held = set(SignInAttempts.objects.values_list("address", flat=True))
    assert held == {digest("lately@trial.test"), digest(ADDRESS)}


def test_lock_follows_the_settings(db: None, watch: Watch, settings: Any) -> None:
    settings.SIGN_IN_ATTEMPTS, settings.SIGN_IN_LOCK_MINUTES = 2, 3
    attempts = [lock.begin(ADDRESS) for _ in range(2)]
    with pytest.raises(Refused, match="3 more minutes"):
        lock.failed(attempts[1])
    watch.set(watch.now + timedelta(minutes=3))
    assert lock.begin(ADDRESS).number == 1
