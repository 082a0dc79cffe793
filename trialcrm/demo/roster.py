"""Who takes part in the demo: how many at each site got how far, and whose next visit stands how."""

from dataclasses import dataclass

from .life import Fate, Standing
from .protocols import PROTOCOLS
from .world import BY_NUMBER

_F, _S = Fate, Standing

#: How many people at each site have which fate; those whose next visit stands in a certain way follow below.
FATES: dict[str, dict[Fate, int]] = {
    "701": {
        _F.LISTED: 2, _F.FRESH: 2, _F.OLD: 1, _F.OVER: 1, _F.PASSED: 1, _F.FAILED: 6,
        _F.GAVE_UP: 1, _F.RESCREENED: 1, _F.FAILED_TWICE: 1, _F.LEFT_EARLY: 1, _F.ELIGIBLE: 1, _F.ALLOCATED: 1,
        _F.SECOND_TRY: 1, _F.STOPPED: 1, _F.FOLLOWED: 1, _F.COMPLETED: 1, _F.WITHDREW: 1, _F.LOST: 1, _F.DIED: 1,
    },
    "702": {
        _F.LISTED: 1, _F.FRESH: 2, _F.OLD: 1, _F.OVER: 1, _F.PASSED: 1, _F.FAILED: 4, _F.GAVE_UP: 1, _F.RESCREENED: 1,
        _F.ELIGIBLE: 1, _F.ALLOCATED: 1, _F.STOPPED: 1, _F.COMPLETED: 1, _F.WITHDREW: 1, _F.FOUND: 1,
    },
    "703": {
        _F.LISTED: 1, _F.FRESH: 2, _F.OLD: 1, _F.FAILED: 3, _F.GAVE_UP: 1, _F.ELIGIBLE: 1, _F.ALLOCATED: 1,
        _F.SECOND_TRY: 1, _F.FOLLOWED: 1, _F.COMPLETED: 1, _F.WITHDREW: 1, _F.DIED: 1, _F.LEFT_EARLY: 1,
    },
    "801": {
        _F.LISTED: 1, _F.FRESH: 2, _F.OLD: 1, _F.OVER: 1, _F.PASSED: 1, _F.FAILED: 4, _F.RESCREENED: 1, _F.ELIGIBLE: 1,
        _F.ALLOCATED: 2, _F.STOPPED: 1, _F.COMPLETED: 1, _F.WITHDREW: 1,
    },
    "802": {
        _F.LISTED: 1, _F.FRESH: 2, _F.OLD: 1, _F.FAILED: 2, _F.GAVE_UP: 1, _F.ELIGIBLE: 1, _F.ALLOCATED: 1,
        _F.FOLLOWED: 1, _F.COMPLETED: 2, _F.LOST: 1,
    },
}  # fmt: skip

#: The number of the visit that is next, by how it stands; those of today in the order of the day.
NEXT_VISITS: dict[str, dict[Standing, str]] = {
    "701": {
        _S.TODAY: "7 2 6 4 5 3 7.1", _S.SOON: "6 9", _S.OPEN: "5 6", _S.CLOSING: "6 5 7", _S.CLOSING_BOOKED: "6",
        _S.OVERDUE: "6 5", _S.NO_SHOW: "5", _S.BOOKED: "10 6", _S.TOMORROW: "4", _S.OUTSIDE: "5", _S.MOVED: "6",
    },
    "702": {
        _S.TODAY: "5 6 8", _S.SOON: "7", _S.OPEN: "6", _S.CLOSING: "6", _S.OVERDUE: "5", _S.NO_SHOW: "4",
        _S.BOOKED: "9 6", _S.OUTSIDE: "6",
    },
    "703": {
        _S.TODAY: "4 7 6", _S.SOON: "6", _S.CLOSING: "5", _S.OVERDUE: "6", _S.BOOKED: "9 6.1", _S.MOVED: "8",
    },
    "801": {
        _S.TODAY: "4 6 5", _S.SOON: "8", _S.OPEN: "5", _S.CLOSING: "4", _S.OVERDUE: "6", _S.BOOKED: "5.1 5",
        _S.TOMORROW: "3",
    },
    "802": {_S.TODAY: "4 8", _S.SOON: "7", _S.CLOSING: "7", _S.NO_SHOW: "5", _S.BOOKED: "8", _S.MOVED: "7"},
}  # fmt: skip

#: Who comes to site 701 today, by the number of their visit.
KNOWN_TODAY = {
    "7": ("Ada", "Whitfield"),
    "2": ("Omar", "Haddad"),
    "6": ("Grace", "Okafor"),
    "3": ("Ivo", "Marek"),
    "7.1": ("Lucía", "Prieto"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody is to show: a fate, and where a visit stands, that visit and its place in today's order."""

    fate: Fate
    standing: Standing | None = None
    visit: str = ""
    slot: int = 0


def parts(site: str) -> list[Part]:
    """All parts at a site."""
    visits = [
        Part(_fate_with(site, number), standing, number, slot)
        for standing, numbers in NEXT_VISITS[site].items()
        for slot, number in enumerate(numbers.split())
    ]
    return visits + [Part(fate) for fate, count in FATES[site].items() for _ in range(count)]


def _fate_with(site: str, number: str) -> Fate:
    protocol = PROTOCOLS[BY_NUMBER[site].study]
    if number in protocol.in_screening():
        return Fate.TESTED_TODAY
    return Fate.FIRST_DOSE_TODAY if number == protocol.baseline else Fate.TREATED


def known_name(site: str, part: Part) -> tuple[str, str] | None:
    """The given and family name of somebody whom the cast and the pictures know."""
    if (site, part.standing) != ("701", Standing.TODAY):
        return None
    return KNOWN_TODAY.get(part.visit)
