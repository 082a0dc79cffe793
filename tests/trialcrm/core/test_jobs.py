import logging
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from tests.support.days import in_days
from trialcrm.core import clock, jobs


@pytest.fixture
def duties(monkeypatch):
    """Only the duties of one test."""
    registry = {}
    monkeypatch.setattr(jobs, "_duties", registry)
    return registry


@pytest.fixture
def elsewhere(db):
    """Another process, as the database sees it."""
    facts = connection.get_connection_params()
    wanted = {name: facts[name] for name in ("dbname", "user", "password", "host", "port") if name in facts}
    with psycopg.connect(**wanted, autocommit=True) as other:
        yield other


def test_a_duty_is_done_at_once_and_again_after_its_interval(db, duties):
    done = []
    jobs.duty("count", every=60)(lambda: done.append(1))
    start = clock.now()
    for seconds, expected in ((0, 1), (59, 1), (60, 2), (61, 2)):
        with clock.frozen(start + timedelta(seconds=seconds)):
            jobs.run_due()
        assert len(done) == expected


def test_a_clock_that_was_set_back_stops_no_duty(db, duties):
    done = []
    jobs.duty("count", every=60)(lambda: done.append(1))
    jobs.run_due()
    with clock.frozen(in_days(-1)):
        jobs.run_due()
    assert len(done) == 2


def test_a_broken_duty_is_logged_and_keeps_no_other_from_being_done(db, duties, caplog):
    def break_down():
        raise ValueError("no")

    jobs.duty("broken", every=1)(break_down)
    jobs.duty("sound", every=1)(lambda: None)
    with caplog.at_level(logging.ERROR):
        assert jobs.run_due() == ["sound"]
    assert "“broken” failed" in caplog.text


def test_a_duty_that_another_process_is_doing_is_left_to_it(duties, elsewhere):
    done = []
    jobs.duty("seal", every=1)(lambda: done.append(1))
    elsewhere.execute("SELECT pg_advisory_lock(%s)", [jobs._number("seal")])
    assert jobs.run_due() == []
    elsewhere.execute("SELECT pg_advisory_unlock_all()")
    with clock.frozen(clock.now() + timedelta(seconds=2)):
        assert jobs.run_due() == ["seal"]
    assert done == [1]


def test_the_lock_is_let_go_when_the_work_fails(elsewhere):
    with pytest.raises(ValueError, match="no"), jobs.alone("seal"):
        raise ValueError("no")
    assert elsewhere.execute("SELECT pg_try_advisory_lock(%s)", [jobs._number("seal")]).fetchone() == (True,)
