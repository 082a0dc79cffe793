"""Adverse events, judgements and reports over the API: who reads what of them, at what cost, and how found."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safety import services as acts
from safety.models import AdverseEvent
from tests.support import safety
from tests.support.api import Caller
from tests.support.messaging import participant_of
from trialcrm.api.selectors.publishing import published
from trialcrm.api.views.rest.shapes import includes_of
from trialcrm.core import clock
from trialcrm.core.partial_dates import parse_partial_date

CLASSES = ("adverse-events", "assessments", "safety-reports", "sponsor-assessments")
BRIEF = {"subject_id", "study_id", "event_term", "severity", "serious", "onset_date", "status", "reported_by_id"}


@pytest.fixture
def subject(trial: Any) -> Any:
    return trial.on_treatment(first_dose_days_ago=11)


def reported(trial: Any, subject: Any) -> AdverseEvent:
    """A serious event that was judged by everybody and told to the sponsor."""
    event = safety.followed(trial.investigator, safety.serious(trial.coordinator, subject))
    report = acts.send_report(by=trial.coordinator, event=event)
    acts.receive_report(by=trial.safety, report=report)
    acts.assess_as_sponsor(
        by=trial.safety, event=event, causality="NOT RELATED", is_expected=True, rationale="Known of the class"
    )
    return event


def felt(person: Any, subject: Any) -> AdverseEvent:
    today = parse_partial_date(clock.today(subject.site.time_zone).isoformat())
    return acts.report_symptom(by=person, subject=subject, event_term="Dizzy", onset=today, narrative="In the morning")


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


def test_who_reads_which_rows(trial: Any, subject: Any) -> None:
    event = reported(trial, subject)
    own = participant_of(subject)
    for name in CLASSES:
        seen = ids(Caller(trial.coordinator).rows(name))
        assert seen, name
        for part in ("investigator", "monitor", "safety", "manager", "inspector"):
            assert ids(Caller(getattr(trial, part)).rows(name)) == seen, (name, part)
        assert Caller(trial.outsider).rows(name) == [], name
        for part in ("pharmacist", "stranger"):
            assert Caller(getattr(trial, part)).get(name).status_code == 403, (name, part)
        if name != "adverse-events":
            assert Caller(own).get(name).status_code == 403, name
    assert Caller(own).rows("adverse-events") == []
    assert Caller(own).get(f"adverse-events/{event.pk}").status_code == 404


def test_a_participant_reads_what_their_page_says_of_their_own_reports(trial: Any, subject: Any, nora: Caller) -> None:
    person = participant_of(subject)
    safety.serious(trial.coordinator, subject)
    event = felt(person, subject)
    own = Caller(person)
    (row,) = own.rows("adverse-events")
    assert (row["event_term"], row["narrative"], row["progress"]) == ("Dizzy", "In the morning", "received")
    item = published("adverse-events")
    assert {row[name] for name in item.withheld} == {row["criteria"]} == {None}
    assert {"status", "severity", "serious", "causality", "status_reason", "aware_at"} <= item.withheld
    for asked in (
        {"serious": "false"},
        {"status": "draft"},
        {"is_unfinished": "true"},
        {"learned_from": "participant"},
    ):
        assert own.rows("adverse-events", **asked) == [], asked
    assert ids(nora.rows("adverse-events", status="draft")) == {str(event.pk)}
    other = trial.on_treatment(full_name="Ed Stone")
    assert Caller(participant_of(other, "ed@home.test", "Ed Stone")).rows("adverse-events") == []


def test_the_fields_of_the_brief_and_the_clock(trial: Any, subject: Any, nora: Caller) -> None:
    aware = clock.now() - timedelta(hours=25)
    late = safety.serious(trial.coordinator, subject, aware_at=aware, onset="2026")
    row = nora.get(f"adverse-events/{late.pk}", include="reported_by,subject").json()
    assert BRIEF | {"id", "created_at", "updated_at"} <= set(row)
    assert (row["event_term"], row["severity"], row["serious"]) == ("Syncope", "MILD", True)
    assert (row["onset_date"], row["onset_from"], row["onset_until"]) == ("2026", "2026-01-01", "2026-12-31")
    assert (row["reported_by"]["name"], row["criteria"]) == ("Nora Lindqvist", ["medically_important"])
    assert (row["is_reported"], row["is_report_overdue"]) == (False, True)
    acts.send_report(by=trial.coordinator, event=late)
    told = nora.get(f"adverse-events/{late.pk}").json()
    assert (told["is_reported"], told["is_report_overdue"]) == (True, False)
    assert told["report_due_at"] == row["report_due_at"]


def test_judgements_and_reports(trial: Any, subject: Any, nora: Caller) -> None:
    event = str(reported(trial, subject).pk)
    first, medical = nora.rows("assessments", event=event, order="created_at", include="assessor")
    assert (first["is_medical"], first["causalities"], first["serious"]) == (False, [], True)
    assert medical["causalities"][0]["causality"] == "POSSIBLY RELATED"
    assert medical["assessor"]["name"] == "Dr Hana Ito"
    (report,) = nora.rows("safety-reports", event=event, include="sent_by,event")
    assert (report["name"], report["is_on_time"], report["event"]["id"]) == ("Initial", True, event)
    assert {line["name"]: line["shown"] for line in report["lines"]}["event_term"] == "Syncope"
    (sponsor,) = nora.rows("sponsor-assessments", event=event)
    assert (sponsor["is_expected"], sponsor["causality"]) == (True, "NOT RELATED")


def test_filters(trial: Any, subject: Any, nora: Caller) -> None:
    mild = safety.recorded(trial.coordinator, subject)
    serious = reported(trial, subject)
    severe = safety.recorded(trial.coordinator, subject, seen_as={"severity": "SEVERE"}, learned_from="hospital")
    everything = {mild, serious, severe}
    for asked, wanted in (
        ({"subject": str(subject.pk)}, everything),
        ({"study": str(trial.study.pk), "site": str(trial.site.pk)}, everything),
        ({"serious": "true"}, {serious}),
        ({"serious": "false"}, {mild, severe}),
        ({"severity": "SEVERE"}, {severe}),
        ({"status": "follow_up"}, {serious}),
        ({"is_unfinished": "false"}, set()),
        ({"causality": "POSSIBLY RELATED"}, {serious}),
        ({"causality": "none"}, {mild, severe}),
        ({"learned_from": "hospital"}, {severe}),
        ({"reported_by": str(trial.coordinator.pk)}, everything),
        ({"onset_from": trial.today().isoformat()}, set()),
        ({"onset_until": trial.today().isoformat()}, everything),
        ({"aware_from": clock.now().isoformat()}, set()),
    ):
        assert ids(nora.rows("adverse-events", **asked)) == {str(one.pk) for one in wanted}, asked
    assert len(nora.rows("safety-reports", is_waiting="true", kind="initial")) == 1
    assert nora.rows("safety-reports", is_waiting="false") == []
    assert len(nora.rows("assessments", is_medical="true")) == 1
    for name in CLASSES:
        for order in published(name).orders:
            first = nora.get(name, order=order, limit=1).json()
            assert first["items"], (name, order)
            if first["next"]:
                assert nora.client.get(first["next"]).status_code == 200, (name, order)


def test_a_list_costs_the_same_for_few_and_for_many(trial: Any, subject: Any, nora: Caller) -> None:
    person = participant_of(subject)

    def costs() -> list[int]:
        return [*(cost(nora, name) for name in CLASSES), cost(Caller(person), "adverse-events")]

    reported(trial, subject)
    felt(person, subject)
    few = costs()
    for _number in range(2):
        reported(trial, trial.on_treatment(first_dose_days_ago=11))
        felt(person, subject)
    assert costs() == few


def cost(caller: Caller, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(name, limit=200, include=",".join(includes_of(published(name)))).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("sent", "status"), [("2026-01-01T10:00:00+16:15", 200), ("0001-01-01T00:00:00+16:15", 422)])
def test_moments_with_far_offsets(nora: Caller, sent: str, status: int) -> None:
    assert nora.get("safety-reports", sent_from=sent).status_code == status
    query = "query($at: DateTime) { safetyReports(sentFrom: $at) { totalCount } }"
    asked = {"query": query, "variables": {"at": sent}}
    answer = nora.client.post("/graphql", asked, content_type="application/json").json()
    assert bool(answer.get("errors")) == (status != 200), answer
