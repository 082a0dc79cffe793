"""Visits in and out of their windows, by the visit of the plan."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from subjects.domain.visits import DONE, VisitStatus
from subjects.models import Visit
from subjects.selectors import visit_list

from .place import Place

PREFIX = "visits"
_DONE = Q(status__in=DONE, deviation_days__isnull=False)
#: Where a visit with a window stands to it, once it is over.
STANDS = {
    "in": _DONE & Q(deviation_days=0),
    "early": _DONE & Q(deviation_days__lt=0),
    "late": _DONE & Q(deviation_days__gt=0),
    "missed": Q(status=VisitStatus.MISSED),
}
ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """One planned visit: its number and name, and each count with a link to the visits."""

    number: Any
    name: str
    cells: list[tuple[int, str]]

    @property
    def done(self) -> int:
        return sum(count for count, _url in self.cells[:3])

    @property
    def share(self) -> int | None:
        """Of those done, how many per cent in the window."""
        return round(100 * self.cells[0][0] / self.done) if self.done else None


@dataclass(frozen=True, slots=True)
class Windows:
    rows: list[Row]
    total: Row


def windows(place: Place) -> Windows:
    """Every visit of the plan that has a window and is over; one query."""
    counted = {name: Count("pk", filter=condition) for name, condition in STANDS.items()}
    plan = ("planned_visit", "planned_visit__visit_num", "planned_visit__name")
    rows: Any = _rows(place).order_by("planned_visit__visit_num").values(*plan).annotate(**counted)
    found = list(rows)
    lines = [
        Row(item["planned_visit__visit_num"], item["planned_visit__name"], _cells(place, item, item["planned_visit"]))
        for item in found
        if any(item[name] for name in STANDS)
    ]
    sums = {name: sum(item[name] for item in found) for name in STANDS}
    return Windows(lines, Row("", _("All visits"), _cells(place, sums, ALL)))


def _cells(place: Place, counts: dict[str, Any], visit: Any) -> list[tuple[int, str]]:
    return [(counts[name], place.url(f"{PREFIX}:{visit}:{name}")) for name in STANDS]


def _rows(place: Place) -> QuerySet[Visit]:
    windowed = {"site__in": place.site_ids, "planned_visit__window_before__isnull": False}
    return visit_list(place.user).filter(**windowed).select_related(None)


def visits_under(place: Place, key: str) -> QuerySet[Visit] | None:
    """The visits behind a number; None when there is no such number."""
    visit, _colon, stands = key.partition(":")
    if stands not in STANDS:
        return None
    rows = _rows(place).filter(STANDS[stands])
    if visit == ALL:
        return rows
    try:
        return rows.filter(planned_visit=uuid.UUID(visit))
    except ValueError:
        return None


def title_of(key: str) -> str:
    words = {
        "in": _("Visits in window"),
        "early": _("Visits before their window"),
        "late": _("Visits after their window"),
        "missed": _("Missed visits"),
    }
    return words[key.rpartition(":")[2]]
