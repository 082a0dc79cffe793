"""The types of records: one for each published class, with what it points to and the lists beside it."""

from functools import cache
from typing import Any, Optional

from strawberry.relay import PageInfo

from trialcrm.api.selectors.publishing import Field, Link, Many, Published, published
from trialcrm.api.selectors.reading import VERSION as READ_VERSION

from .answering import Asked, argument
from .asking import VERSION, key_of, window_of
from .kinds import Kinds, Value, or_null, type_of
from .lists import MOST, nested
from .naming import camel, order_value, type_name

#: Types by their names, for those that name each other.
SPACE: dict[str, Any] = {"Optional": Optional}


class Version(Value):
    """The version of a record, to send back as `ifMatch`."""

    def __init__(self) -> None:
        super().__init__(VERSION, or_null(str), doc="The version of the record, to send back as `ifMatch`.")

    def get_result(self, source: Any, info: Any, args: Any, kwargs: Any) -> Any:
        return source[READ_VERSION]


@cache
def kinds_of(name: str) -> Kinds:
    """The types that a class uses: its fields, its filters and the bodies of its acts share their enumerations."""
    return Kinds(type_name(published(name)))


@cache
def record_of(name: str) -> type:
    """The type of one record of a class."""
    item = published(name)
    fields: list[Any] = [_value(item, each) for each in item.fields]
    fields += [_link(link) for link in item.links]
    fields += [_many(many) for many in item.many]
    made = type_of(type_name(item), [*fields, Version()], doc=item.doc)
    SPACE[type_name(item)] = made
    return made


def _value(item: Published, each: Field) -> Value:
    kind = kinds_of(item.name).of(each.kind, each.name)
    return Value(each.name, or_null(kind) if each.name in item.withheld else kind, doc=each.doc)


def _link(link: Link) -> Value:
    kind = f"Optional[{type_name(published(link.to))}]"
    return Value(link.name, kind, doc="Null where it is out of sight.", space=SPACE)


def _many(many: Many) -> Asked:
    def answer(source: Any, info: Any, given: dict[str, Any]) -> Any:
        first, after = window_of(given)
        return nested(source[key_of(many.name, first, after)], first, after)

    target = published(many.to)
    words = f"In the order `{order_value(next(iter(target.orders)))}`; what is out of sight is not among them."
    kind = f"{type_name(target)}Connection"
    arguments = [argument("first", int, doc=f"How many, at most {MOST}; 20 where it is not said."), AFTER]
    return Asked(camel(many.name), kind, answer, arguments, doc=words, space=SPACE)


AFTER = argument("after", str, doc="The cursor behind which to begin.")


@cache
def connection_of(name: str) -> type:
    """The type of a list of a class (Relay's cursor connections)."""
    item = published(name)
    record, title = record_of(name), type_name(item)
    edge = type_of(
        f"{title}Edge", [Value("node", record), Value("cursor", str)], doc="A record at its place in a list."
    )
    fields = [
        Value("edges", list[edge]),  # type: ignore[valid-type]
        Value("nodes", list[record], doc="The records without their places."),  # type: ignore[valid-type]
        Value("page_info", PageInfo),
        Value("total_count", or_null(int), doc="How many there are, counted up to a thousand; not of a nested list."),
        Value("total_is_more", or_null(bool), doc="Whether there are more than a thousand."),
    ]
    made = type_of(f"{title}Connection", fields, doc=f"A part of a list of {item.name}.")
    SPACE[f"{title}Connection"] = made
    return made
