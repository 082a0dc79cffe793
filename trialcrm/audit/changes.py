"""What of a record differs from what is stored."""

import uuid
from collections.abc import Iterable
from copy import deepcopy
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from .acts import Change

# Set by the portal itself on every write.
_OWN_FIELDS = frozenset({"id", "created_at", "updated_at"})
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@cache
def mutable_fields(model: type[models.Model]) -> frozenset[str]:
    """Fields whose value can change in place, so that comparing needs a copy."""
    kinds = (ArrayField, models.JSONField)
    return frozenset(field.attname for field in model._meta.concrete_fields if isinstance(field, kinds))


@cache
def _tracked_fields(model: Any) -> tuple[Any, ...]:
    skipped = _OWN_FIELDS | model.UNTRACKED
    return tuple(field for field in model._meta.concrete_fields if field.attname not in skipped)


def stored_values(record: models.Model, names: set[str] | None) -> dict[str, Any]:
    """Copies of the loaded values of the named fields (None: of all), by column."""
    mutable = mutable_fields(type(record))
    loaded = record.__dict__
    return {
        field.attname: deepcopy(loaded[field.attname]) if field.attname in mutable else loaded[field.attname]
        for field in record._meta.concrete_fields
        if field.attname in loaded and (names is None or not names.isdisjoint((field.name, field.attname)))
    }


def changes_of(record: Any) -> list[Change]:
    """The tracked fields whose values differ from what is stored; of a new record, those that are not empty."""
    loaded = record.__dict__
    model: Any = type(record)
    fields = [field for field in _tracked_fields(model) if field.attname in loaded]
    for field in fields:
        if hasattr(loaded[field.attname], "resolve_expression"):
            raise TypeError(f"{field} was given an expression; the trail must say which value was written.")
    if record._state.adding:
        given = [field for field in fields if loaded[field.attname] not in _EMPTY]
        return [_change(record, field.attname, None) for field in given]
    stored = _complete(record, fields)
    return [
        _change(record, field.attname, stored[field.attname])
        for field in fields
        if _differs(field, stored[field.attname], loaded[field.attname])
    ]


def _complete(record: Any, fields: Iterable[Any]) -> dict[str, Any]:
    """The stored values, with those read now that were left out when the record was loaded and set since."""
    stored: dict[str, Any] = record._stored
    unknown = [field.attname for field in fields if field.attname not in stored]
    if unknown:
        rows = type(record)._base_manager.filter(pk=record.pk).values(*unknown)
        stored = record._stored = {**stored, **dict.fromkeys(unknown), **(rows.first() or {})}
    return stored


def _differs(field: Any, old: Any, new: Any) -> bool:
    if old == new:
        return False
    try:
        return bool(field.to_python(new) != old)
    except ValidationError:
        return True


def changed_untracked(record: Any, wanted: Iterable[str] | None) -> set[str]:
    """Fields outside of the trail that are to be written: those that changed, or those asked for by name."""
    if wanted is not None:
        return set(record.UNTRACKED) & set(wanted)
    stored, loaded = record._stored, record.__dict__
    set_here = record.UNTRACKED & loaded.keys()
    return {name for name in set_here if name not in stored or stored[name] != loaded[name]}


def _change(record: Any, name: str, old: Any) -> Change:
    if {name, name.removesuffix("_id")} & record.IDENTIFYING:
        return {"field": name, "withheld": True}
    return {"field": name, "old": _plain(old), "new": _plain(record.__dict__[name])}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
