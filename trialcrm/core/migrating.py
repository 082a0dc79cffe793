"""An operation of migrations that makes many tables at once.

Django renders every model that is in any way related to one that a single operation touches. Where all are related to
participants and people, a first migration of some dozens of operations takes longer than all of its statements.
"""

from collections.abc import Iterable
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class Together(Operation):
    """Operations that are carried out as one: tables made here are made as they are at its end.

    It is not undone: nothing goes back to before there were records that are never deleted (21 CFR 11.10(c), (e)).
    """

    reversible = False

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: Any) -> None:
        # What is not rendered is not rendered anew with every operation, but once when it is asked for.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        made = {operation.name_lower for operation in self.operations if isinstance(operation, CreateModel)}
        for operation in self.operations:
            if isinstance(operation, CreateModel) or _table_of(operation) not in made:
                operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


def _table_of(operation: Any) -> str:
    """The model that an operation is about; one about a field is named after the field."""
    return getattr(operation, "model_name_lower", "") or getattr(operation, "name_lower", "")
