"""Screening, visits, appointments, notes and deviations over the API: who reads what of them, and their filters."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subjects import services
from subjects.domain.deviations import Departure, DeviationCategory
from subjects.models import Appointment, Deviation, Screening, Subject, SubjectNote
from subjects.services import Booking
from tests.support.api import Caller
from tests.support.days import in_days
from tests.support.messaging import participant_of
from trialcrm.api.selectors.publishing import published
from trialcrm.api.views.rest.shapes import includes_of
from trialcrm.core import clock

CLASSES = (
    "studies", "sites", "planned-visits", "criteria", "consent-versions", "users", "subjects", "patients", "consents",
    "screenings", "visits", "appointments", "notes", "deviations",
)  # fmt: skip


@pytest.fixture
def subject(trial: Any) -> Subject:
    return trial.on_treatment(first_dose_days_ago=11)


def booked(trial: Any, subject: Subject, days: int = 2, **facts: Any) -> Appointment:
    booking = Booking(scheduled_at=in_days(days), coordinator=trial.coordinator, location="Room 4", minutes=30)
    return services.book_appointment(by=trial.coordinator, subject=subject, booking=booking, reason="Blood test")


def departed(trial: Any, subject: Subject) -> Deviation:
    today = trial.today()
    departure = Departure("Took two doses", DeviationCategory.MEDICATION, today, None, today)
    return services.record_deviation(by=trial.coordinator, subject=subject, departure=departure)


def noted(trial: Any, subject: Subject) -> SubjectNote:
    return services.write_note(by=trial.coordinator, subject=subject, note_type="safety", note_text="Called back.")


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {row["id"] for row in rows}


def test_a_list_costs_the_same_for_few_and_for_many(trial: Any, nora: Caller) -> None:
    def grow(times: int) -> None:
        for number in range(times):
            subject = trial.on_treatment(first_dose_days_ago=11)
            booked(trial, subject, days=2 + Appointment.objects.count() + number)
            departed(trial, subject)
            noted(trial, subject)

    def costs() -> dict[str, int]:
        return {name: cost(nora, name) for name in CLASSES}

    grow(1)
    few = costs()
    grow(3)
    assert costs() == few


def cost(caller: Caller, name: str) -> int:
    include = ",".join(includes_of(published(name)))
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(name, limit=200, **({"include": include} if include else {})).status_code == 200
    return len(queries)


class TestScreenings:
    def test_the_fields_of_the_brief_and_the_answers(self, trial: Any, nora: Caller) -> None:
        attempt = trial.passed()
        found = nora.get(f"screenings/{attempt.pk}", include="completed_by,subject").json()
        assert (found["screening_status"], found["attempt"], found["notes"]) == ("passed", 1, "")
        assert found["screening_date"] == attempt.screening_date.isoformat()
        assert found["completed_by"]["name"] == "Nora Lindqvist"
        assert [(one["code"], one["answer"], one["met"]) for one in found["criteria"]] == [
            ("INCL01", "Y", True), ("INCL02", "Y", True), ("EXCL01", "N", True),
        ]  # fmt: skip

    def test_open_attempts_show_what_is_asked(self, trial: Any, nora: Caller) -> None:
        attempt = Screening.objects.get(subject=trial.registered())
        found = nora.get(f"screenings/{attempt.pk}").json()
        assert [one["answer"] for one in found["criteria"]] == [None] * 3

    def test_the_queue(self, trial: Any, nora: Caller, subject: Subject) -> None:
        waiting = Screening.objects.get(subject=trial.registered())
        treated = Screening.objects.get(subject=subject)
        passed = trial.passed()
        for asked, wanted in (
            ({"in_queue": "true"}, {waiting, passed}),
            ({"in_queue": "false"}, {treated}),
            ({"screening_status": "pending"}, {waiting}),
            ({"screening_date_until": treated.screening_date.isoformat()}, {treated}),
            ({"subject": str(subject.pk)}, {treated}),
            ({"coordinator": str(trial.coordinator.pk)}, {waiting, treated, passed}),
            ({"is_current": "false"}, set()),
        ):
            assert ids(nora.rows("screenings", **asked)) == {str(one.pk) for one in wanted}, asked
        newest = nora.rows("screenings", order="-screening_date")
        assert newest[-1]["id"] == str(treated.pk)

    def test_participants_and_pharmacists_do_not_read_it(self, trial: Any, subject: Subject) -> None:
        for person in (participant_of(subject), trial.pharmacist):
            assert Caller(person).get("screenings").status_code == 403


class TestVisits:
    def test_filters(self, trial: Any, nora: Caller, subject: Subject) -> None:
        rows = nora.rows("visits")
        assert len(rows) == subject.visits.count()
        due = [row["due_on"] for row in rows]
        assert due == sorted(due)
        planned = [row for row in rows if row["visit_status"] == "planned"]
        assert ids(nora.rows("visits", visit_status="planned")) == ids(planned)
        assert ids(nora.rows("visits", is_open="true")) == ids(planned)
        assert ids(nora.rows("visits", window_state="open")) == {
            row["id"] for row in rows if row["window_state"] == "open"
        }
        assert nora.rows("visits", due_from=due[-1]) == [row for row in rows if row["due_on"] == due[-1]]
        calls = nora.rows("visits", kind="phone")
        assert [row["visit_type"] for row in calls] == ["Call after week 4"]

    def test_a_participant_sees_the_own_ones_without_remarks(self, trial: Any, subject: Subject) -> None:
        trial.on_treatment(full_name="Ed Stone")
        rows = Caller(participant_of(subject)).rows("visits")
        assert {row["subject_id"] for row in rows} == {str(subject.pk)}
        assert {row[name] for row in rows for name in published("visits").withheld} == {None}


class TestAppointments:
    def test_the_fields_of_the_brief(self, trial: Any, nora: Caller, subject: Subject) -> None:
        found = nora.get(f"appointments/{booked(trial, subject).pk}", include="provider,patient").json()
        assert found["patient_id"] == found["subject_id"] == str(subject.pk)
        assert found["patient"]["display_name"] == "Grace Okafor"
        assert found["provider"]["name"] == "Nora Lindqvist"
        assert (found["location"], found["status"], found["reason"]) == ("Room 4", "booked", "Blood test")
        assert found["start_at"] < found["end_at"]
        assert found["purpose"] == "Blood test"

    def test_the_week_follows_the_calendar_of_the_site(self, trial: Any, nora: Caller, subject: Subject) -> None:
        soon, later = booked(trial, subject), booked(trial, subject, days=16)
        own = Caller(participant_of(subject))
        for appointment in (soon, later):
            week = clock.local(appointment.starts_at, trial.site.time_zone).strftime("%G-W%V")
            for caller in (nora, own, Caller(trial.monitor)):
                assert ids(caller.rows("appointments", week=week)) == {str(appointment.pk)}
        assert Caller(trial.outsider).rows("appointments", week=week) == []

    @pytest.mark.parametrize("week", ["2026-W54", "2026-10", "2025-W53", "0000-W01", "next"])
    def test_a_week_that_is_none(self, nora: Caller, week: str) -> None:
        assert nora.get("appointments", week=week).status_code == 422

    def test_filters(self, trial: Any, nora: Caller, subject: Subject) -> None:
        soon, later = booked(trial, subject), booked(trial, subject, days=16)
        own = participant_of(subject)
        services.ask_for_another_time(by=own, appointment=later, wish="Any day after")
        for asked, wanted in (
            ({"status": "booked"}, {soon, later}),
            ({"status": "confirmed"}, set()),
            ({"provider": str(trial.coordinator.pk)}, {soon, later}),
            ({"provider": str(trial.investigator.pk)}, set()),
            ({"patient": str(subject.pk)}, {soon, later}),
            ({"has_wish": "true"}, {later}),
            ({"has_wish": "false"}, {soon}),
            ({"start_from": later.starts_at.isoformat()}, {later}),
            ({"start_until": (later.starts_at - timedelta(minutes=1)).isoformat()}, {soon}),
        ):
            assert ids(nora.rows("appointments", **asked)) == {str(one.pk) for one in wanted}, asked

    def test_a_participant_does_not_read_why_it_was_ended(self, trial: Any, nora: Caller, subject: Subject) -> None:
        appointment = booked(trial, subject)
        services.cancel_appointment(
            by=trial.coordinator, appointment=appointment, cancelled_by="site", reason="The room is needed"
        )
        own = Caller(participant_of(subject)).get(f"appointments/{appointment.pk}").json()
        assert (own["status"], own["ended_reason"]) == ("cancelled", None)
        assert nora.get(f"appointments/{appointment.pk}").json()["ended_reason"] == "The room is needed"


@pytest.mark.parametrize(
    ("name", "make", "readers", "refused"),
    [
        ("notes", noted, ("coordinator", "investigator"), ("pharmacist", "monitor", "safety", "manager")),
        ("deviations", departed, ("coordinator", "monitor", "safety", "inspector"), ("pharmacist",)),
    ],
)
def test_who_reads_notes_and_deviations(
    trial: Any, subject: Subject, name: str, make: Any, readers: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    one = make(trial, subject)
    for part in readers:
        assert ids(Caller(getattr(trial, part)).rows(name, subject=str(subject.pk))) == {str(one.pk)}, part
    for part in refused:
        assert Caller(getattr(trial, part)).get(name).status_code == 403, part
    assert Caller(participant_of(subject)).get(name).status_code == 403
    assert Caller(trial.outsider).rows(name) == []


def test_notes_and_deviations_have_the_fields_and_filters_of_their_pages(
    trial: Any, nora: Caller, subject: Subject
) -> None:
    note, departure = noted(trial, subject), departed(trial, subject)
    services.add_addendum(by=trial.coordinator, note=note, note_text="And again.")
    found = nora.rows("notes", note_type="safety", order="created_at", include="author,addendum_to")
    assert [(one["note_text"], one["author"]["name"]) for one in found] == [
        ("Called back.", "Nora Lindqvist"), ("And again.", "Nora Lindqvist"),
    ]  # fmt: skip
    assert found[1]["addendum_to"]["id"] == str(note.pk)
    assert nora.rows("notes", note_type="call") == []
    assert ids(nora.rows("deviations", status="open", importance="minor")) == {str(departure.pk)}
    assert nora.rows("deviations", status="closed") == []
