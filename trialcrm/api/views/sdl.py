"""The types of GraphQL as its own language writes them, one by one."""

from dataclasses import dataclass
from functools import cache

from graphql import print_type
from graphql.type import is_introspection_type, is_specified_scalar_type

from .graphql.schema import schema


@dataclass(frozen=True, slots=True)
class Type:
    """One type: its name, what it is for, and how it is written."""

    name: str
    words: str
    text: str


@cache
def all_types() -> tuple[Type, ...]:
    """Query and Mutation, and then the others by name."""
    known = schema._schema.type_map.values()
    ours = [each for each in known if not (is_introspection_type(each) or is_specified_scalar_type(each))]
    first = {"Query": 0, "Mutation": 1}
    ours.sort(key=lambda each: (first.get(each.name, 2), each.name))
    return tuple(Type(each.name, (each.description or "").partition("\n")[0], print_type(each)) for each in ours)


def types_of(query: str) -> list[Type]:
    """The types in which every word of a search stands."""
    words = query.casefold().split()
    return [each for each in all_types() if all(word in each.text.casefold() for word in words)]
