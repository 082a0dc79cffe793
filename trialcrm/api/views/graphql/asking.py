"""What a query asks for, as one tree, so that everything is read before any record is written out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from strawberry.types.nodes import SelectedField, Selection

from trialcrm.api.domain.problems import Fault, Problem
from trialcrm.api.selectors.publishing import Published, published
from trialcrm.api.selectors.reading import Opening, Wanted
from trialcrm.core.paging import read_cursor

from .naming import camel

VERSION = "etag"
NODES = "nodes"
FIRST = 20


def chosen(selections: Iterable[Selection]) -> Iterator[SelectedField]:
    """The fields that are asked for, fragments opened, without what `@skip` and `@include` leave out."""
    for each in selections:
        if each.directives.get("skip", {}).get("if") or not each.directives.get("include", {}).get("if", True):
            continue
        if isinstance(each, SelectedField):
            yield each
        else:
            yield from chosen(each.selections)


def asked_here(info: Any) -> list[Selection]:
    """What is asked for of the field that is being answered."""
    return [each for field in info.selected_fields for each in field.selections]


def of_nodes(selections: Iterable[Selection]) -> list[Selection]:
    """What a list is asked for of its records, by `nodes` or by `edges { node }`."""
    found: list[Selection] = []
    for field in chosen(selections):
        if field.name == NODES:
            found += field.selections
        elif field.name == "edges":
            found += [each for edge in chosen(field.selections) if edge.name == "node" for each in edge.selections]
    return found


def wanted_of(user: Any, item: Published, selections: Iterable[Selection]) -> Wanted:
    """The tree of what is asked for of one class. The same field under two names is read once."""
    fields = list(chosen(selections))
    names = {field.name for field in fields}
    links: dict[str, list[Selection]] = defaultdict(list)
    lists: dict[tuple[str, int, str], list[Selection]] = defaultdict(list)
    for field in fields:
        links[field.name] += field.selections
        lists[(field.name, *window_of(field.arguments))] += field.selections
    return Wanted(
        fields=frozenset(each.name for each in item.fields if camel(each.name) in names),
        links={
            link.name: wanted_of(user, published(link.to), links[camel(link.name)])
            for link in item.links
            if camel(link.name) in names
        },
        many={
            key_of(many.name, first, after): _opening(user, many.name, published(many.to), (first, after), inner)
            for many in item.many
            for (name, first, after), inner in lists.items()
            if name == camel(many.name)
        },
        version=VERSION in names,
    )


def window_of(arguments: dict[str, Any]) -> tuple[int, str]:
    """How many of a nested list, and behind which place."""
    first, after = arguments.get("first"), arguments.get("after")
    return int(str(first)) if str(first).isdigit() else FIRST, after if isinstance(after, str) else ""


def key_of(name: str, first: int, after: str) -> str:
    """Under which name a nested list is read: one list for each window."""
    return f"{name} {first} {after}"


def _opening(user: Any, name: str, target: Published, part: tuple[int, str], inner: list[Selection]) -> Opening:
    first, after = part
    place = place_in(after, target.order(user), "after") if after else ()
    return Opening(name, wanted_of(user, target, of_nodes(inner)), first + 1, tuple(place))


def place_in(cursor: str, order: Any, argument: str) -> list[str]:
    """The values that a cursor stands for.

    Raises:
        Problem: it is none of this list (422).
    """
    read = read_cursor(cursor, order)
    if read is None:
        raise bad_place(argument)
    return read[1]


def bad_place(argument: str) -> Problem:
    return Problem(422, faults=(Fault(argument, "This is no place of this list."),))
