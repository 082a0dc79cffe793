"""Keyset paging: the next page starts after the last row shown, so deep pages cost what the first one costs."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

M = TypeVar("M", bound=Model)
PAGE_SIZE = 50
COUNT_LIMIT = 1000
#: PostgreSQL refuses times whose offset is larger than 15:59:59.
LARGEST_OFFSET = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    rows: list[M]
    next_url: str
    previous_url: str
    total: int
    total_is_more: bool


@dataclass(frozen=True, slots=True)
class Order:
    """Fields of a total order, most significant first; a leading minus means descending. The last one is unique."""

    fields: tuple[str, ...]

    @property
    def columns(self) -> frozenset[str]:
        """What a place in this order tells of a row."""
        return frozenset(map(_bare, self.fields))

    @property
    def reversed(self) -> "Order":
        return Order(tuple(name[1:] if name.startswith("-") else f"-{name}" for name in self.fields))

    def after(self, values: list[Any]) -> Q:
        """Rows that come behind the given values in this order."""
        condition = Q()
        for depth, name in enumerate(self.fields):
            step = Q(**{_bare(before): value for before, value in zip(self.fields[:depth], values, strict=False)})
            lookup = "lt" if name.startswith("-") else "gt"
            condition |= step & Q(**{f"{_bare(name)}__{lookup}": values[depth]})
        return condition


def _bare(name: str) -> str:
    return name.removeprefix("-")


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in _bare(name).split("__"):
        value = getattr(value, part)
    return value


def _cursor(row: Model, order: Order, direction: str) -> str:
    return cursor_of([_value(row, name) for name in order.fields], direction)


def cursor_of(values: list[Any], direction: str) -> str:
    """The place of a row with these values of its order's fields, as a word for an address."""
    words = [direction, *map(str, values)]
    return urlsafe_b64encode(json.dumps(words).encode()).decode().rstrip("=")


def read_cursor(text: str, order: Order) -> tuple[str, list[str]] | None:
    """The direction and the values that a cursor stands for; None if it can be none of this order."""
    try:
        direction, *values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError):
        return None
    sound = all(isinstance(value, str) and _is_comparable(value) for value in values)
    fits = direction in ("next", "previous") and len(values) == len(order.fields)
    return (direction, values) if sound and fits else None


def _is_comparable(value: str) -> bool:
    """Whether the database can compare with it: a text column holds no NUL, and offsets end before sixteen hours.

    No list gives such places: what it gives is in UTC.
    """
    try:
        moment = parse_datetime(value)
    except ValueError:
        moment = None
    offset = moment.utcoffset() if moment else None
    return "\x00" not in value and (offset is None or abs(offset) < LARGEST_OFFSET)


class BadCursor(Exception):
    """The query string asks for a page that this list cannot have."""


def page_of(
    rows: QuerySet[M], order: Order, query: QueryDict, size: int = PAGE_SIZE, *, strict: bool = False
) -> Page[M]:
    """One page of the rows, as the query string's `page` asks; a cursor that makes no sense gives the first page.

    The fields of the order must not be null and should be covered by an index in the same order.

    Raises:
        BadCursor: when strict, in place of giving the first page.
    """
    total = rows.order_by()[: COUNT_LIMIT + 1].count()
    cursor = read_cursor(query.get("page", ""), order)
    if strict and cursor is None and query.get("page"):
        raise BadCursor
    backwards = cursor is not None and cursor[0] == "previous"
    walk = order.reversed if backwards else order
    wanted = rows.order_by(*walk.fields)
    try:
        found = list((wanted.filter(walk.after(cursor[1])) if cursor else wanted)[: size + 1])
    except (ValueError, TypeError, ValidationError) as error:
        if strict:
            raise BadCursor from error
        cursor, backwards, found = None, False, list(rows.order_by(*order.fields)[: size + 1])
    more = len(found) > size
    found = found[:size][::-1] if backwards else found[:size]
    has_next = bool(found) and (backwards or more)
    has_previous = bool(found) and (more if backwards else cursor is not None)
    return Page(
        rows=found,
        next_url=_url(query, _cursor(found[-1], order, "next")) if has_next else "",
        previous_url=_url(query, _cursor(found[0], order, "previous")) if has_previous else "",
        total=min(total, COUNT_LIMIT),
        total_is_more=total > COUNT_LIMIT,
    )


def _url(query: QueryDict, cursor: str) -> str:
    changed = query.copy()
    changed["page"] = cursor
    return f"?{changed.urlencode()}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column heading that sorts its list."""

    label: str
    url: str
    direction: str


def sort_heading(query: QueryDict, label: str, up: str, down: str) -> Heading:
    """A heading for the sort keys `up` and `down` of the parameter `sort`; the first one is the list's own order."""
    now = query.get("sort") or up
    changed = query.copy()
    changed.pop("page", None)
    changed["sort"] = down if now == up else up
    direction = {up: "ascending", down: "descending"}.get(now, "")
    return Heading(label, f"?{changed.urlencode()}", direction)
