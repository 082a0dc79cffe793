"""The plan of each participant: since when they have taken part, so that today they are where the roster wants them."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from random import Random

from .days import is_working_day
from .life import Fate, Plan, Standing
from .names import Person, known, people
from .protocols import PROTOCOLS
from .roster import FATES, KNOWN_TODAY, Part, known_name, parts
from .standings import first_dose_for
from .world import BY_NUMBER, World

_F = Fate

#: Fates whose next visit is booked; without a number it is the last one.
_NEXT_BOOKED = {_F.STOPPED: "7", _F.FOLLOWED: "", _F.SECOND_TRY: "6"}
#: The last visit before the end came, by its place after baseline; how many days ago it was at least, how many more at
#: most. Whoever was found again was found a few days ago.
_ENDED_AFTER: dict[Fate, tuple[int, int, int]] = {
    _F.WITHDREW: (2, 75, 60), _F.LOST: (3, 75, 60), _F.FOUND: (2, 59, 1), _F.DIED: (4, 75, 60),
    _F.COMPLETED: (-1, 25, 110),
}  # fmt: skip
#: How many days ago consent was, at least, and how many more at most; for screening of 14 days, longer in proportion.
_BEGAN: dict[Fate, tuple[int, int]] = {
    _F.LISTED: (2, 20), _F.FRESH: (1, 3), _F.TESTED_TODAY: (6, 3), _F.OLD: (11, 2), _F.OVER: (15, 4),
    _F.PASSED: (8, 2), _F.FAILED: (18, 200), _F.GAVE_UP: (20, 180), _F.RESCREENED: (29, 5), _F.FAILED_TWICE: (90, 90),
    _F.LEFT_EARLY: (40, 100), _F.ELIGIBLE: (12, 2), _F.ALLOCATED: (14, 3), _F.FIRST_DOSE_TODAY: (14, 3),
}  # fmt: skip
#: How many days before the first dose consent was at least; two more at most.
_SCREENED, _SCREENED_TWICE = 12, 33


def plans(world: World) -> Iterator[Plan]:
    """Everybody's plan, the same each time for the same day."""
    numbers, taken = count(1), {" ".join(name) for name in KNOWN_TODAY.values()}
    for site in FATES:
        planner = _Planner(site, world.today(site))
        strangers = planner.strangers(taken)
        for part in parts(site):
            yield planner.plan(next(numbers), part, planner.known(part) or next(strangers))


class _Planner:
    """Makes the plans of one site."""

    def __init__(self, site: str, today: date) -> None:
        self.site, self.today = site, today
        self.place, self.protocol = BY_NUMBER[site], PROTOCOLS[BY_NUMBER[site].study]
        self.rng = Random(site)  # noqa: S311 - chance shall be the same each time

    def strangers(self, taken: set[str]) -> Iterator[Person]:
        return people(self.place.country, self.protocol.ages, self.rng, taken)

    def known(self, part: Part) -> Person | None:
        name = known_name(self.site, part)
        return known(*name, self.place.country, 71) if name else None

    def plan(self, number: int, part: Part, person: Person) -> Plan:
        standing, visit = part.standing, part.visit
        if part.fate in _NEXT_BOOKED:
            standing, visit = Standing.BOOKED, _NEXT_BOOKED[part.fate] or self.protocol.last
        until = self.protocol.after_baseline()[_ENDED_AFTER[part.fate][0]] if part.fate in _ENDED_AFTER else ""
        dosed_on = self._dosed_on(part.fate, standing, visit, until)
        return Plan(
            number=number,
            site=self.site,
            fate=part.fate,
            person=person,
            began_on=self._began_on(part.fate, dosed_on),
            first_dose_on=dosed_on,
            visit=visit,
            standing=standing,
            until=until,
            slot=part.slot,
        )

    def _dosed_on(self, fate: Fate, standing: Standing | None, visit: str, until: str) -> date | None:
        if until:
            _place, least, more = _ENDED_AFTER[fate]
            return self._day_ago(self.protocol.days_from_first_dose(until) + least, more)
        if fate in _BEGAN or standing is None:
            return None
        return first_dose_for(self.protocol, visit, standing, self.today, self.rng)

    def _began_on(self, fate: Fate, dosed_on: date | None) -> date:
        if dosed_on:
            before = _SCREENED_TWICE if fate == Fate.SECOND_TRY else _SCREENED
            return self._day_ago((self.today - dosed_on).days + before, 2)
        least, more = _BEGAN[fate]
        return self._day_ago(round(least * self.protocol.max_screening_days / 14), more)

    def _day_ago(self, least: int, more: int) -> date:
        """A working day so many days ago, or up to some more, where there is one."""
        days = [self.today - timedelta(days=ago) for ago in range(least, least + more + 1)]
        return self.rng.choice([day for day in days if is_working_day(day)] or days)
