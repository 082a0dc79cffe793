"""Visits by day: what is booked, what took place, and which open windows close."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from subjects.domain.visits import BOOKED, DONE, VisitStatus
from subjects.models import Visit
from trialcrm.core import clock

TAKES_PLACE = [*BOOKED, VisitStatus.IN_PROGRESS, *DONE]


@dataclass(frozen=True, slots=True)
class Item:
    """A visit on a day; `time` is local at its site."""

    time: str
    label: str
    url: str
    tone: str


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of a calendar; `more` counts what is not shown."""

    date: date
    is_today: bool
    is_outside: bool
    url: str
    items: list[Item] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    items: dict[date, list[Item]]
    totals: Counter[date]


def days_of(
    rows: QuerySet[Visit], days: Sequence[date], *, today: date, month: int, room: int, url_of: Callable[[date], str]
) -> list[Day]:
    """The days with their visits, at most `room` on each, however many there are in all.

    `month` is the one that the calendar is about (0: none); `today` the date to mark.
    """
    booked = _found(rows.filter(status__in=TAKES_PLACE), "due_on", days, room, _booked_item)
    closing = _found(rows.filter(status=VisitStatus.PLANNED), "closes_on", days, room, _closing_item)
    shown = []
    for day in days:
        items = [*booked.items[day], *closing.items[day]][:room]
        more = booked.totals[day] + closing.totals[day] - len(items)
        outside = bool(month) and day.month != month
        shown.append(Day(day, day == today, outside, url_of(day), items, more))
    return shown


def _found(
    rows: QuerySet[Visit], column: str, days: Sequence[date], room: int, item_of: Callable[[Visit], Item]
) -> Found:
    within = rows.filter(Q(**{f"{column}__range": (days[0], days[-1])}))
    totals = Counter(dict(within.order_by().values_list(column).annotate(Count("pk"))))
    place = Window(RowNumber(), partition_by=F(column), order_by=[F("scheduled_at").asc(nulls_last=True), F("id")])
    first = within.annotate(place=place).filter(place__lte=room).order_by(column, "place")
    items: dict[date, list[Item]] = defaultdict(list)
    for visit in first:
        items[getattr(visit, column)].append(item_of(visit))
    return Found(items, totals)


def _booked_item(visit: Visit) -> Item:
    at = clock.local(visit.scheduled_at, visit.site.time_zone) if visit.scheduled_at else None
    time = f"{at:%H:%M}" if at and at.date() == visit.due_on else ""
    mark, word, tone = _standing(visit)
    # The mark stands first: in a narrow cell the end of the line, where the word is, is cut off.
    parts = (mark, visit.subject.subject_id, visit.visit_type, f"· {word}" if word else "")
    return Item(time, " ".join(filter(None, parts)), visit.get_absolute_url(), tone)


def _standing(visit: Visit) -> tuple[str, str, str]:
    """A mark, a word and a tone for what became of a visit."""
    if visit.status in DONE:
        return ("±", _("out of window"), "critical") if visit.deviation_days else ("✓", _("done"), "good")
    if visit.status == VisitStatus.IN_PROGRESS:
        return "→", _("arrived"), "info"
    if visit.window and not visit.window.contains(visit.due_on):
        return "±", _("outside its window"), "warning"
    return "", "", "info"


def _closing_item(visit: Visit) -> Item:
    label = _("⇥ %(subject)s %(visit)s · window closes, not booked")
    words = {"subject": visit.subject.subject_id, "visit": visit.visit_type}
    return Item("", label % words, visit.get_absolute_url(), "warning")
