"""Who lives which life: how many at each site got how far, and whose next visit stands how."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from random import Random

from . import screening, treatment
from .clockwork import Story
from .days import is_weekday
from .life import Fate, Life, Plan, Standing
from .names import Person, known, people
from .protocols import PROTOCOLS, Protocol
from .standings import first_dose_for, stand
from .world import BY_NUMBER, World

_F, _S = Fate, Standing

#: How many people at each site have which fate; those on treatment follow below.
FATES: dict[str, dict[Fate, int]] = {
    "701": {
        _F.LISTED: 2, _F.FRESH: 2, _F.TESTED_TODAY: 1, _F.OLD: 1, _F.OVER: 1, _F.PASSED: 1, _F.FAILED: 5,
        _F.GAVE_UP: 1, _F.RESCREENED: 1, _F.FAILED_TWICE: 1, _F.LEFT_EARLY: 1, _F.ELIGIBLE: 1, _F.ALLOCATED: 1,
        _F.SECOND_TRY: 1, _F.STOPPED: 1, _F.FOLLOWED: 1, _F.COMPLETED: 3, _F.WITHDREW: 1, _F.LOST: 1, _F.DIED: 1,
    },
    "702": {
        _F.LISTED: 1, _F.FRESH: 2, _F.OLD: 1, _F.OVER: 1, _F.PASSED: 1, _F.FAILED: 3, _F.GAVE_UP: 1, _F.RESCREENED: 1,
        _F.ELIGIBLE: 1, _F.ALLOCATED: 1, _F.STOPPED: 1, _F.FOLLOWED: 1, _F.COMPLETED: 2, _F.WITHDREW: 1, _F.FOUND: 1,
    },
    "703": {
        _F.LISTED: 1, _F.FRESH: 2, _F.OLD: 1, _F.FAILED: 3, _F.GAVE_UP: 1, _F.ELIGIBLE: 1, _F.ALLOCATED: 1,
        _F.SECOND_TRY: 1, _F.FOLLOWED: 1, _F.COMPLETED: 1, _F.WITHDREW: 1, _F.DIED: 1,
    },
    "801": {
        _F.LISTED: 1, _F.FRESH: 2, _F.OLD: 1, _F.OVER: 1, _F.PASSED: 1, _F.FAILED: 3, _F.RESCREENED: 1, _F.ELIGIBLE: 1,
        _F.ALLOCATED: 2, _F.STOPPED: 1, _F.COMPLETED: 2, _F.WITHDREW: 1,
    },
    "802": {
        _F.LISTED: 1, _F.FRESH: 2, _F.OLD: 1, _F.FAILED: 2, _F.GAVE_UP: 1, _F.ELIGIBLE: 1, _F.ALLOCATED: 1,
        _F.FOLLOWED: 1, _F.COMPLETED: 2, _F.LOST: 1,
    },
}  # fmt: skip

#: Those on treatment: the number of the visit that is next, by how it stands.
NEXT_VISITS: dict[str, dict[Standing, str]] = {
    "701": {
        _S.TODAY: "7 6 4 5 8 7.1", _S.SOON: "6 9", _S.OPEN: "5 6", _S.CLOSING: "6 5 7", _S.CLOSING_BOOKED: "6",
        _S.OVERDUE: "6 5", _S.NO_SHOW: "5", _S.BOOKED: "10 6", _S.TOMORROW: "4", _S.OUTSIDE: "5", _S.MOVED: "6",
    },
    "702": {
        _S.TODAY: "5 6 8", _S.SOON: "7", _S.OPEN: "6", _S.CLOSING: "6", _S.OVERDUE: "5", _S.NO_SHOW: "4",
        _S.BOOKED: "9 5", _S.OUTSIDE: "6",
    },
    "703": {
        _S.TODAY: "4 7 6", _S.SOON: "6", _S.CLOSING: "5", _S.OVERDUE: "6", _S.BOOKED: "5 6.1", _S.MOVED: "8",
    },
    "801": {
        _S.TODAY: "4 6 5", _S.SOON: "8", _S.OPEN: "5", _S.CLOSING: "4", _S.OVERDUE: "6", _S.BOOKED: "5.1 5",
        _S.TOMORROW: "3",
    },
    "802": {_S.TODAY: "4 8", _S.SOON: "6", _S.CLOSING: "7", _S.NO_SHOW: "5", _S.BOOKED: "8", _S.MOVED: "7"},
}  # fmt: skip

#: Who comes to site 701 today, in the order of the day; the second one is in screening.
_KNOWN_TODAY = {
    "7": ("Ada", "Whitfield"), "6": ("Grace", "Okafor"), "4": ("Ivo", "Marek"), "7.1": ("Lucía", "Prieto")
}  # fmt: skip
_KNOWN_IN_SCREENING = ("Omar", "Haddad")

Stage = Callable[[Life], Story]
_INTO = (screening.consented, screening.tested)
_IN = (*_INTO, screening.passed, screening.confirmed)
_AGAIN = (*_INTO, screening.failed, screening.tried_again, screening.waited_for_results)
_ON = (*_IN, treatment.allocated, treatment.dosed)
_TO_FOLLOW_UP = (*_ON, treatment.seen_to_the_end_of_treatment, treatment.followed)

STAGES: dict[Fate, tuple[Stage, ...]] = {
    _F.LISTED: (screening.listed,),
    _F.FRESH: (*_INTO, screening.answered),
    _F.TESTED_TODAY: (screening.consented, screening.tested_today),
    _F.OLD: (*_INTO, screening.answered),
    _F.OVER: (*_INTO, screening.answered),
    _F.PASSED: (*_INTO, screening.passed),
    _F.FAILED: (*_INTO, screening.failed),
    _F.GAVE_UP: (screening.consented, screening.gave_up),
    _F.RESCREENED: (*_INTO, screening.failed, screening.tried_again),
    _F.FAILED_TWICE: (*_AGAIN, screening.failed),
    _F.LEFT_EARLY: (screening.consented, screening.left_early),
    _F.ELIGIBLE: _IN,
    _F.ALLOCATED: (*_IN, treatment.allocated),
    _F.TREATED: (*_ON, treatment.seen, stand),
    _F.SECOND_TRY: (
        *_AGAIN, screening.passed, screening.confirmed, treatment.allocated, treatment.dosed, treatment.seen, stand,
    ),
    _F.STOPPED: (*_ON, treatment.seen, treatment.stopped, stand),
    _F.FOLLOWED: (*_TO_FOLLOW_UP, stand),
    _F.COMPLETED: (*_TO_FOLLOW_UP, treatment.completed),
    _F.WITHDREW: (*_ON, treatment.seen, treatment.withdrew),
    _F.LOST: (*_ON, treatment.seen, treatment.lost),
    _F.FOUND: (*_ON, treatment.seen, treatment.lost, treatment.found),
    _F.DIED: (*_ON, treatment.seen, treatment.died),
}  # fmt: skip


def lives(world: World) -> Iterator[Story]:
    """The stories of all participants."""
    for plan in _plans(world):
        yield _story(Life(world, plan))


def _story(life: Life) -> Story:
    for stage in STAGES[life.plan.fate]:
        yield from stage(life)


def _plans(world: World) -> Iterator[Plan]:
    numbers, taken = count(1), {" ".join(name) for name in (*_KNOWN_TODAY.values(), _KNOWN_IN_SCREENING)}
    for site in FATES:
        rng = Random(site)  # noqa: S311 - the same people each time
        protocol, place = PROTOCOLS[BY_NUMBER[site].study], BY_NUMBER[site]
        strangers = people(place.country, protocol.ages, rng, taken)
        make = _Maker(site, protocol, world.today(site), rng)
        for fate, standing, visit in _wanted(site):
            person = _known(site, fate, standing, visit) or next(strangers)
            yield make.plan(next(numbers), person, fate, standing, visit)


def _wanted(site: str) -> Iterator[tuple[Fate, Standing | None, str]]:
    today, *others = NEXT_VISITS[site].items()
    queue = [(Fate.TREATED, standing, number) for standing, numbers in (today, *others) for number in numbers.split()]
    if Fate.TESTED_TODAY in FATES[site]:
        queue.insert(1, (Fate.TESTED_TODAY, Standing.TODAY, "2"))
    yield from queue
    for fate, people_ in FATES[site].items():
        if fate != Fate.TESTED_TODAY:
            yield from [(fate, None, "")] * people_


def _known(site: str, fate: Fate, standing: Standing | None, visit: str) -> Person | None:
    if site != "701" or standing != Standing.TODAY:
        return None
    name = _KNOWN_IN_SCREENING if fate == Fate.TESTED_TODAY else _KNOWN_TODAY.get(visit)
    return known(*name, "USA", 71) if name else None


class _Maker:
    """Makes the plans of one site."""

    def __init__(self, site: str, protocol: Protocol, today: date, rng: Random) -> None:
        self.site, self.protocol, self.today, self.rng = site, protocol, today, rng

    def plan(self, number: int, person: Person, fate: Fate, standing: Standing | None, visit: str) -> Plan:
        until = ""
        if fate in _NEXT_BOOKED:
            standing, visit = Standing.BOOKED, _NEXT_BOOKED[fate] or self.protocol.last
        if fate in _ENDED_AFTER:
            until = self._treatment_visit(_ENDED_AFTER[fate])
        dosed_on = self._dosed_on(fate, standing, visit, until)
        began_on = self._began_on(fate, dosed_on)
        return Plan(number, self.site, fate, person, began_on, dosed_on, visit, standing, until)

    def _treatment_visit(self, position: int) -> str:
        return self.protocol.after_baseline()[position]

    def _dosed_on(self, fate: Fate, standing: Standing | None, visit: str, until: str) -> date | None:
        if standing and fate != Fate.TESTED_TODAY:
            return first_dose_for(self.protocol, visit, standing, self.today, self.rng)
        last = until or (self.protocol.last if fate == Fate.COMPLETED else "")
        return self._weekday_ago(self.protocol.days_from_first_dose(last) + 75, 60) if last else None

    def _began_on(self, fate: Fate, dosed_on: date | None) -> date:
        if dosed_on:
            before = 33 if fate == Fate.SECOND_TRY else 12
            return self._weekday(dosed_on - timedelta(days=before + 2), 2)
        earliest, days = _BEGAN[fate]
        share = self.protocol.max_screening_days / 14
        return self._weekday_ago(round(earliest * share), days)

    def _weekday_ago(self, days: int, spread: int) -> date:
        return self._weekday(self.today - timedelta(days=days + spread), spread)

    def _weekday(self, first: date, spread: int) -> date:
        """A weekday from the first day on, within so many days where there is one."""
        days = [first + timedelta(days=ahead) for ahead in range(spread + 1)]
        return self.rng.choice([day for day in days if is_weekday(day)] or days)


#: Fates whose next visit is booked; without a number it is the last one.
_NEXT_BOOKED = {Fate.STOPPED: "6", Fate.FOLLOWED: "", Fate.SECOND_TRY: "6"}
#: The last visit before the end came, by its place after baseline.
_ENDED_AFTER = {Fate.WITHDREW: 2, Fate.LOST: 3, Fate.FOUND: 2, Fate.DIED: 4}
#: How many days ago consent was, at least, and how many more at most; for screening of 14 days, longer in proportion.
_BEGAN: dict[Fate, tuple[int, int]] = {
    _F.LISTED: (2, 20), _F.FRESH: (1, 3), _F.TESTED_TODAY: (6, 3), _F.OLD: (11, 2), _F.OVER: (15, 4),
    _F.PASSED: (8, 2), _F.FAILED: (18, 200), _F.GAVE_UP: (20, 180), _F.RESCREENED: (29, 5), _F.FAILED_TWICE: (90, 90),
    _F.LEFT_EARLY: (40, 100), _F.ELIGIBLE: (12, 2), _F.ALLOCATED: (14, 3),
}  # fmt: skip
