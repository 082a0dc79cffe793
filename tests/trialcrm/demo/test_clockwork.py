"""Stories in turns, at whatever hour and on whichever side of a change of clocks the demo is built."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from trialcrm.core import clock
from trialcrm.demo import clockwork
from trialcrm.demo.clockwork import Story, in_turns, play
from trialcrm.demo.days import moment, next_working_day
from trialcrm.demo.world import BY_NUMBER, PLACES, World

#: Before and after clocks change in the USA (8 March, 1 November), Europe (29 March, 25 October) and Australia
#: (5 April, 4 October), and a day far from all of them.
DAYS = ("2026-03-08", "2026-03-09", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2026-11-22")
HOURS = (0, 4, 6, 9, 14, 23)
NOWS = [datetime.fromisoformat(f"{day}T{hour:02}:30:00+00:00") for day in DAYS for hour in HOURS]
Tell = Callable[[], None]


@pytest.fixture
def told() -> list[datetime]:
    return []


def visits(zone: str, today: date, tell: Tell) -> Story:
    """A visit each week at ten, told again a few minutes after and on the next working day."""
    for week in range(8, -1, -1):
        yield moment(next_working_day(today - timedelta(weeks=week)), time(10, 30), zone)
        tell()
        yield clock.now() + timedelta(minutes=40)
        tell()
        yield moment(next_working_day(clock.today(zone) + timedelta(days=1)), time(9), zone)
        tell()


def nights(zone: str, today: date, tell: Tell) -> Story:
    """Every night at the hours at which clocks change."""
    for ago in range(13, -1, -1):
        for hour in (0, 1, 2, 3):
            yield moment(today - timedelta(days=ago), time(hour, 30), zone)
            tell()


@pytest.mark.parametrize("now", NOWS, ids=str)
def test_everything_happens_in_the_order_of_time_up_to_now(now: datetime, told: list[datetime]) -> None:
    def tell() -> None:
        told.append(clock.now())

    def together(zone: str) -> Story:
        """As each site tells of its participants."""
        today = clock.local(now, zone).date()
        yield now - timedelta(days=80)
        yield from in_turns([visits(zone, today, tell), nights(zone, today, tell)], now)

    zones = sorted({place.zone for place in PLACES})
    play(
        [story for zone in zones for story in (together(zone), visits(zone, clock.local(now, zone).date(), tell))], now
    )

    assert len(told) > 250
    assert all(earlier <= later for earlier, later in pairwise(told))
    assert told[-1] <= now


@pytest.mark.parametrize("now", NOWS, ids=str)
def test_the_days_of_sites_are_those_of_their_calendars(now: datetime) -> None:
    world = World(now)
    for number, place in BY_NUMBER.items():
        slots = [slot.starts_at for slot in world.slots[number]]
        assert {clock.local(start, place.zone).date() for start in slots} <= {world.today(number)}
        assert slots == sorted(slots)


def test_only_the_clockwork_holds_the_clock() -> None:
    """A story that sets the clock by itself tells what happened before something that was told already."""
    folder = Path(clockwork.__file__).parent
    holding = [path.name for path in folder.rglob("*.py") if "clock.frozen(" in path.read_text()]

    assert holding == ["clockwork.py"]
