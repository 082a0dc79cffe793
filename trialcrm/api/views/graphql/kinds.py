"""Types of values: what a published field or the body of an act holds, as GraphQL says it."""

import enum
import re
import types
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import strawberry
from pydantic import BaseModel
from strawberry.annotation import StrawberryAnnotation
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET
from typing_extensions import is_typeddict

from .naming import camel, capital

PLAIN = (UUID, datetime, date, time, Decimal, bool, int, float)
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")
_RESERVED = frozenset({"true", "false", "null"})
#: Stands before names in Python, where words like `from` mean something else.
MARK = "f_"


def or_null(kind: Any) -> Any:
    """The kind, or nothing; the library's scalars know no `|`."""
    return Optional[kind]  # noqa: UP045


class Value(StrawberryField):
    """A field that is read from a dictionary, or is an attribute of an object, and never asks the database."""

    def __init__(
        self, name: str, kind: Any, *, doc: str = "", space: dict[str, Any] | None = None, **more: Any
    ) -> None:
        super().__init__(
            python_name=MARK + name.replace("-", "_"),
            graphql_name=camel(name),
            type_annotation=StrawberryAnnotation(kind, namespace=space if space is not None else {}),
            description=doc or None,
            **more,
        )
        self.key = name

    def get_result(self, source: Any, info: Any, args: Any, kwargs: Any) -> Any:
        return source[self.key] if isinstance(source, dict) else getattr(source, self.key)


def type_of(name: str, fields: Iterable[StrawberryField], *, doc: str = "", is_input: bool = False) -> type:
    """A type with these fields. Those that name types which are made later are looked up when the schema is."""
    named = {str(field.python_name): field for field in fields}
    annotations = {key: field.type_annotation for key, field in named.items()}
    made = types.new_class(name, (), {}, lambda space: space.update(named, __annotations__=annotations))
    made = strawberry.type(made, name=name, description=doc or None, is_input=is_input)
    for key, field in named.items():
        # The library looks them up while it makes the type, and forgets what it did not find.
        field.type_annotation = annotations[key]
    return made


class Kinds:
    """The types that one class or act uses besides the plain ones. An enumeration with the same values is made once."""

    _models: dict[tuple[Any, bool], type] = {}

    def __init__(self, owner: str, *, is_input: bool = False, known: "Kinds | None" = None) -> None:
        self.owner, self.is_input = owner, is_input
        self._enumerations: dict[tuple[Any, ...], Any] = known._enumerations if known else {}

    def of(self, kind: Any, name: str) -> Any:
        """The annotation for a kind; `name` is that of its field."""
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.of(inner[0], name)
        if origin in (Union, types.UnionType):
            return self._union(inner, name)
        if origin is Literal:
            return self.enumeration(inner, name)
        if origin in (list, tuple, set, frozenset) and inner:
            return list[self.of(inner[0], name)]
        return self._plain(kind, name)

    def _union(self, inner: tuple[Any, ...], name: str) -> Any:
        some = [each for each in inner if each is not types.NoneType]
        found = self.of(some[0], name) if len(some) == 1 else JSON
        return or_null(found) if len(some) < len(inner) else found

    def _plain(self, kind: Any, name: str) -> Any:
        if kind in PLAIN:
            return kind
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return self.enumeration(tuple(item.value for item in kind), name)
        if isinstance(kind, type) and (issubclass(kind, BaseModel) or is_typeddict(kind)):
            return self._model(kind)
        return str if isinstance(kind, type) and issubclass(kind, str) else JSON

    def enumeration(self, values: tuple[Any, ...], name: str) -> Any:
        """The same words as in REST; text where one of them can be no name."""
        if not all(isinstance(value, str) for value in values):
            return int if all(isinstance(value, int) for value in values) else str
        words = tuple(str(value) for value in values)
        if not words or not all(_NAME.fullmatch(word) and word not in _RESERVED for word in words):
            return str
        if words not in self._enumerations:
            made: Any = enum.Enum(self._enumeration_name(name), {word: word for word in words})
            self._enumerations[words] = strawberry.enum(made)
        return self._enumerations[words]

    def _enumeration_name(self, name: str) -> str:
        own = capital(camel(name))
        taken = {made.__name__ for made in self._enumerations.values()}
        found = own if own.startswith(self.owner) else self.owner + own
        return found if found not in taken else f"{found}Input"

    def _model(self, kind: Any) -> type:
        key = (kind, self.is_input)
        if key not in self._models:
            name = kind.__name__ + ("Input" if self.is_input else "")
            inner = Kinds(name, is_input=self.is_input)
            self._models[key] = type_of(name, inner.fields_of(kind), doc=kind.__doc__ or "", is_input=self.is_input)
        return self._models[key]

    def fields_of(self, kind: Any) -> list[Value]:
        """The fields of a model; one of an input that may be left out is marked so."""
        if not issubclass(kind, BaseModel):
            return [Value(name, self.of(hint, name)) for name, hint in get_type_hints(kind).items()]
        return [self._field(name, field) for name, field in kind.model_fields.items()]

    def _field(self, name: str, field: Any) -> Value:
        found, words = self.of(field.annotation, name), field.description or ""
        if not self.is_input or field.is_required():
            return Value(name, found, doc=words)
        return Value(name, or_null(found), doc=words, default=UNSET)


def plain(value: Any) -> Any:
    """What came in, without the wrappings of GraphQL; what was left out is left out."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, list):
        return [plain(each) for each in value]
    if hasattr(type(value), "__strawberry_definition__"):
        given = {name.removeprefix(MARK): each for name, each in vars(value).items() if each is not UNSET}
        return {name: plain(each) for name, each in given.items()}
    return value
