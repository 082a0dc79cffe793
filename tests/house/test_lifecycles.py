"""A status is a state of a transition table, and the diagrams in the READMEs are drawn from these tables."""

from typing import Any

import pytest
from django.core.management import call_command

from tests.house import walk
from trialcrm.core.lifecycle import Lifecycle

LIFECYCLES = {item.name: item for item in walk.lifecycles()}
STATES = [
    (model, field)
    for model in walk.our_models()
    for field in model._meta.concrete_fields
    if field.name in ("status", "state")
]
EVERY_STATUS = pytest.mark.parametrize(
    ("model", "field"), STATES, ids=[f"{model.__name__}.{field.name}" for model, field in STATES]
)
#: States in which a record may begin although its field's default is another, and why.
ALSO_FIRST = {
    "appointment": {"requested"},  # a participant may ask for a time; staff book one at once
    "screening attempt": {"rescreen"},  # every attempt after the first begins so
}


@EVERY_STATUS
def test_every_status_has_a_transition_table_of_exactly_its_choices(model: Any, field: Any) -> None:
    assert lifecycle_of(field), f"{model.__name__}.{field.name} has no Lifecycle in its app's domain"


@EVERY_STATUS
def test_every_state_can_be_reached(model: Any, field: Any) -> None:
    table = lifecycle_of(field)
    first = {str(field.get_default())} | ALSO_FIRST.get(table.name, set())

    assert reached(table, first) == table.states


@pytest.mark.parametrize("name", sorted(LIFECYCLES))
def test_every_transition_table_belongs_to_a_status(name: str) -> None:
    assert LIFECYCLES[name] in [lifecycle_of(field) for _model, field in STATES]


def test_names_of_lifecycles_are_their_own() -> None:
    assert len(LIFECYCLES) == len(walk.lifecycles())


def test_the_diagrams_in_the_readmes_are_as_the_code_is() -> None:
    call_command("draw_lifecycles", check=True)


def lifecycle_of(field: Any) -> Lifecycle:
    """The table whose states are the choices of the field."""
    values = {str(value) for value, _label in field.choices or ()}
    return next((item for item in LIFECYCLES.values() if item.states == values), None)  # type: ignore[return-value]


def reached(table: Lifecycle, first: set[str]) -> frozenset[str]:
    found, waiting = set(first), list(first)
    while waiting:
        new = table.moves[waiting.pop()] - found
        found |= new
        waiting += new
    return frozenset(found)
