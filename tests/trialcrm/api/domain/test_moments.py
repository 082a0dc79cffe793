"""Moments of programs, whatever their offset."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from trialcrm.api.domain.moments import in_utc

FAR = timezone(timedelta(hours=16, minutes=15))


def test_a_moment_is_the_same_in_utc() -> None:
    sent = datetime(2026, 3, 1, 8, tzinfo=FAR)
    assert (in_utc(sent), in_utc(sent).tzinfo) == (sent, UTC)


def test_without_an_offset_it_stays() -> None:
    assert in_utc(datetime.fromisoformat("2026-03-01T08:00")).tzinfo is None


def test_what_lies_outside_of_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="calendar"):
        in_utc(datetime(1, 1, 1, tzinfo=FAR))
