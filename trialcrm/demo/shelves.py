"""What each study sends to its sites, and who keeps it there."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from typing import Any

from medications.models import Lot, Product
from trialcrm.access.roles import Role
from trialcrm.audit.acts import SystemActor

from .cast import holders
from .days import moment
from .world import BY_NUMBER, World

#: Serves the sites without a pharmacist in the cast.
PHARMACY = SystemActor("central pharmacy")


@dataclass(frozen=True, slots=True)
class Supply:
    """What a study's kits hold: name on the label, form, way, unit, dose, instructions."""

    name: str
    dose_form: str
    route: str
    unit: str
    dose: int
    instructions: str


SUPPLIES = {
    "DEMO-01": Supply(
        "MEM-417 20 mg or placebo",
        "TABLET",
        "ORAL",
        "tablet",
        20,
        "Take one tablet each morning with a glass of water, with or without food. If you forget it, take it the same "
        "day; never take two on one day. Keep all tablets that are left and bring them to your visit.",
    ),
    "DEMO-02": Supply(
        "Knee gel 40 mg",
        "SOLUTION",
        "TOPICAL",
        "sachet",
        40,
        "Spread one sachet on the knee each morning and wash your hands. Bring empty sachets to your visit.",
    ),
    "DEMO-03": Supply(
        "Sleep tablets 5 mg or placebo",
        "TABLET",
        "ORAL",
        "tablet",
        5,
        "Take one tablet half an hour before you go to bed. Do not drive afterwards.",
    ),
}


@dataclass
class Shelf:
    """One site's supply: who keeps it, and its kits."""

    world: World
    number: str
    product: Product
    rng: Random
    lots: list[Lot] = field(default_factory=list)

    @property
    def zone(self) -> str:
        return BY_NUMBER[self.number].zone

    @property
    def today(self) -> date:
        return self.world.today(self.number)

    @property
    def pharmacist(self) -> Any:
        held = holders(Role.PHARM, self.number)
        return self.world.users[held[0].email] if held else PHARMACY

    def at(self, on: date, hour: int) -> datetime:
        return moment(on, time(hour, self.rng.randrange(60)), self.zone)

    def supply(self) -> Supply:
        return SUPPLIES[self.product.study.protocol_id]
