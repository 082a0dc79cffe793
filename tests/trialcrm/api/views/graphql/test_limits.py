"""Queries that would cost too much, or make no sense, get a clear answer and cost little."""

import json
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .asking import ADDRESS, Asker

BOMB = "{ ...F0 } " + " ".join(
    f"fragment F{number} on Query {{ ...F{number + 1} ...F{number + 1} }}" for number in range(80)
)
HOSTILE = {
    "levels without end": "{ visits(first: 1) { nodes { "
    + "subject { study { subjects(first: 1) { nodes { " * 4
    + "id",
    "nested beyond reading": "{ a" * 480 + " }" * 480,
    "values nested beyond reading": "{ visits(first: " + "[" * 900,
    "aliases by the hundred": "{ "
    + " ".join(f"a{number}: studies {{ nodes {{ id }} }}" for number in range(100))
    + " }",
    "aliases in fragments": "{ ...A ...A } fragment A on Query { "
    + " ".join(f"a{number}: studies {{ nodes {{ id }} }}" for number in range(9))
    + " }",
    "a page of a million": "{ visits(first: 1000000) { nodes { id } } }",
    "a page of none": "{ visits(first: 0) { nodes { id } } }",
    "a page of less than none": "{ visits(last: -1) { nodes { id } } }",
    "pages within pages": "{ studies(first: 100) { nodes { subjects(first: 100) { nodes { id } } } } }",
    "fragments that double": BOMB + " fragment F80 on Query { __typename }",
    "fragments in a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "an unknown fragment": "{ ...Nowhere }",
    "too many words": "{ " + "__typename " * 1000 + "}",
    "a text of a book's length": '{ visits(subject: "' + "x" * 25_000 + '") { nodes { id } } }',
    "another type": '{ visits(first: "ten") { nodes { id } } }',
    "no such status": "{ visits(visitStatus: lost) { nodes { id } } }",
    "no key": '{ visit(id: "1") { id } }',
    "no date": '{ visits(dueFrom: "31.12.2026") { nodes { id } } }',
    "no field": "{ visits { nodes { password } } }",
    "no query": "}{",
    "nothing": "   ",
    "a NUL": '{ visits(after: "\\u0000") { nodes { id } } }',
    "a NUL in other words": '{ visits(after: "\\u{0}") { nodes { id } } }',
    "half a character": '{ visits(after: "\\ud800") { nodes { id } } }',
    "a subscription": "subscription { visits { id } }",
    "the schema again and again": "{ "
    + " ".join(f"a{number}: __schema {{ types {{ name }} }}" for number in range(10))
    + " }",
    "introspection without end": "{ __schema { types { " + "fields { type { " * 4 + "name" + " }" * 10,
    "types of fields of types": "{ __schema { types { fields { type { fields { name } } } } } }",
    "types of arguments": "{ __schema { types { fields { args { type { inputFields { name } } } } } } }",
    "types of types": "{ __schema { types { possibleTypes { interfaces { name } } } } }",
    "the schema under names": "{ __schema { types { a: fields { name } b: fields { name } } } }",
    "a type under names": '{ __type(name: "Visit") { a: name } }',
    "the schema in fragments": "{ ...S } fragment S on Query { __schema { types { ...T } } } "
    "fragment T on __Type { fields { type { ...U } } } fragment U on __Type { enumValues { name } }",
}


@pytest.fixture
def nora(trial: Any) -> Asker:
    return Asker(trial.coordinator)


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_costs_too_much_or_makes_no_sense_is_refused(nora: Asker, query: str) -> None:
    nora.ask("{ __typename }")
    with CaptureQueriesContext(connection) as before:
        nora.ask("{ __typename }")
    began = time.monotonic()
    with CaptureQueriesContext(connection) as caught:
        answer = nora.send(query)
    assert time.monotonic() - began < 1
    assert answer.status_code in (400, 422), answer.content
    assert all(error["message"] for error in answer.json()["errors"])
    assert "data" not in answer.json()
    assert len(caught) <= len(before)


TOO_LONG = {
    "of a list": ("query($v: Int) { visits(first: $v) { nodes { id } } }", 101),
    "of a nested list": ("query($v: Int) { subjects(first: 1) { nodes { visits(first: $v) { nodes { id } } } } }", 101),
    "of rows in the end": (
        "query($v: Int) { studies(first: $v) { nodes { subjects(first: $v) { nodes { id visits(first: 2) "
        "{ nodes { id } } } } } } }",
        100,
    ),
}


