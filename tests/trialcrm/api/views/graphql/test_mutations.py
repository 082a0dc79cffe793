"""Writing over GraphQL: the acts of REST, with their rules, versions and keys."""

from typing import Any

import pytest

from subjects.models import Visit
from tests.support.cast import PASSWORD
from tests.support.days import in_days
from tests.trialcrm.api.views.rest.test_entering import token_of
from trialcrm.api.domain.tokens import Verb
from trialcrm.api.models import KeptAnswer
from trialcrm.api.views.graphql.naming import mutation_name
from trialcrm.api.views.graphql.schema import schema
from trialcrm.api.views.verbs.acting import acts
from trialcrm.audit.models import AuditLog

from .asking import Asker

WHY = "The participant asked for it"
CANCEL = """mutation($id: UUID!, $why: String!, $key: String, $etag: String) {
    cancelVisit(id: $id, input: {reason: $why}, idempotencyKey: $key, ifMatch: $etag) {
        id visitStatus notDoneReason etag subject { subjectId } } }"""
ADD = """mutation($input: CreateVisitInput!, $key: String) {
    createVisit(input: $input, idempotencyKey: $key) { id visitStatus } }"""


@pytest.fixture
def visit(trial: Any) -> Visit:
    """A visit still to be booked."""
    return trial.on_treatment(first_dose_days_ago=11).visits.filter(status="planned").order_by("-due_on").first()


@pytest.fixture
def nora(trial: Any) -> Asker:
    return Asker(trial.coordinator)


def unscheduled(trial: Any, visit: Visit, **other: Any) -> dict[str, Any]:
    return {
        "subjectId": str(visit.subject_id),
        "startedOn": trial.today().isoformat(),
        "unscheduledReason": "adverse_event",
        "visitType": "Unscheduled · rash",
        "kind": "clinic",
        **other,
    }


def test_every_act_has_its_mutation() -> None:
    fields = schema._schema.mutation_type.fields
    assert fields.keys() == {mutation_name(act) for act in acts()}
    assert len(fields) == len(acts())
    assert all(field.description for field in fields.values())


def test_an_act_is_done_and_recorded_as_on_the_page(trial: Any, visit: Visit, nora: Asker) -> None:
    row = nora.ask(CANCEL, id=str(visit.pk), why=WHY)["cancelVisit"]
    assert row["visitStatus"] == "cancelled"
    assert row["subject"] == {"subjectId": visit.subject.subject_id}
    assert row["etag"] == nora.get(f"visits/{visit.pk}")["ETag"]
    assert AuditLog.objects.get(action="visit.cancelled", entity_id=str(visit.pk)).actor == trial.coordinator


def test_something_is_made(trial: Any, visit: Visit, nora: Asker) -> None:
    made = nora.ask(ADD, input=unscheduled(trial, visit))["createVisit"]
    assert Visit.objects.get(pk=made["id"]).visit_type == "Unscheduled · rash"


def test_a_rule_refuses_in_its_own_words(trial: Any, visit: Visit, nora: Asker) -> None:
    nora.ask(CANCEL, id=str(visit.pk), why=WHY)
    refusal = nora.fails(CANCEL, id=str(visit.pk), why=WHY)
    rest = nora.post(f"visits/{visit.pk}/cancel", {"reason": WHY})
    assert (refusal["status"], refusal["detail"]) == (rest.status_code, rest.json()["detail"])


def test_faults_are_named_as_the_caller_names_fields(trial: Any, visit: Visit, nora: Asker) -> None:
    refusal = nora.fails(ADD, input=unscheduled(trial, visit, startedOn=in_days(3).date().isoformat()))
    assert refusal["status"] == 422
    assert [fault["field"] for fault in refusal["errors"]] == ["startedOn"]
    assert (
        nora.fails(ADD, input=unscheduled(trial, visit, subjectId=str(visit.pk)))["errors"][0]["field"] == "subjectId"
    )


def test_who_may_not_is_told_so_and_elsewhere_there_is_nothing(trial: Any, visit: Visit) -> None:
    assert Asker(trial.monitor).fails(CANCEL, id=str(visit.pk), why=WHY)["status"] == 403
    assert Asker(trial.outsider).fails(CANCEL, id=str(visit.pk), why=WHY)["status"] == 404


def test_several_acts_in_one_call_are_done_each_for_itself(trial: Any, visit: Visit, nora: Asker) -> None:
    query = """mutation($id: UUID!, $gone: UUID!) {
        first: cancelVisit(id: $id, input: {reason: "Asked for it"}) { visitStatus }
        second: cancelVisit(id: $gone, input: {reason: "Asked for it"}) { visitStatus }
        third: cancelVisit(id: $id, input: {reason: "Asked for it"}) { visitStatus } }"""
    answer = nora.send(query, id=str(visit.pk), gone=str(visit.subject_id)).json()
    assert answer["data"] == {"first": {"visitStatus": "cancelled"}, "second": None, "third": None}
    assert [error["path"] for error in answer["errors"]] == [["second"], ["third"]]
    assert answer["errors"][0]["extensions"]["status"] == 404
    visit.refresh_from_db()
    assert visit.status == "cancelled"


