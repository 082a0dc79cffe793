"""The day at a site, at whatever hour the demo is built."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from trialcrm.core import clock
from trialcrm.demo.days import Diary, is_working_day, next_working_day, slots_of_today, working_days

ZONE = "America/New_York"
MIDNIGHT = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.mark.parametrize("hours", [0, 0.01, 3, 7.5, 9, 10.6, 12.2, 14, 16.9, 19.5, 22, 23.98])
def test_at_any_hour_some_visits_are_done_one_person_is_there_and_some_are_to_come(hours: float) -> None:
    now = MIDNIGHT + timedelta(hours=hours)
    slots = slots_of_today(7, now, ZONE)

    done = [slot for slot in slots if slot.done_at]
    arrived = [slot for slot in slots if slot.arrives_at and not slot.done_at]
    assert len(done) >= 2
    assert len(arrived) == 1
    assert len(slots) - len(done) >= 3
    for slot in slots:
        assert clock.local(slot.starts_at, ZONE).date() == date(2026, 11, 21)
        happened = [at for at in (slot.arrives_at, slot.done_at) if at]
        assert happened == sorted(happened)
        assert all(MIDNIGHT <= at <= max(now, MIDNIGHT) for at in happened)


def test_at_midday_what_happened_agrees_with_the_clock() -> None:
    now = MIDNIGHT + timedelta(hours=11, minutes=30)
    slots = slots_of_today(7, now, ZONE)

    assert all(slot.starts_at < now for slot in slots if slot.arrives_at)
    assert all(slot.starts_at > now for slot in slots if not slot.arrives_at)


def test_the_times_of_today_lie_apart() -> None:
    starts = [slot.starts_at for slot in slots_of_today(7, MIDNIGHT + timedelta(hours=20), ZONE)]
    gaps = [after - before for before, after in pairwise(starts)]

    assert min(gaps) >= timedelta(minutes=30)


def test_nobody_has_two_appointments_at_once() -> None:
    diary, rng = Diary(), Random(1)
    starts = sorted(diary.free("nora", date(2026, 11, 23), ZONE, rng) for _ in range(12))

    assert all(after - before >= timedelta(minutes=30) for before, after in pairwise(starts))


def test_weekends_and_holidays_are_passed_over() -> None:
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert working_days(date(2026, 11, 20), date(2026, 11, 23)) == [date(2026, 11, 20), date(2026, 11, 23)]
    assert working_days(date(2026, 11, 21), date(2026, 11, 22)) == [date(2026, 11, 21), date(2026, 11, 22)]
    assert not is_working_day(date(2027, 1, 1))
