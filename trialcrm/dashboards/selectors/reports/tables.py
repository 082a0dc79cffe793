"""The numbers of the report as tables for a file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import doses, harms, progress, visits
from .people import people_of, title_of
from .place import Place
from .records import note_export

Lines = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    header: list[str]
    lines: Lines


def _enrolment(place: Place) -> tuple[list[str], Lines]:
    months = progress.enrolment(people_of(place)).months
    return ["month", "enrolled", "enrolled_in_all"], [[item.label, item.count, item.total] for item in months]


def _funnel(place: Place) -> tuple[list[str], Lines]:
    return ["step", "people"], [[bar.label, bar.value] for bar in progress.funnel(people_of(place))]


def _flow(place: Place) -> tuple[list[str], Lines]:
    return ["box", "people"], [[label, count] for label, count, _url in progress.consort(people_of(place)).rows]


def _visits(place: Place) -> tuple[list[str], Lines]:
    found = visits.windows(place)
    rows = [*found.rows, found.total]
    return ["visit_num", "visit", *visits.STANDS], [[row.number, row.name, *_counts(row.cells)] for row in rows]


def _events(place: Place) -> tuple[list[str], Lines]:
    found = harms.events(place)
    return ["severity", "events", "serious", "not_serious", "people"], [
        [row.label, *_counts(row.cells), row.people] for row in (found.rows if found else [])
    ]


def _adherence(place: Place) -> tuple[list[str], Lines]:
    found = doses.adherence(place)
    return ["band", "people"], [[bar.label, bar.value] for bar in found.bars] if found else []


def _sites(place: Place) -> tuple[list[str], Lines]:
    header = ["site", "planned", *(title_of(key) for key in progress.SITE_COLUMNS)]
    rows = progress.by_site(people_of(place))
    return header, [
        [row["site"].number, row["site"].planned_subjects, *(count for _label, count, _url in row["cells"])]
        for row in rows
    ]


def _counts(cells: list[tuple[int, str]]) -> list[int]:
    return [count for count, _url in cells]


TABLES: dict[str, Callable[[Place], tuple[list[str], Lines]]] = {
    "enrolment": _enrolment,
    "funnel": _funnel,
    "flow": _flow,
    "visits": _visits,
    "events": _events,
    "adherence": _adherence,
    "sites": _sites,
}


def table_of(place: Place, name: str) -> Table:
    """One part of the report as rows, its enrolment where the name makes no sense; taking it out is logged."""
    name = name if name in TABLES else "enrolment"
    header, lines = TABLES[name](place)
    note_export(place, name, len(lines))
    return Table(name, header, lines)
