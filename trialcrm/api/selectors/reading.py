"""Reading what is published: rows in sight, each as plain values, with the records that they point to.

One query for a page of rows and one for each kind of record that is asked for beside them, whatever is nested in what.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404

from trialcrm.access.scope import scope_of
from trialcrm.core.paging import Order

from .publishing import Link, Many, Published, Rows, published
from .versions import versions_of

Values = dict[str, Any]
#: One more than is ever shown, which tells whether there are further ones.
MOST_NESTED_ROWS = 101
#: Where a row stands in its list, and which version of it was read: beside the fields, whose names have no such sign.
PLACE = "@place"
VERSION = "@version"


@dataclass(frozen=True, slots=True)
class Opening:
    """A list to open beside each row: what of its records, how many, and behind which place (values of its order)."""

    name: str
    wanted: "Wanted"
    limit: int
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for of one class: the values, the pointers to follow, the lists to open (under any name)."""

    fields: frozenset[str] | None = None
    links: Mapping[str, "Wanted"] = field(default_factory=dict)
    many: Mapping[str, Opening] = field(default_factory=dict)
    version: bool = False


EVERYTHING = Wanted()


def one_row(user: Any, item: Published, pk: UUID) -> Any:
    """The row with the key, if it is in the person's sight.

    Raises:
        Http404: it is not, or there is none.
    """
    row = item.rows(user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def show(user: Any, item: Published, rows: Iterable[Any], wanted: Wanted = EVERYTHING) -> list[Values]:
    """Rows as plain values, in their order, with what is asked for beside them."""
    chosen = list(rows)
    if chosen:
        item.noting(user, chosen)
    shown = [_values(user, item, row, wanted) for row in chosen]
    _load(user, item, chosen, shown, wanted)
    for link in item.links:
        if link.name in wanted.links:
            _follow(user, link, _keys(user, item, link, chosen), shown, wanted.links[link.name])
    lists = {many.name: many for many in item.many}
    for key, opening in wanted.many.items():
        _open(user, lists[opening.name], list(zip(chosen, shown, strict=True)), key, opening)
    if wanted.version:
        versions = versions_of(item, chosen)
        for row, values in zip(chosen, shown, strict=True):
            values[VERSION] = versions.get(row.pk)
    return shown


def _values(user: Any, item: Published, row: Any, wanted: Wanted) -> Values:
    withheld = item.withheld if item.withheld and not _sees_as_staff(user, item, row) else frozenset()
    shown: Values = {}
    for each in item.fields:
        if each.load is None and (wanted.fields is None or each.name in wanted.fields):
            shown[each.name] = None if each.name in withheld else each.of(row)
    return shown


def _sees_as_staff(user: Any, item: Published, row: Any) -> bool:
    return scope_of(user).may(item.permission, row)


def _load(user: Any, item: Published, rows: list[Any], shown: list[Values], wanted: Wanted) -> None:
    for each in item.fields:
        if each.load is not None and (wanted.fields is None or each.name in wanted.fields):
            found = each.load(user, rows) if rows else {}
            for row, values in zip(rows, shown, strict=True):
                values[each.name] = found.get(row.pk)


def _keys(user: Any, item: Published, link: Link, rows: list[Any]) -> list[Any]:
    """To what each row points, as far as the person is told."""
    is_private = link.key in item.withheld_columns
    return [None if is_private and not _sees_as_staff(user, item, row) else getattr(row, link.key) for row in rows]


def _follow(user: Any, link: Link, keys: list[Any], shown: list[Values], wanted: Wanted) -> None:
    """Put the record that each row points to beside it; None where it is out of sight."""
    target = published(link.to)
    found = _by_key(user, target, {key for key in keys if key}, wanted)
    for key, values in zip(keys, shown, strict=True):
        values[link.name] = found.get(key)


def _by_key(user: Any, target: Published, keys: set[Any], wanted: Wanted) -> dict[Any, Values]:
    if not keys or not target.may_be_read_by(user):
        return {}
    rows = list(target.rows(user).filter(pk__in=keys))
    return {row.pk: values for row, values in zip(rows, show(user, target, rows, wanted), strict=True)}


def _open(user: Any, many: Many, pairs: list[tuple[Any, Values]], key: str, opening: Opening) -> None:
    """Put the first rows of a list beside each row that they belong to."""
    target = published(many.to)
    order = target.order(user)
    grouped: dict[Any, list[Values]] = defaultdict(list)
    if pairs and target.may_be_read_by(user):
        rows = target.rows(user).filter(order.after(list(opening.after))) if opening.after else target.rows(user)
        owners = [row.pk for row, _values in pairs]
        found = list(placed(first_of_each(order, rows, many.column, owners, opening.limit), order))
        for row, values in zip(found, show(user, target, found, opening.wanted), strict=True):
            grouped[getattr(row, many.column)].append(values | {PLACE: place_of(row, order)})
    for row, values in pairs:
        values[key] = grouped.get(row.pk, [])


def placed(rows: QuerySet[Any], order: Order) -> QuerySet[Any]:
    """The rows with the values of their order that stand in other tables, so that no row is asked for its own."""
    further = {f"_at_{depth}": F(name.removeprefix("-")) for depth, name in enumerate(order.fields) if "__" in name}
    return rows.annotate(**further)


def place_of(row: Any, order: Order) -> list[Any]:
    """Where a row stands in a list of this order."""
    names = enumerate(order.fields)
    return [getattr(row, f"_at_{depth}" if "__" in name else name.removeprefix("-")) for depth, name in names]


def first_of_each(order: Order, rows: QuerySet[Any], column: str, keys: list[Any], limit: int) -> QuerySet[Any]:
    """The first rows, in an order, of each of the records that they point to."""
    numbered = rows.filter(**{f"{column}__in": keys}).annotate(
        _place=Window(RowNumber(), partition_by=[F(column)], order_by=order.fields)
    )
    return numbered.filter(_place__lte=min(limit, MOST_NESTED_ROWS)).order_by(*order.fields)


def narrowed(user: Any, item: Published, given: Mapping[str, Any]) -> Rows:
    """The rows in sight that the given filters leave; a filter that is not given narrows nothing."""
    rows: Any = item.rows(user)
    for each in item.filters:
        if given.get(each.name) is not None:
            seen = rows.visible_to(user, item.permission) if each.is_for_staff else rows
            rows = each.apply(seen, given[each.name], user)
    return rows
