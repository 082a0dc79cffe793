"""How the visit that is next for somebody stands today, and the first dose from which that follows."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from subjects import services
from subjects.domain.visits import VisitKind

from . import words
from .clockwork import Story
from .days import is_working_day, next_working_day, working_days
from .life import Life, Standing
from .protocols import Protocol
from .visits import book, done, move, window_of

_DAY = timedelta(days=1)

#: Which edge of the window lies how many days from today.
_EDGES = {
    Standing.TODAY: ("target", range(-2, 3)),
    Standing.SOON: ("opens", range(2, 7)),
    Standing.OPEN: ("closes", range(4, 7)),
    Standing.CLOSING: ("closes", range(4)),
    Standing.CLOSING_BOOKED: ("closes", range(2, 4)),
    Standing.OVERDUE: ("closes", range(-7, 0)),
    Standing.NO_SHOW: ("closes", range(-4, 1)),
    Standing.BOOKED: ("target", range(3, 7)),
    Standing.TOMORROW: ("target", range(4)),
    Standing.OUTSIDE: ("closes", range(1, 4)),
    Standing.MOVED: ("target", range(2, 6)),
}


def first_dose_for(protocol: Protocol, number: str, standing: Standing, today: date, rng: Random) -> date:
    """The day of the first dose that brings a visit to stand so today; a weekday where one does."""
    visit = protocol.visit(number)
    edge, distances = _EDGES[standing]
    to_target = {"opens": visit.before, "target": 0, "closes": -visit.after}[edge]
    after_first_dose = protocol.days_from_first_dose(number)
    days = [today + timedelta(days=distance + to_target - after_first_dose) for distance in distances]
    return rng.choice([day for day in days if is_working_day(day)] or days)


def stand(life: Life) -> Story:
    """Bring the next visit to where it stands; without a standing it is left as planned."""
    if life.plan.standing:
        yield from _ACTS[life.plan.standing](life)


def come_today(life: Life) -> Story:
    """Booked for today; done, arrived or still to come."""
    slot = life.world.slots[life.plan.site][life.plan.slot]
    visit = life.visit(life.plan.visit)
    book(life, visit, life.today, at=slot.starts_at)
    if slot.arrives_at and visit.kind != VisitKind.PHONE:
        yield slot.arrives_at
        services.start_visit(by=life.team.coordinator, visit=visit)
    if slot.done_at:
        yield slot.done_at
        yield from done(life, visit)


def _nothing(life: Life) -> Story:
    yield life.later(1)


def _booked_in(life: Life, days: Callable[[date, date], tuple[date, date]], why_outside: str = "") -> Story:
    """Booked for one of the weekdays that follow from the first and last day of the window."""
    visit = life.visit(life.plan.visit)
    window = window_of(visit)
    yield life.later(5)
    first, last = days(window.opens, window.closes)
    first = max(first, life.on + _DAY)
    book(life, visit, life.rng.choice(working_days(first, max(first, last))), why_outside)


def _booked(life: Life) -> Story:
    yield from _booked_in(life, lambda opens, closes: (max(opens, life.today + _DAY), closes))


def _tomorrow(life: Life) -> Story:
    following = next_working_day(life.today + _DAY)
    yield from _booked_in(life, lambda opens, closes: (following, following))


def _no_show(life: Life) -> Story:
    yield from _booked_in(life, lambda opens, closes: (opens, min(closes, life.today - _DAY)))


def _outside(life: Life) -> Story:
    why = life.rng.choice(words.LATE)
    yield from _booked_in(life, lambda opens, closes: (closes + 2 * _DAY, closes + 4 * _DAY), why)


def _moved(life: Life) -> Story:
    yield from _booked(life)
    visit = life.visit(life.plan.visit)
    yield life.at(life.today - _DAY, 16)
    first = life.today + _DAY
    move(life, visit, life.rng.choice(working_days(first, max(first, window_of(visit).closes))))


_ACTS: dict[Standing, Callable[[Life], Story]] = {
    Standing.TODAY: come_today,
    Standing.SOON: _nothing,
    Standing.OPEN: _nothing,
    Standing.CLOSING: _nothing,
    Standing.CLOSING_BOOKED: _booked,
    Standing.OVERDUE: _nothing,
    Standing.NO_SHOW: _no_show,
    Standing.BOOKED: _booked,
    Standing.TOMORROW: _tomorrow,
    Standing.OUTSIDE: _outside,
    Standing.MOVED: _moved,
}
