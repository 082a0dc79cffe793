"""The log over the API: what the trail shows each person, in its words, and that reading it is logged."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subjects import services
from tests.support.api import Caller
from tests.support.messaging import participant_of
from tests.trialcrm.api.views.graphql.asking import Asker
from tests.trialcrm.api.views.rest.test_entering import token_of
from trialcrm.audit.models import AuditLog
from trialcrm.trail.selectors import Sight, lines_of

FIELDS = {"id", "actor_id", "action", "entity_type", "entity_id", "summary", "metadata", "created_at", "updated_at"}


@pytest.fixture
def acts(trial: Any) -> Any:
    """Something done here and something done at the other site, each with the participant's name in a reason."""
    here = trial.registered(full_name="Canary Zebra")
    elsewhere = trial.registered(site=trial.other_site, medical_record_number="MRN-2")
    services.write_note(by=trial.coordinator, subject=here, note_type="call", note_text="Called back.")
    return SimpleNamespace(here=here, elsewhere=elsewhere, person=participant_of(here, name="Canary Zebra"))


def in_sight(user: Any) -> set[str]:
    return {str(pk) for pk in Sight(user).rows().values_list("pk", flat=True)}


def test_each_reads_the_rows_that_the_trail_shows_them(trial: Any, acts: Any) -> None:
    people = [
        *(trial.coordinator, trial.investigator, trial.monitor, trial.manager, trial.inspector, trial.outsider),
        *(trial.operator, trial.stranger, acts.person),
    ]
    for person in people:
        # Signing in is an act too.
        caller = Caller(person)
        seen = in_sight(person)
        assert {row["id"] for row in caller.rows("audit-log")} == seen, person.email
    there = Caller(trial.outsider).rows("audit-log", site=str(trial.other_site.pk))
    assert there
    assert Caller(trial.coordinator).get(f"audit-log/{there[0]['id']}").status_code == 404


def test_a_row_has_everything_that_the_brief_says_in_the_words_of_the_trail(trial: Any, acts: Any) -> None:
    nora = Caller(trial.coordinator)
    (row,) = nora.rows("audit-log", action="note.written")
    assert row.keys() >= FIELDS
    logged = AuditLog.objects.get(pk=row["id"])
    (line,) = lines_of(Sight(trial.coordinator), [logged])
    assert (row["summary"], row["actor_name"], row["role"]) == (line.text, line.who, line.role)
    assert row["created_at"] == row["updated_at"] == row["at"]
    assert "Called back." in [change["new"] for change in row["metadata"]["changes"]]


def test_coded_readers_read_no_text_of_the_site(trial: Any, acts: Any) -> None:
    (row,) = Caller(trial.inspector).rows("audit-log", action="note.written")
    assert "Called back." not in str(row)
    for person in (trial.monitor, trial.inspector, trial.manager):
        assert "Canary" not in str(Caller(person).rows("audit-log"))


def test_reading_is_logged_once_for_each_call(trial: Any, acts: Any) -> None:
    nora = Caller(trial.coordinator)
    rows = nora.get("audit-log", limit=3).json()["items"]
    taken = AuditLog.objects.get(action="trail.exported")
    assert taken.actor == trial.coordinator
    assert taken.payload["format"] == "api"
    assert taken.payload["filters"] == {"first": rows[-1]["id"], "last": rows[0]["id"], "rows": "3"}


def test_reading_is_logged_whatever_is_read_of_the_rows(trial: Any, acts: Any) -> None:
    for query in ("{ auditLog(first: 3) { nodes { id action } } }", "{ auditLog(first: 3) { nodes { id summary } } }"):
        before = AuditLog.objects.filter(action="trail.exported").count()
        rows = Asker(trial.coordinator).ask(query)["auditLog"]["nodes"]
        taken = AuditLog.objects.filter(action="trail.exported").order_by("-id")
        assert taken.count() == before + 1, query
        assert taken[0].payload["filters"] == {"first": rows[-1]["id"], "last": rows[0]["id"], "rows": "3"}


def test_rows_are_found_and_come_in_order(trial: Any, acts: Any) -> None:
    nora = Caller(trial.coordinator)
    keys = [row["id"] for row in nora.rows("audit-log")]
    assert keys == sorted(keys, reverse=True)
    about = nora.rows("audit-log", order="id", subject=acts.here.pk)
    assert [row["id"] for row in about] == sorted(row["id"] for row in about)
    assert {row["subject_id"] for row in about} == {str(acts.here.pk)}
    (note,) = nora.rows("audit-log", entity_type="subjects.SubjectNote", outcome="done", actor=trial.coordinator.pk)
    assert nora.rows("audit-log", entity_id=note["entity_id"]) == [note]
    assert nora.rows("audit-log", at_until="2020-01-01T00:00:00Z") == []


def test_a_token_for_certain_places_reads_what_was_done_there(trial: Any, acts: Any) -> None:
    for person in (trial.monitor, trial.operator):
        token = token_of(person, site_ids=[trial.site.pk] if person == trial.monitor else [])
        rows = Caller(token=token.secret).rows("audit-log")
        if person == trial.monitor:
            assert {row["site_id"] for row in rows} <= {str(trial.site.pk), None}
            assert all(row["study_id"] for row in rows)
        else:
            assert any(row["study_id"] is None for row in rows)


def test_a_row_says_with_which_token_it_was_done(trial: Any, acts: Any) -> None:
    token = token_of(trial.coordinator)
    program = Caller(token=token.secret)
    program.get("audit-log", limit=1)
    (taken,) = program.rows("audit-log", action="trail.exported")
    assert token.hint in taken["metadata"]["token"]


def test_a_list_costs_the_same_for_few_and_for_many(trial: Any, acts: Any) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            include = "actor,study,site,subject"
            assert Caller(trial.coordinator).get("audit-log", limit=200, include=include).status_code == 200
        return len(queries)

    few = cost()
    for number in range(5):
        trial.registered(medical_record_number=f"MRN-1{number}")
    assert cost() == few
