"""The types of what acts take, read from the forms that check it."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django import forms
from pydantic import BaseModel, ConfigDict, create_model
from pydantic import Field as Described

from trialcrm.api.domain.moments import Moment
from trialcrm.core.forms import PartialDateField

if TYPE_CHECKING:
    from .acting import Act

PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
_KINDS: tuple[tuple[type[forms.Field], Any], ...] = (
    (PartialDateField, Annotated[str, Described(pattern=PARTIAL_DATE)]),
    (forms.ModelMultipleChoiceField, list[UUID]),
    (forms.ModelChoiceField, UUID),
    (forms.MultipleChoiceField, list[str]),
    (forms.BooleanField, bool),
    (forms.DateTimeField, Moment),
    (forms.DateField, date),
    (forms.DecimalField, Decimal),
    (forms.IntegerField, int),
)


@cache
def body_of(act: "Act") -> type[BaseModel]:
    """The type of an act's body: the fields of its form, the record that it belongs to, and what is its own.

    A field that the form always asks for is needed; one that depends on the record may be left out, and the form says
    when it is not. Nothing is needed where fields that are not sent keep their values.
    """
    wanted: dict[str, Any] = {act.parent: (UUID, ...)} if act.parent else {}
    for name, asked in act.form.base_fields.items():
        if name not in act.without and not isinstance(asked, forms.FileField):
            needed = asked.required and name not in act.optional and not act.is_keeping
            wanted[act.names.get(name, name)] = _typed(asked, needed)
    wanted.update(act.extra)
    return create_model(f"{act.operation}_body", __config__=ConfigDict(extra="forbid"), **wanted)


def schema_of(body: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a body as one piece, for a document that knows no parts of bodies."""
    schema = body.model_json_schema(ref_template="{model}")
    return _whole(schema, schema.pop("$defs", {}))


def _whole(part: Any, parts: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_whole(each, parts) for each in part]
    if not isinstance(part, dict):
        return part
    known = parts[part["$ref"]] if "$ref" in part else {}
    return {name: _whole(value, parts) for name, value in {**known, **part}.items() if name != "$ref"}


def _typed(asked: forms.Field, needed: bool) -> tuple[Any, Any]:
    kind, words = _kind_of(asked, needed), str(asked.label or "")
    if kind is bool:
        return bool, Described(default=False, description=words)
    if needed:
        return kind, Described(description=words)
    # What may be left out may also be sent empty; how long it has to be where it is needed, the form knows.
    return kind | None, Described(default=None, description=words)


def _kind_of(asked: forms.Field, needed: bool) -> Any:
    for field, kind in _KINDS:
        if isinstance(asked, field):
            return kind
    if isinstance(asked, forms.TypedChoiceField | forms.ChoiceField):
        return _choice(asked)
    return _text(asked, needed)


def _choice(asked: forms.ChoiceField) -> Any:
    offered: Any = asked.choices
    groups = [label if isinstance(label, list | tuple) else [(value, label)] for value, label in offered]
    values = tuple(value for group in groups for value, _label in group if value != "")
    if asked.disabled or not values or not all(isinstance(value, str | int) for value in values):
        return str
    return Literal[values]


def _text(asked: forms.Field, needed: bool) -> Any:
    longest, shortest = getattr(asked, "max_length", None), getattr(asked, "min_length", None) if needed else None
    if not (longest or shortest):
        return str
    return Annotated[str, Described(max_length=longest, min_length=shortest)]
