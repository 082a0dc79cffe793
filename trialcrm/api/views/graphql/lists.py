"""Lists as Relay's connections: edges with their places, and whether there are more."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from strawberry.relay import PageInfo

from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.selectors.reading import PLACE, Values, place_of, placed
from trialcrm.core.paging import COUNT_LIMIT, Order, cursor_of

from .asking import FIRST, bad_place, place_in

MOST = 100
Show = Callable[[list[Any]], list[Values]]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for."""

    size: int
    is_last: bool
    after: str
    before: str


def window(given: dict[str, Any]) -> Window:
    """Read the arguments of a list.

    Raises:
        Problem: both ends are asked for, or a number is out of range (422).
    """
    if "first" in given and "last" in given:
        raise Problem(422, faults=(Fault("last", "Ask for the first or for the last, not for both."),))
    size = given.get("last", given.get("first", FIRST))
    if not 1 <= size <= MOST:
        raise Problem(422, faults=(Fault("last" if "last" in given else "first", f"From 1 to {MOST}."),))
    return Window(size, "last" in given, given.get("after", ""), given.get("before", ""))


def connection(rows: QuerySet[Any], order: Order, asked: Window, show: Show, *, counted: bool) -> dict[str, Any]:
    """One window of a list, with one query, and one more if it is counted.

    Raises:
        Problem: a place is none of this list (422).
    """
    walk = order.reversed if asked.is_last else order
    argument = "after" if asked.after else "before"
    try:
        found = list(placed(_between(rows, order, asked), order).order_by(*walk.fields)[: asked.size + 1])
    except (ValueError, TypeError, ValidationError):
        raise bad_place(argument) from None
    has_more = len(found) > asked.size
    found = found[: asked.size][::-1] if asked.is_last else found[: asked.size]
    shown = [
        values | {PLACE: place_of(row, order)} for row, values in zip(found, show(found), strict=True)
    ]  # the places are of the order that was asked for
    told = _told(
        shown,
        has_next=bool(asked.before) if asked.is_last else has_more,
        has_previous=has_more if asked.is_last else bool(asked.after),
    )
    return told | (_count(rows) if counted else {})


def nested(shown: list[Values], size: int, after: str) -> dict[str, Any]:
    """A list beside a record, of which one more was read than was asked for."""
    return _told(shown[:size], has_next=len(shown) > size, has_previous=bool(after))


def _between(rows: QuerySet[Any], order: Order, asked: Window) -> QuerySet[Any]:
    if asked.after:
        rows = rows.filter(order.after(place_in(asked.after, order, "after")))
    if asked.before:
        rows = rows.filter(order.reversed.after(place_in(asked.before, order, "before")))
    return rows


def _told(shown: list[Values], *, has_next: bool, has_previous: bool) -> dict[str, Any]:
    edges = [{"cursor": cursor_of(values[PLACE], "next"), "node": values} for values in shown]
    ends: list[Any] = [edge["cursor"] for edge in edges] or [None]
    info = PageInfo(has_next_page=has_next, has_previous_page=has_previous, start_cursor=ends[0], end_cursor=ends[-1])
    return {"edges": edges, "nodes": shown, "page_info": info, "total_count": None, "total_is_more": None}


def _count(rows: QuerySet[Any]) -> dict[str, Any]:
    total = rows.order_by()[: COUNT_LIMIT + 1].count()
    return {"total_count": min(total, COUNT_LIMIT), "total_is_more": total > COUNT_LIMIT}
