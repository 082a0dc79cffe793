"""The adverse events of each participant: rows that assess one event again put together."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from trialcrm.cdisc.domain.sdtm.ae import EVENTS, EventRow
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.cdisc.domain.visits import anchors
from trialcrm.core.partial_dates import PartialDate

_NUMBER = re.compile(r"E?0*(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one participant: its number and its rows, in the order in which they were assessed."""

    usubjid: str
    number: int
    rows: tuple[EventRow, ...]

    @property
    def first(self) -> EventRow:
        return self.rows[0]

    @property
    def last(self) -> EventRow:
        """The row that says how the event stands; an earlier one may have been filled in afterwards."""
        return self.rows[-1]


def events(tabulations: Tabulations) -> list[Event]:
    """Every event, participant by participant, in the order of their numbers.

    Rows with the same sponsor's id are one event. The number is the one in that id, if each of the participant's has
    one of its own, else the order of the rows.
    """
    grouped: dict[str, dict[str, list[EventRow]]] = defaultdict(lambda: defaultdict(list))
    for row in tabulations[EVENTS]:
        grouped[row.usubjid][row.event or f"row {row.seq}"].append(row)
    return [event for usubjid, found in grouped.items() for event in _events_of_one(usubjid, found)]


def _events_of_one(usubjid: str, found: dict[str, list[EventRow]]) -> list[Event]:
    numbers = {name: int(match[1]) for name in found if (match := _NUMBER.fullmatch(name)) and int(match[1])}
    if len(set(numbers.values())) != len(found):
        numbers = {name: place for place, name in enumerate(found, 1)}
    made = [Event(usubjid, numbers[name], tuple(sorted(rows, key=_when))) for name, rows in found.items()]
    return sorted(made, key=lambda event: event.number)


def _when(row: EventRow) -> tuple[date, int]:
    return (row.collected.lower if row.collected else date.max, row.seq)


def known_on(row: EventRow) -> PartialDate | None:
    """When the row was written down; when the event began, where that is not recorded."""
    return row.collected or row.started


def first_doses(tabulations: Tabulations) -> dict[str, date | None]:
    """The day of the first dose of each participant."""
    return {usubjid: starts.first_dose for usubjid, starts in anchors(tabulations).items()}
