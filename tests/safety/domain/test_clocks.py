"""Clocks count time that really passed, and days of the calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from safety.domain.clocks import (
    assessment_due,
    authority_due,
    calendar_due,
    hours_between,
    is_on_time,
    sponsor_due,
)

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = date(2026, 3, 6)


def test_the_sponsor_is_told_within_24_hours_also_in_the_night_in_which_summer_time_begins() -> None:
    aware_at = datetime(2026, 3, 7, 16, 0, tzinfo=NEW_YORK).astimezone(UTC)
    due = sponsor_due(aware_at)
    assert due == datetime(2026, 3, 8, 20, 0, tzinfo=UTC) + timedelta(hours=1)
    assert due.astimezone(NEW_YORK).strftime("%H:%M %Z") == "17:00 EDT"


def test_half_of_the_time_has_passed_one_hour_later_by_the_clock_of_that_night() -> None:
    aware_at = datetime(2026, 3, 7, 16, 0, tzinfo=NEW_YORK).astimezone(UTC)
    warned = (aware_at + timedelta(hours=12)).astimezone(NEW_YORK)
    assert warned.strftime("%d %H:%M %Z") == "08 05:00 EDT"


def test_a_time_without_its_zone_starts_no_clock() -> None:
    with pytest.raises(ValueError, match="zone"):
        sponsor_due(datetime(2026, 3, 7, 16, 0))  # noqa: DTZ001  (the mistake that is refused)


def test_hours_are_those_that_passed() -> None:
    aware_at = datetime(2026, 3, 7, 21, 0, tzinfo=UTC)
    assert hours_between(aware_at, aware_at + timedelta(hours=4, minutes=30)) == 4.5
    assert is_on_time(aware_at, aware_at + timedelta(hours=24))
    assert not is_on_time(aware_at, aware_at + timedelta(hours=24, seconds=1))


def test_limits_in_days_end_on_the_calendar_day_whatever_day_of_the_week_it_is() -> None:
    assert calendar_due(FRIDAY, 7) == date(2026, 3, 13)
    assert calendar_due(FRIDAY, 15) == date(2026, 3, 21)


@pytest.mark.parametrize(
    ("grave", "unexpected", "suspected", "due"),
    [
        (True, True, True, date(2026, 3, 13)),
        (False, True, True, date(2026, 3, 21)),
        (True, False, True, None),
        (True, True, False, None),
    ],
)
def test_only_what_is_suspected_and_unexpected_goes_to_the_authority(grave, unexpected, suspected, due) -> None:
    found = authority_due(FRIDAY, is_grave=grave, is_unexpected=unexpected, is_suspected=suspected)
    assert found == due


def test_a_serious_event_is_assessed_in_12_hours_another_one_in_5_days() -> None:
    aware_at = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    asked_at = aware_at + timedelta(hours=3)
    assert assessment_due(asked_at, aware_at, True) == aware_at + timedelta(hours=12)
    assert assessment_due(asked_at, aware_at, False) == asked_at + timedelta(days=5)
