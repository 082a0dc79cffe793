"""Orders, places and bounds of lists, for all classes alike."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest

from tests.support.api import Caller, faults
from tests.support.messaging import asked, participant_of
from tests.trialcrm.api.selectors.classes.test_safety import felt
from tests.trialcrm.api.views.graphql.asking import Asker
from trialcrm.api.selectors.publishing import Published, everything

#: What nobody's list ever gave as a place: offsets and numbers that the database does not know.
HOSTILE = ("2026-01-01T00:00:00+23:59", "-" + "9" * 30, "0001-01-01 00:00:00+15:59", "x" * 40, "")


@pytest.fixture
def own(trial: Any) -> Any:
    subject = trial.on_treatment(first_dose_days_ago=11)
    person = participant_of(subject)
    asked(person, subject)
    for _number in range(3):
        felt(person, subject)
    return person


def withheld_columns(item: Published) -> set[Any]:
    return {each.read or each.name for each in item.fields if each.name in item.withheld}


def columns_of(item: Published, name: str) -> set[str]:
    return {field.removeprefix("-") for field in item.orders[name].fields}


def cursor(*values: str) -> str:
    return urlsafe_b64encode(json.dumps(["next", *values]).encode()).decode().rstrip("=")


def test_no_order_tells_participants_what_is_withheld_from_them(trial: Any, own: Any) -> None:
    for item in everything():
        if not item.own_permission:
            continue
        caller = Caller(own)
        assert caller.get(item.name, limit=1).status_code == 200, item.name
        for name in item.orders:
            answer = caller.get(item.name, order=name, limit=1)
            if withheld_columns(item) & columns_of(item, name):
                assert set(faults(answer)) == {"order"}, (item.name, name)
                assert name not in faults(answer)["order"]
            else:
                assert answer.status_code == 200, (item.name, name)


def test_staff_keep_every_order_and_participants_walk_by_creation(trial: Any, own: Any) -> None:
    nora, caller = Caller(trial.coordinator), Caller(own)
    for order in ("-aware_at", "aware_at", "subject_id", "-subject_id", "-created_at", "created_at"):
        assert nora.get("adverse-events", order=order).status_code == 200, order
    assert [row["id"] for row in nora.rows("adverse-events")] == [
        row["id"] for row in nora.rows("adverse-events", order="-aware_at")
    ]
    mine = [row["id"] for row in caller.rows("adverse-events", limit=1)]
    assert mine == sorted(mine, reverse=True)
    assert len(mine) == 3


def test_places_of_graphql_tell_no_more(trial: Any, own: Any) -> None:
    asker = Asker(own)
    (one,) = asker.ask("{ subjects(first: 1) { nodes { adverseEvents(first: 2) { edges { cursor node { id } } } } } }")[
        "subjects"
    ]["nodes"]
    edges = one["adverseEvents"]["edges"]
    flat = asker.ask("{ adverseEvents(first: 2) { edges { cursor node { id } } } }")["adverseEvents"]["edges"]
    assert flat == edges
    for edge in edges:
        place = json.loads(urlsafe_b64decode(edge["cursor"] + "=="))
        assert place == ["next", edge["node"]["id"]]
    inner = f'adverseEvents(after: "{edges[0]["cursor"]}") {{ nodes {{ id }} }}'
    further = f"{{ subjects(first: 1) {{ nodes {{ {inner} }} }} }}"
    (one,) = asker.ask(further)["subjects"]["nodes"]
    assert one["adverseEvents"]["nodes"][0] == edges[1]["node"]
    refused = asker.fails("{ adverseEvents(orderBy: aware_at) { nodes { id } } }")
    assert (refused["status"], refused["errors"][0]["field"]) == (422, "orderBy")


def test_no_place_makes_a_list_fail(trial: Any, own: Any) -> None:
    for item in everything():
        caller = Caller(own if item.may_be_read_by(own) else trial.coordinator)
        for name, order in item.orders.items():
            for value in HOSTILE:
                values = [value] * len(order.fields)
                values[1:] = values[1:] and [*values[1:-1], "01900000-0000-7000-8000-000000000000"]
                answer = caller.get(item.name, order=name, page=cursor(*values))
                assert answer.status_code in (200, 403, 422), (item.name, name, value)


@pytest.mark.parametrize("name", ["messages", "adverseEvents"])
def test_graphql_refuses_a_place_with_an_offset_that_the_database_does_not_know(
    trial: Any, own: Any, name: str
) -> None:
    place = cursor("2026-01-01T00:00:00+23:59", "01900000-0000-7000-8000-000000000000")
    refused = Asker(trial.coordinator).fails(f'{{ {name}(after: "{place}") {{ nodes {{ id }} }} }}')
    assert (refused["status"], refused["errors"][0]["field"]) == (422, "after")


def test_both_ends_of_a_time_are_among_what_was_asked_for(trial: Any, own: Any) -> None:
    """Times are cut to milliseconds where they are written, and sent back so."""
    caller = Caller(own)
    ((at, key),) = [(row["sent_at"], row["id"]) for row in caller.rows("messages")]
    for asked_for in ({"sent_until": at}, {"sent_from": at}, {"sent_from": at, "sent_until": at}):
        assert [row["id"] for row in caller.rows("messages", **asked_for)] == [key], asked_for
    finer = at.replace("Z", "001Z")
    assert "." in at
    assert caller.get("messages", sent_until=finer).status_code == 200
    assert caller.get("messages", sent_until="9999-12-31T23:59:59.999Z").status_code == 200
