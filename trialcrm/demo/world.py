"""What all stories of the demo share: its people, sites and documents, and who is free when."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from subjects.models import ConsentVersion, EligibilityCriterion, Site
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.users.models import User

from .cast import LONDON, NEW_YORK, SYDNEY, holders
from .days import Diary, Slot, slots_of_today


@dataclass(frozen=True, slots=True)
class Place:
    """A site of a study, and the institution where it is; how many visits it has today."""

    study: str
    number: str
    institution: str
    city: str
    country: str
    zone: str
    planned: int
    visits_today: int = 0


PLACES = (
    Place("DEMO-01", "701", "Riverside Clinic", "Rochester", "USA", NEW_YORK, 48, 7),
    Place("DEMO-01", "702", "Hollin Park Infirmary", "Leeds", "GBR", LONDON, 40, 3),
    Place("DEMO-01", "703", "Banksia Hospital", "Newcastle", "AUS", SYDNEY, 32, 3),
    Place("DEMO-02", "801", "Lakeview Joint Centre", "Buffalo", "USA", NEW_YORK, 45, 3),
    Place("DEMO-02", "802", "Severnside Hospital", "Bristol", "GBR", LONDON, 35, 2),
    Place("DEMO-03", "901", "Severnside Hospital", "Bristol", "GBR", LONDON, 40),
)
BY_NUMBER = {place.number: place for place in PLACES}


@dataclass(frozen=True, slots=True)
class Team:
    """Who acts at a site."""

    coordinator: User
    investigator: User
    physician: User


@dataclass
class World:
    """Built up by the founding of the studies, used by the lives of their participants."""

    now: datetime
    users: dict[str, User] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    versions: dict[str, list[ConsentVersion]] = field(default_factory=dict)
    criteria: dict[str, list[EligibilityCriterion]] = field(default_factory=dict)
    allocated: Counter[str] = field(default_factory=Counter)
    diary: Diary = field(default_factory=Diary)
    slots: dict[str, list[Slot]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in PLACES:
            slots = slots_of_today(place.visits_today, self.now, place.zone)
            for slot in slots:
                self.diary.take(f"coordinator {place.number}", slot.starts_at)
            self.slots[place.number] = slots

    def today(self, site: str) -> date:
        """Today's date at a site."""
        return clock.local(self.now, BY_NUMBER[site].zone).date()

    def team(self, site: str) -> Team:
        coordinator, investigator = (holders(role, site)[0] for role in (Role.CRC, Role.PI))
        physician = [*holders(Role.SUBI, site), investigator][0]
        return Team(*(self.users[who.email] for who in (coordinator, investigator, physician)))

    def version_in_force(self, study: str, on: date) -> ConsentVersion:
        return next(
            item for item in reversed(self.versions[study]) if item.effective_from and item.effective_from <= on
        )
