"""Reading over GraphQL: nested records, lists and their windows, in sight and fixed queries."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLScalarType, get_named_type

from tests.support.api import Caller
from tests.support.messaging import participant_of
from trialcrm.api.selectors.publishing import everything
from trialcrm.api.views.graphql.naming import camel, list_name, type_name
from trialcrm.api.views.graphql.schema import schema

from .asking import Asker

DOWN = """{ studies(first: 5) { nodes { id protocolId subjects(first: 20) { nodes { id subjectId etag
    visits(first: 50) { edges { cursor node { id visitStatus dueOn } } pageInfo { hasNextPage } } } } } } }"""
UP = """{ visits(first: 100) { totalCount nodes { id etag site { number }
    subject { subjectId study { protocolId sites { nodes { number } } } } } } }"""


@pytest.fixture
def nora(trial: Any) -> Asker:
    return Asker(trial.coordinator)


def queries(asker: Asker, query: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        asker.ask(query)
    return len(caught)


@pytest.mark.parametrize("query", [DOWN, UP], ids=["down", "up"])
def test_three_levels_cost_the_same_for_few_rows_and_for_many(trial: Any, query: str) -> None:
    trial.on_treatment(first_dose_days_ago=11)
    monitor = Asker(trial.monitor)
    monitor.ask(query)
    few = queries(monitor, query)
    for site in (trial.site, trial.other_site, trial.site):
        trial.on_treatment(first_dose_days_ago=11, site=site)
    assert queries(monitor, query) == few
    assert few <= 12


def test_what_is_nested_is_what_stands_in_the_tables(trial: Any, nora: Asker) -> None:
    subject = trial.on_treatment(first_dose_days_ago=11)
    (study,) = nora.ask(DOWN)["studies"]["nodes"]
    (shown,) = study["subjects"]["nodes"]
    assert shown["subjectId"] == subject.subject_id
    assert shown["etag"] == nora.get(f"subjects/{subject.pk}")["ETag"]
    rows = {edge["node"]["id"]: edge["node"] for edge in shown["visits"]["edges"]}
    assert rows.keys() == {str(pk) for pk in subject.visits.values_list("pk", flat=True)}
    assert all(rows[str(visit.pk)]["visitStatus"] == visit.status for visit in subject.visits.all())


def test_nested_records_of_other_sites_are_out_of_sight(trial: Any, nora: Asker) -> None:
    here = trial.on_treatment(first_dose_days_ago=11)
    trial.on_treatment(first_dose_days_ago=11, site=trial.other_site)
    (study,) = nora.ask(DOWN)["studies"]["nodes"]
    assert [row["id"] for row in study["subjects"]["nodes"]] == [str(here.pk)]
    assert {row["site"]["number"] for row in nora.ask(UP)["visits"]["nodes"]} == {"701"}


def test_somebody_elses_record_does_not_exist(trial: Any, nora: Asker) -> None:
    there = trial.on_treatment(first_dose_days_ago=11, site=trial.other_site)
    query = "query($id: UUID!) { subject(id: $id) { id } }"
    assert nora.fails(query, id=str(there.pk))["status"] == 404
    assert Asker(trial.outsider).ask(query, id=str(there.pk)) == {"subject": {"id": str(there.pk)}}


def test_a_class_that_is_closed_says_why_and_leaves_the_rest_alone(trial: Any) -> None:
    sent = Asker(trial.stranger).send("{ visits { nodes { id } } notifications { nodes { id } } }")
    assert sent.status_code == 200
    answer = sent.json()
    assert answer["data"] == {"visits": None, "notifications": {"nodes": []}}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["status"]) == (["visits"], 403)


def test_participants_read_their_own_without_what_is_withheld(trial: Any) -> None:
    subject, other = (trial.on_treatment(first_dose_days_ago=11) for _number in range(2))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_visit SET out_of_window_reason = 'For staff'")
    grace = Asker(participant_of(subject))
    rows = grace.ask(
        "{ visits(first: 100) { nodes { id subjectId deviationDays outOfWindowReason subject { subjectId } } } }"
    )
    rows = rows["visits"]["nodes"]
    assert {row["subjectId"] for row in rows} == {str(subject.pk)}
    assert {(row["deviationDays"], row["outOfWindowReason"]) for row in rows} == {(None, None)}
    single = "query($id: UUID!) { subject(id: $id) { visits { nodes { outOfWindowReason } } } }"
    assert grace.fails(single, id=str(other.pk))["status"] == 404
    nested = grace.ask(single, id=str(subject.pk))["subject"]["visits"]["nodes"]
    assert {row["outOfWindowReason"] for row in nested} == {None}
    seen = Asker(trial.coordinator).ask(single, id=str(subject.pk))["subject"]["visits"]["nodes"]
    assert {row["outOfWindowReason"] for row in seen} == {"For staff"}


class TestWindows:
    PAGE = """query($first: Int, $after: String, $last: Int, $before: String, $by: VisitOrder) {
        visits(first: $first, after: $after, last: $last, before: $before, orderBy: $by) { totalCount totalIsMore
            nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }"""

    def walk(self, asker: Asker, there: str, **asked: Any) -> list[str]:
        size, cursor, more = (
            ("first", "after", "hasNextPage") if there == "on" else ("last", "before", "hasPreviousPage")
        )
        found: list[str] = []
        place = None
        while True:
            part = asker.ask(self.PAGE, **{size: 3, cursor: place, **asked})["visits"]
            keys = [row["id"] for row in part["nodes"]]
            found = found + keys if there == "on" else keys + found
            place = part["pageInfo"]["endCursor" if there == "on" else "startCursor"]
            if not part["pageInfo"][more]:
                return found

    @pytest.mark.parametrize("by", [None, "due_on_desc", "subject_id"])
    def test_forwards_and_backwards_give_the_whole_list_as_rest_does(self, trial: Any, nora: Asker, by: Any) -> None:
        for _number in range(2):
            trial.on_treatment(first_dose_days_ago=11)
        order = {"due_on_desc": "-due_on", "subject_id": "subject_id", None: ""}[by]
        whole = [row["id"] for row in nora.rows("visits", order=order)]
        assert self.walk(nora, "on", by=by) == self.walk(nora, "back", by=by) == whole
        assert nora.ask(self.PAGE, first=1)["visits"]["totalCount"] == len(whole)

    def test_a_nested_list_goes_on_behind_a_place(self, trial: Any, nora: Asker) -> None:
        subject = trial.on_treatment(first_dose_days_ago=11)
        query = """query($id: UUID!, $after: String, $n: Int = 2) { subject(id: $id) {
            visits(first: $n, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } } }"""
        found: list[str] = []
        place, more = None, True
        while more:
            part = nora.ask(query, id=str(subject.pk), after=place)["subject"]["visits"]
            found += [row["id"] for row in part["nodes"]]
            place, more = part["pageInfo"]["endCursor"], part["pageInfo"]["hasNextPage"]
        assert found == [row["id"] for row in nora.rows("visits")]

    def test_one_nested_list_under_two_names_has_two_windows(self, trial: Any, nora: Asker) -> None:
        trial.on_treatment(first_dose_days_ago=11)
        answer = nora.ask("""{ subjects { nodes { id one: visits(first: 1) { nodes { id } }
            three: visits(first: 3) { nodes { dueOn } } } } }""")
        (row,) = answer["subjects"]["nodes"]
        assert (len(row["one"]["nodes"]), len(row["three"]["nodes"])) == (1, 3)
        assert set(row["three"]["nodes"][0]) == {"dueOn"}

    @pytest.mark.parametrize("asked", ['after: "nonsense"', 'before: "WzEsMl0"', "first: 3, last: 3"])
    def test_a_window_that_makes_no_sense_is_refused(self, trial: Any, nora: Asker, asked: str) -> None:
        assert nora.fails(f"{{ visits({asked}) {{ nodes {{ id }} }} }}")["status"] == 422

    def test_a_nested_place_that_makes_no_sense_is_refused(self, trial: Any, nora: Asker) -> None:
        fault = nora.fails('{ subjects { nodes { visits(after: "x") { nodes { id } } } } }')
        assert (fault["status"], fault["errors"][0]["field"]) == (422, "after")


def test_filters_are_those_of_rest(trial: Any, nora: Asker) -> None:
    first, _second = (trial.on_treatment(first_dose_days_ago=11) for _number in range(2))
    query = """query($s: UUID, $d: Date) { visits(subject: $s, visitStatus: planned, dueFrom: $d, first: 100) {
        nodes { id } } }"""
    today = trial.today().isoformat()
    shown = [row["id"] for row in nora.ask(query, s=str(first.pk), d=today)["visits"]["nodes"]]
    rows = nora.rows("visits", subject=str(first.pk), visit_status="planned", due_from=today)
    assert shown == [row["id"] for row in rows]
    assert shown


def test_fragments_and_directives_are_heeded(trial: Any, nora: Asker) -> None:
    trial.on_treatment(first_dose_days_ago=11)
    query = """query($all: Boolean!) { subjects { nodes { ...Known ... on Subject @include(if: $all) { state }
        study @skip(if: $all) { id } } } } fragment Known on Subject { subjectId study @include(if: $all) { title } }"""
    (full,) = nora.ask(query, all=True)["subjects"]["nodes"]
    (less,) = nora.ask(query, all=False)["subjects"]["nodes"]
    assert set(full) == {"subjectId", "study", "state"}
    assert set(full["study"]) == {"title"}
    assert set(less) == {"subjectId", "study"}
    assert set(less["study"]) == {"id"}


def selection_of(item: Any) -> str:
    """Every field of a class that is no record of its own, and the key of each that is."""
    told = schema._schema.get_type(type_name(item))
    assert isinstance(told, GraphQLObjectType)
    lists = {camel(many.name) for many in item.many}
    fields = [name if name not in lists else name + "{nodes{id}}" for name in told.fields]
    return " ".join(name + below(told.fields[name.partition("{")[0]].type) * ("{" not in name) for name in fields)


def below(kind: Any) -> str:
    named = get_named_type(kind)
    if isinstance(named, GraphQLScalarType | GraphQLEnumType):
        return ""
    inner = named.fields
    return "{" + ("id" if "id" in inner else " ".join(key + below(each.type) for key, each in inner.items())) + "}"


@pytest.mark.parametrize("item", everything(), ids=lambda item: item.name)
def test_every_field_of_every_class_can_be_asked_for(trial: Any, item: Any) -> None:
    trial.on_treatment(first_dose_days_ago=11)
    for person in (trial.coordinator, trial.manager, trial.unblinded_pharmacist):
        if item.may_be_read_by(person):
            rows = Asker(person).ask(f"{{ {list_name(item)}(first: 5) {{ nodes {{ {selection_of(item)} }} }} }}")
            listed = Caller(person).get(item.name, limit=5).json()["items"]
            # Reading the log is noted in the log.
            if item.name != "audit-log":
                assert [row["id"] for row in rows[list_name(item)]["nodes"]] == [row["id"] for row in listed]
