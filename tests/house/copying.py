"""A row once more."""

from typing import Any

from trialcrm.core import clock
from trialcrm.core.ids import new_id


def copy(row: Any, **changes: Any) -> Any:
    """A new record like another one, not saved."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    own = {name: value for name, value in _own().items() if name in values}
    made = type(row)(**{**values, **own})
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _own() -> dict[str, Any]:
    return {"id": new_id(), "created_at": clock.now(), "updated_at": clock.now()}
