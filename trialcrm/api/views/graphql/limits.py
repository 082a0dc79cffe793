"""What a query may cost, found before anything is read.

The library's own limits walk through fragments again for each place where they are used, so that a hundred fragments
which each use the next one twice would keep them busy for ever; here each is measured once.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
)
from strawberry.extensions import SchemaExtension

from trialcrm.api.selectors.publishing import everything

from .asking import FIRST
from .lists import MOST
from .naming import camel, list_name

MOST_TOKENS = 1_000
DEEPEST = 8
MOST_ALIASES = 15
MOST_FIELDS = 1_000
#: The description of the whole schema is large, and needed once.
MOST_DESCRIPTIONS = 3
_DESCRIPTIONS = frozenset({"__schema", "__type"})
#: Lists of a type in a description; the usual query for it has none of them within another.
_OF_A_TYPE = frozenset({"fields", "inputFields", "interfaces", "possibleTypes", "enumValues"})
#: Three lists within each other pass with twenty rows each.
MOST_ROWS = 10_000
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_NO_SIZE = -1
#: Parts of a list that are no level of their own.
_PARTS = frozenset({"edges", "node", "nodes", "pageInfo"})


class Cost(NamedTuple):
    """What a part of a query costs: levels of records below each other, aliases, fields, rows, descriptions of the
    schema, and in one of these lists of types below each other.
    """

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    rows: int = 0
    descriptions: int = 0
    types: int = 0

    def and_also(self, other: "Cost") -> "Cost":
        return Cost(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.fields + other.fields,
            self.rows + other.rows,
            self.descriptions + other.descriptions,
            max(self.types, other.types),
        )


class Measure:
    """Measures one document, whether it is sound or not; each fragment once."""

    def __init__(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[str, Cost] = {}
        self._variables = variables
        self.has_bad_size = False
        self.has_wide_description = False
        self._lists = frozenset(
            name for item in everything() for name in (list_name(item), *(camel(many.name) for many in item.many))
        )

    def of(self, owner: Any) -> Cost:
        """What the fields below something cost together."""
        total = Cost()
        for each in owner.selection_set.selections if owner.selection_set else ():
            if isinstance(each, FieldNode):
                total = total.and_also(self._field(each))
            elif isinstance(each, FragmentSpreadNode):
                total = total.and_also(self._fragment(each.name.value))
            else:
                total = total.and_also(self.of(each))
        return total

    def _field(self, node: FieldNode) -> Cost:
        inner, name = self.of(node), node.name.value
        is_level = node.selection_set and name not in _PARTS
        depth = 0 if name.startswith("__") else inner.depth + (1 if is_level else 0)
        rows = inner.rows
        if name in self._lists and node.selection_set:
            rows = self._size(node) * (1 + inner.rows)
        is_description = name in _DESCRIPTIONS
        self.has_wide_description |= is_description and (inner.aliases > 0 or inner.types > 1)
        return Cost(
            depth,
            inner.aliases + (1 if node.alias else 0),
            inner.fields + 1,
            rows,
            inner.descriptions + (1 if is_description else 0),
            inner.types + (1 if name in _OF_A_TYPE else 0),
        )

    def _fragment(self, name: str) -> Cost:
        if name not in self._known:
            # One that comes back to itself costs nothing here, and is refused by the rules of the language.
            self._known[name] = Cost()
            if name in self._fragments:
                self._known[name] = self.of(self._fragments[name])
        return self._known[name]

    def _size(self, node: FieldNode) -> int:
        sizes = [self._number(each.value) for each in node.arguments or () if each.name.value in ("first", "last")]
        size = max([size for size in sizes if size is not None], default=FIRST)
        self.has_bad_size |= not 1 <= size <= MOST
        return size

    def _number(self, value: Any) -> int | None:
        """The number that stands there; none where there is no number at all, which the types refuse."""
        if isinstance(value, VariableNode):
            return whole(self._variables.get(value.name.value))
        return whole(value.value) if isinstance(value, IntValueNode) else None


def whole(given: Any) -> int | None:
    """A number as an integer, as the library reads it: 100.0 is 100. What is no size of a list is -1."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    if isinstance(given, str):
        return int(given) if _NUMBER.fullmatch(given) else _NO_SIZE
    return int(given) if 1 <= given <= MOST and given == int(given) else _NO_SIZE


def complaints(document: DocumentNode, variables: dict[str, Any]) -> Iterator[str]:
    """Why a document is refused, in words."""
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            measure = Measure(document, {**_defaults(operation), **variables})
            yield from _too_much(measure.of(operation))
            if measure.has_wide_description:
                yield "A description of the schema has no aliases, and no lists of types within each other."
            if measure.has_bad_size:
                yield f"A list gives from 1 to {MOST} records at once."


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    given = operation.variable_definitions or ()
    return {each.variable.name.value: getattr(each.default_value, "value", None) for each in given}


def _too_much(cost: Cost) -> Iterable[str]:
    if cost.depth > DEEPEST:
        yield f"The query goes {cost.depth} levels deep; {DEEPEST} are allowed."
    if cost.aliases > MOST_ALIASES:
        yield f"The query has {min(cost.aliases, 10_000)} aliases; {MOST_ALIASES} are allowed."
    if cost.fields > MOST_FIELDS:
        yield f"The query asks for more than {MOST_FIELDS} fields, fragments opened."
    if cost.descriptions > MOST_DESCRIPTIONS:
        yield f"The query asks for more than {MOST_DESCRIPTIONS} descriptions of the schema."
    if cost.rows > MOST_ROWS:
        yield f"The query asks for more than {MOST_ROWS} records, counting {FIRST} for each list that does not say."


class Limits(SchemaExtension):
    """Refuses what costs too much, before it is checked any further."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = MOST_TOKENS
        yield

    def on_parse(self) -> Iterator[None]:
        yield
        context = self.execution_context
        if context.graphql_document is not None and not context.pre_execution_errors:
            found = list(complaints(context.graphql_document, context.variables or {}))
            context.pre_execution_errors = [GraphQLError(words) for words in found] or None