def test_a_key_stands_for_one_call(trial: Any, visit: Visit, nora: Asker) -> None:
    body = unscheduled(trial, visit)
    made = [nora.ask(ADD, input=body, key="k1")["createVisit"]["id"] for _number in range(3)]
    assert len(set(made)) == 1
    assert nora.fails(ADD, input={**body, "visitType": "Another"}, key="k1")["status"] == 422
    assert nora.fails(ADD, input=body, key="x" * 121)["status"] == 422
    assert KeptAnswer.objects.count() == 1


def test_the_second_of_two_writers_with_one_version_is_told(trial: Any, visit: Visit, nora: Asker) -> None:
    read = "query($id: UUID!) { visit(id: $id) { etag } }"
    etag = nora.ask(read, id=str(visit.pk))["visit"]["etag"]
    booking = {
        "scheduled_at": in_days(3).isoformat(),
        "minutes": 30,
        "coordinator": str(trial.coordinator.pk),
        "out_of_window_reason": WHY,
    }
    assert nora.post(f"visits/{visit.pk}/schedule", booking).status_code == 200
    assert nora.fails(CANCEL, id=str(visit.pk), why=WHY, etag=etag)["status"] == 412
    etag = nora.ask(read, id=str(visit.pk))["visit"]["etag"]
    assert nora.ask(CANCEL, id=str(visit.pk), why=WHY, etag=etag)["cancelVisit"]["visitStatus"] == "cancelled"


def test_a_token_does_what_it_was_made_for_only(trial: Any, visit: Visit) -> None:
    program = Asker(token=token_of(trial.coordinator, Verb.READ).secret)
    assert program.ask("{ visits(first: 1) { nodes { id } } }")["visits"]["nodes"]
    refusal = program.fails(CANCEL, id=str(visit.pk), why=WHY)
    assert refusal["status"] == 403
    assert "was not made for this" in refusal["detail"]
    writer = Asker(token=token_of(trial.coordinator, Verb.ACT).secret)
    assert writer.fails("{ visits { nodes { id } } }")["status"] == 403


CANCEL_ONCE = """mutation($id: UUID!) {
    cancelVisit(id: $id, input: {reason: "Asked for it"}, idempotencyKey: "one") { %s } }"""
NOTE = """mutation($id: UUID!) {
    createSubjectNote(input: {subjectId: $id, noteType: call, noteText: "Called back."}) { %s } }"""


@pytest.mark.parametrize("beyond", ["subject { subjectId }", "... on Visit { study { title } }"])
def test_a_token_that_does_not_read_is_told_of_the_record_alone(trial: Any, visit: Visit, beyond: str) -> None:
    writer, key = Asker(token=token_of(trial.coordinator, Verb.ACT).secret), str(visit.pk)
    refusal = writer.fails(CANCEL_ONCE % f"id {beyond}", id=key)
    assert (refusal["status"], "was not made for this" in refusal["detail"]) == (403, True)
    assert Visit.objects.get(pk=visit.pk).status == "planned"
    done = writer.ask(CANCEL_ONCE % "visitStatus subjectId etag", id=key)["cancelVisit"]
    assert (done["visitStatus"], done["subjectId"]) == ("cancelled", str(visit.subject_id))
    assert writer.fails(CANCEL_ONCE % f"id {beyond}", id=key)["status"] == 403
    assert writer.ask(CANCEL_ONCE % "visitStatus subjectId etag", id=key)["cancelVisit"] == done


def test_a_token_that_does_not_read_is_given_no_list_beside_a_record(trial: Any, visit: Visit) -> None:
    writer, key = Asker(token=token_of(trial.coordinator, Verb.CREATE).secret), str(visit.subject_id)
    assert writer.fails(NOTE % "id addenda { nodes { noteText } }", id=key)["status"] == 403
    assert writer.ask(NOTE % "noteText", id=key)["createSubjectNote"] == {"noteText": "Called back."}


def test_a_token_limited_to_a_site_reads_that_site_only(trial: Any, visit: Visit) -> None:
    trial.on_treatment(first_dose_days_ago=11, site=trial.other_site)
    program = Asker(token=token_of(trial.monitor, site_ids=[trial.site.pk]).secret)
    nested = program.ask("{ studies { nodes { subjects { nodes { siteId } } visits { nodes { siteId } } } } }")
    (study,) = nested["studies"]["nodes"]
    for rows in study.values():
        assert {row["siteId"] for row in rows["nodes"]} == {str(trial.site.pk)}


def test_what_is_signed_is_read_before_and_no_token_signs(trial: Any) -> None:
    attempt = trial.passed()
    read = """query($id: UUID!) { toConfirmScreening(id: $id) {
        statement shown asksForEmail content { label shown } } }"""
    hana = Asker(trial.investigator)
    told = hana.ask(read, id=str(attempt.pk))["toConfirmScreening"]
    assert told["content"]
    sign = """mutation($id: UUID!, $email: String, $password: String!, $shown: String!) {
        confirmScreening(id: $id, input: {email: $email, password: $password, shown: $shown}) { id } }"""
    sent = {"id": str(attempt.pk), "email": trial.investigator.email, "shown": told["shown"]}
    assert hana.fails(sign, password="wrong", **sent)["errors"][0]["field"] == "password"
    program = Asker(token=token_of(trial.investigator).secret)
    assert program.fails(sign, password=PASSWORD, **sent)["status"] == 403
    assert hana.ask(sign, password=PASSWORD, **sent)["confirmScreening"] == {"id": str(attempt.pk)}
