"""One reader of the time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from trialcrm.core import clock

NEAR_MIDNIGHT = datetime(2026, 3, 9, 3, 30, tzinfo=UTC)


def test_the_time_is_the_servers_in_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_calendar_date_is_somebodys_local_date() -> None:
    with clock.frozen(NEAR_MIDNIGHT):
        assert clock.today("America/New_York") == date(2026, 3, 8)
        assert clock.today("Europe/Oslo") == date(2026, 3, 9)
        assert clock.today("UTC") == date(2026, 3, 9)


def test_local_times_follow_daylight_saving() -> None:
    assert clock.local(NEAR_MIDNIGHT, "America/New_York").hour == 23
    assert clock.local(NEAR_MIDNIGHT - timedelta(days=30), "America/New_York").hour == 22


def test_held_clocks_nest_and_are_released_also_after_a_failure() -> None:
    later = NEAR_MIDNIGHT + timedelta(days=1)
    with clock.frozen(NEAR_MIDNIGHT):
        with clock.frozen(later):
            assert clock.now() == later
        assert clock.now() == NEAR_MIDNIGHT
    with pytest.raises(ZeroDivisionError), clock.frozen(NEAR_MIDNIGHT):
        raise ZeroDivisionError

    assert clock.now() > later
