"""State machines as tables."""

from itertools import product

import pytest
from django.db.models import TextChoices

from trialcrm.core.lifecycle import Lifecycle


class Door(TextChoices):
    OPEN = "open"
    SHUT = "shut"
    BRICKED_UP = "bricked_up"


DOOR = Lifecycle.of("door", Door, {Door.OPEN: {Door.SHUT}, Door.SHUT: {Door.OPEN, Door.BRICKED_UP}})
LISTED = {("open", "shut"), ("shut", "open"), ("shut", "bricked_up")}


@pytest.mark.parametrize(("before", "after"), list(product(Door.values, repeat=2)))
def test_only_listed_moves_are_allowed(before: str, after: str) -> None:
    assert DOOR.may_move(before, after).allowed == ((before, after) in LISTED)


def test_a_refused_move_names_both_states_as_people_say_them() -> None:
    assert DOOR.may_move("bricked_up", "open").reason == "A door that is “bricked up” cannot become “open”."


def test_every_state_is_listed_and_one_without_a_way_out_is_final() -> None:
    assert DOOR.states == {"open", "shut", "bricked_up"}
    assert [state for state in Door.values if DOOR.is_final(state)] == ["bricked_up"]


def test_a_table_with_an_unknown_state_is_not_built() -> None:
    class Gate(TextChoices):
        AJAR = "ajar"

    with pytest.raises(ValueError, match="door"):
        Lifecycle.of("door", Door, {Gate.AJAR: {Door.OPEN}})
    with pytest.raises(ValueError, match="door"):
        Lifecycle.of("door", Door, {Door.OPEN: {Gate.AJAR}})


def test_a_state_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        DOOR.may_move("ajar", "open")


def test_the_table_draws_its_own_diagram() -> None:
    assert DOOR.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    open --> shut",
        "    shut --> bricked_up",
        "    shut --> open",
        "    bricked_up --> [*]",
    ]