@pytest.mark.parametrize("written", [int, float, lambda value: value * 1e4, lambda value: value + 0.5])
@pytest.mark.parametrize(("query", "size"), TOO_LONG.values(), ids=TOO_LONG.keys())
def test_a_size_in_a_variable_counts_however_it_is_written(nora: Asker, query: str, size: int, written: Any) -> None:
    answer = nora.send(query, v=written(size))
    assert answer.status_code == 400, answer.content
    assert "data" not in answer.json()


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "0.5", "1e18", "9" * 30])
def test_a_size_that_is_no_number_of_rows_is_refused(nora: Asker, number: str) -> None:
    query = "query($v: Int) { visits(first: $v) { nodes { id } } }"
    body = f'{{"query": "{query}", "variables": {{"v": {number}}}}}'
    answer = nora.client.post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == 400
    assert "A list gives from 1 to 100 records at once." in {each["message"] for each in answer.json()["errors"]}


def test_a_size_may_be_written_as_a_whole_float_or_left_open(trial: Any, nora: Asker) -> None:
    trial.on_treatment(first_dose_days_ago=11)
    query = "query($v: Int) { subjects { nodes { visits(first: $v) { nodes { id } } } } }"
    found = {size: nora.ask(query, v=size)["subjects"]["nodes"][0]["visits"]["nodes"] for size in (2.0, 2, None)}
    assert len(found[2]) == 2 < len(found[None])


VARIABLES = {
    "a million": ("query($v: Int) { visits(first: $v) { nodes { id } } }", 1_000_000),
    "a number beyond numbers": ("query($v: Int) { visits(first: $v) { nodes { id } } }", 10**40),
    "a truth": ("query($v: Int) { visits(first: $v) { nodes { id } } }", True),
    "an object": ("query($v: UUID!) { visit(id: $v) { id } }", {"a": 1}),
    "a NUL": ("query($v: String) { visits(after: $v) { nodes { id } } }", "\x00"),
    "half a character": ("query($v: String) { visits(after: $v) { nodes { id } } }", "\ud800"),
    "no status": ("query($v: [String]) { visits(visitStatus: $v) { nodes { id } } }", ["planned"]),
}


@pytest.mark.parametrize(("query", "value"), VARIABLES.values(), ids=VARIABLES.keys())
def test_variables_that_make_no_sense_are_refused(nora: Asker, query: str, value: Any) -> None:
    answer = nora.send(query, v=value)
    fine = answer.status_code in (400, 422)
    told = answer.json()["errors"][0]["extensions"]["status"]
    assert fine or told == 422, answer.content


BODIES = {
    "no JSON": ("{", 400),
    "a list": ('[{"query": "{ __typename }"}, {"query": "{ __typename }"}]', 400),
    "a word": ('"query"', 400),
    "no query": ("{}", 400),
    "a number for a query": ('{"query": 1}', 400),
    "variables that are none": ('{"query": "{ __typename }", "variables": [1]}', 400),
    "a name that is none": ('{"query": "{ __typename }", "operationName": 1}', 400),
    "a name of nothing": ('{"query": "{ __typename }", "operationName": "There"}', 400),
    "nested without end": ('{"query": "{ __typename }", "variables": ' + '{"a":' * 100_000 + "1", 400),
    "two megabytes": (json.dumps({"query": "{ __typename }", "variables": {"a": "x" * 2_000_000}}), 413),
    "ten megabytes": (json.dumps({"query": "{ __typename }", "variables": {"a": "x" * 10_000_000}}), 413),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
def test_a_body_that_cannot_be_read_is_refused(nora: Asker, body: str, status: int) -> None:
    answer = nora.client.post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["status"] == status


def test_what_people_ask_is_within_the_limits(nora: Asker) -> None:
    aliases = " ".join(f"a{number}: studies {{ nodes {{ id }} }}" for number in range(15))
    assert len(nora.ask("{ " + aliases + " }")) == 15
    up = "subject { visits(first: 1) { edges { node { subject { study { id } } } } } }"
    nora.ask(f"{{ visits(first: 1) {{ edges {{ node {{ {up} }} }} }} }}")
    nora.ask(
        "{ studies(first: 10) { nodes { subjects(first: 20) { nodes { visits(first: 20) { nodes { id } } } } } } }"
    )
