"""One participant of the demo: what is planned for them, and how the stories speak of them."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random

from subjects.domain.studies import Blinding
from subjects.models import EligibilityCriterion, Screening, Site, Subject, Visit
from trialcrm.core import clock

from .days import moment
from .names import Person
from .protocols import PROTOCOLS, Protocol
from .world import BY_NUMBER, Place, Team, World

_LATELY = timedelta(days=60)


class Fate(StrEnum):
    """How far somebody got by today."""

    LISTED = "on the pre-screening list"
    FRESH = "in screening for a few days"
    TESTED_TODAY = "in screening, with a visit today"
    OLD = "in screening, most days used"
    OVER = "in screening for longer than allowed"
    PASSED = "passed, not yet confirmed"
    FAILED = "criteria not met"
    GAVE_UP = "screening not finished"
    RESCREENED = "failed, now in another attempt"
    FAILED_TWICE = "failed again"
    LEFT_EARLY = "withdrew while in screening"
    ELIGIBLE = "confirmed, waits for randomisation"
    ALLOCATED = "randomised or enrolled, no dose yet"
    FIRST_DOSE_TODAY = "randomised, comes today for the first dose"
    TREATED = "on treatment"
    SECOND_TRY = "on treatment after a second attempt"
    STOPPED = "treatment stopped, still followed"
    FOLLOWED = "in follow-up"
    COMPLETED = "finished the study"
    WITHDREW = "withdrew during treatment"
    LOST = "lost to follow-up"
    FOUND = "lost, then found again"
    DIED = "died"


class Standing(StrEnum):
    """How the visit stands that is next for somebody."""

    TODAY = "booked for today"
    SOON = "window opens soon, not booked"
    OPEN = "window open, not booked"
    CLOSING = "window closes within days, not booked"
    CLOSING_BOOKED = "window closes within days, booked"
    OVERDUE = "window over, never booked"
    NO_SHOW = "booked, did not come, nothing recorded"
    BOOKED = "booked"
    TOMORROW = "booked for the next working day"
    OUTSIDE = "booked after its window"
    MOVED = "moved to another day"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a participant before their story begins.

    `began_on` is the day of consent, or of being listed; `visit` the one that is next now and stands as `standing`
    says, at the `slot`-th time of today; `until` the last visit before participation ended.
    """

    number: int
    site: str
    fate: Fate
    person: Person
    began_on: date
    first_dose_on: date | None = None
    visit: str = ""
    standing: Standing | None = None
    until: str = ""
    slot: int = 0


@dataclass
class Life:
    world: World
    plan: Plan
    rng: Random = field(init=False)
    subject: Subject = field(init=False)
    consent_label: str = ""
    noted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        # Chance shall be the same each time the demo is built.
        self.rng = Random(f"{self.plan.site}/{self.plan.number}")  # noqa: S311

    @property
    def place(self) -> Place:
        return BY_NUMBER[self.plan.site]

    @property
    def protocol(self) -> Protocol:
        return PROTOCOLS[self.place.study]

    @property
    def is_open_label(self) -> bool:
        return bool(self.protocol.facts["blinding"] == Blinding.OPEN)

    @property
    def site(self) -> Site:
        return self.world.sites[self.plan.site]

    @property
    def criteria(self) -> list[EligibilityCriterion]:
        return self.world.criteria[self.place.study]

    @property
    def team(self) -> Team:
        return self.world.team(self.plan.site)

    @property
    def today(self) -> date:
        """The real day at the site, up to which stories are told."""
        return self.world.today(self.plan.site)

    @property
    def on(self) -> date:
        """The day at the site at which the story is now."""
        return clock.today(self.place.zone)

    def at(self, on: date, hour: int, minute: int | None = None) -> datetime:
        """A moment of a day at the site; any minute of the hour where none is given."""
        return moment(on, time(hour, self.rng.randrange(60) if minute is None else minute), self.place.zone)

    def later(self, minutes: int) -> datetime:
        return clock.now() + timedelta(minutes=minutes)

    def chance(self, percent: float) -> bool:
        return self.rng.random() * 100 < percent

    def was_walk_in(self, on: date) -> bool:
        """Whether a visit of that day took place without an appointment in the portal; long ago nearly half did."""
        return self.chance(45 if on < self.today - _LATELY else 4)

    def visit(self, number: str) -> Visit:
        return self.subject.visits.get(visit_num=Decimal(number))

    def attempt(self) -> Screening:
        return self.subject.screenings.get(is_current=True)
