"""Acts on visits, appointments, notes and deviations over REST."""

from typing import Any

import pytest

from subjects import services
from subjects.models import Appointment, Deviation, Subject
from tests.support.api import Caller, done, faults
from tests.support.cast import PASSWORD
from tests.support.days import in_days
from tests.support.messaging import participant_of
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock

WHY = "The participant asked for it"


@pytest.fixture
def subject(trial: Any) -> Subject:
    return trial.on_treatment(first_dose_days_ago=11)


class TestVisits:
    def test_booked_moved_started_and_completed(self, trial: Any, nora: Caller, subject: Subject) -> None:
        visit = subject.visits.get(visit_type="Week 2")
        booking = {
            "scheduled_at": in_days(3).isoformat(),
            "minutes": 30,
            "coordinator": str(trial.coordinator.pk),
            "location": "Room 4",
        }
        at = f"visits/{visit.pk}"
        assert done(nora.post(f"{at}/schedule", booking))["location"] == "Room 4"
        moved = {**booking, "scheduled_at": in_days(4).isoformat()}
        assert set(faults(nora.post(f"{at}/reschedule", moved))) == {"move_reason"}
        assert done(nora.post(f"{at}/reschedule", {**moved, "move_reason": "illness"}))["move_reason"] == "illness"
        assert nora.post(f"{at}/miss", {"reason": WHY}).status_code == 403
        assert done(nora.post(f"{at}/start"))["visit_status"] == "in_progress"
        body = {"started_on": trial.today().isoformat(), "kind": "clinic"}
        assert done(nora.post(f"{at}/complete", body))["visit_status"] == "completed"
        assert AuditLog.objects.filter(entity_id=str(visit.pk), action="visit.completed").count() == 1

    def test_missed_and_cancelled(self, trial: Any, nora: Caller, subject: Subject) -> None:
        missed, cancelled = subject.visits.get(visit_type="Screening 2"), subject.visits.get(visit_type="Week 8")
        assert done(nora.post(f"visits/{missed.pk}/miss", {"reason": WHY}))["visit_status"] == "missed"
        assert done(nora.post(f"visits/{cancelled.pk}/cancel", {"reason": WHY}))["not_done_reason"] == WHY

    def test_an_unscheduled_one(self, trial: Any, nora: Caller, subject: Subject) -> None:
        body = {
            "subject_id": str(subject.pk),
            "started_on": trial.today().isoformat(),
            "unscheduled_reason": "adverse_event",
            "visit_type": "Unscheduled · rash",
            "kind": "clinic",
        }
        made = done(nora.post("visits", body), 201)
        assert (made["visit_status"], made["is_unscheduled"]) == ("completed", True)


class TestAppointments:
    def body(self, trial: Any, days: int = 2) -> dict[str, Any]:
        return {"start_at": in_days(days).isoformat(), "minutes": 30, "provider": str(trial.coordinator.pk)}

    @pytest.fixture
    def appointment(self, trial: Any, nora: Caller, subject: Subject) -> Appointment:
        body = {**self.body(trial), "subject_id": str(subject.pk), "reason": "Blood test", "location": "Room 4"}
        return Appointment.objects.get(pk=done(nora.post("appointments", body), 201)["id"])

    def test_booked_confirmed_and_moved(self, trial: Any, nora: Caller, appointment: Appointment) -> None:
        at = f"appointments/{appointment.pk}"
        assert done(nora.post(f"{at}/confirm"))["confirmed_by"] == "site"
        new = done(nora.post(f"{at}/move", {"start_at": in_days(5).isoformat(), "reason": WHY}))
        assert (new["location"], new["provider_id"]) == ("Room 4", str(trial.coordinator.pk))
        old = nora.get(at).json()
        assert (old["status"], old["successor_id"], old["ended_reason"]) == ("rescheduled", new["id"], WHY)

    def test_what_is_wrong_has_the_names_of_the_body(self, trial: Any, nora: Caller, subject: Subject) -> None:
        body = {**self.body(trial, -2), "subject_id": str(subject.pk), "reason": "Blood test"}
        assert faults(nora.post("appointments", body)) == {"start_at": "This time is past."}
        unknown = {**self.body(trial), "subject_id": str(subject.pk), "reason": "x", "provider": str(subject.pk)}
        assert set(faults(nora.post("appointments", unknown))) == {"provider"}
        del body["start_at"]
        assert set(faults(nora.post("appointments", body))) == {"start_at"}

    def test_one_provider_is_in_one_place(self, trial: Any, nora: Caller, appointment: Appointment) -> None:
        body = {**self.body(trial), "start_at": appointment.starts_at.isoformat(), "reason": "Blood test"}
        answer = nora.post("appointments", {**body, "subject_id": str(appointment.subject_id)})
        assert set(faults(answer)) == {"start_at"}

    def test_cancelled_missed_and_kept(self, trial: Any, nora: Caller, subject: Subject) -> None:
        made = [done(nora.post("appointments", self.of(trial, subject, days)), 201)["id"] for days in (2, 3, 4)]
        body = {"cancelled_by": "participant", "reason": WHY}
        assert done(nora.post(f"appointments/{made[0]}/cancel", body))["cancelled_by"] == "participant"
        early = nora.post(f"appointments/{made[1]}/miss", {"reason": WHY})
        assert (early.status_code, early.json()["detail"]) == (403, "This time is still to come.")
        with clock.frozen(in_days(5)):
            later = Caller(trial.coordinator)
            assert done(later.post(f"appointments/{made[1]}/miss", {"reason": WHY}))["status"] == "no_show"
            assert done(later.post(f"appointments/{made[2]}/keep"))["status"] == "fulfilled"

    def of(self, trial: Any, subject: Subject, days: int) -> dict[str, Any]:
        return {**self.body(trial, days), "subject_id": str(subject.pk), "reason": "Blood test"}

    def test_a_participant_confirms_and_asks(self, trial: Any, nora: Caller, appointment: Appointment) -> None:
        own = Caller(participant_of(appointment.subject))
        other = Caller(participant_of(trial.registered(full_name="Ed Stone"), "ed@home.test", "Ed Stone"))
        at = f"appointments/{appointment.pk}"
        assert other.post(f"{at}/confirm-own").status_code == 404
        assert own.post(f"{at}/cancel", {"cancelled_by": "participant", "reason": WHY}).status_code == 403
        assert done(own.post(f"{at}/confirm-own"))["confirmed_by"] == "participant"
        asked = done(own.post(f"{at}/ask", {"wish": "Any day after Tuesday"}))
        assert (asked["has_wish"], asked["status"]) == (True, "confirmed")
        assert own.post(f"{at}/ask", {"wish": "And in the morning"}).status_code == 403
        declined = done(nora.post(f"{at}/decline", {"wish_answer": "No other time is free."}))
        assert (declined["has_wish"], declined["wish_answer"]) == (False, "No other time is free.")
        assert nora.post(f"{at}/confirm-own").status_code == 403


class TestNotes:
    def test_written_and_added_to(self, trial: Any, nora: Caller, subject: Subject) -> None:
        body = {"subject_id": str(subject.pk), "note_type": "call", "note_text": "Sleeps well."}
        note = done(nora.post("notes", body), 201)
        assert (note["author_id"], note["note_type"]) == (str(trial.coordinator.pk), "call")
        added = done(nora.post(f"notes/{note['id']}/addendum", {"note_text": "Until yesterday."}))
        assert added["addendum_to_id"] == note["id"]
        other = Caller(trial.investigator).post(f"notes/{note['id']}/addendum", {"note_text": "No."})
        assert (other.status_code, other.json()["detail"]) == (403, "Only its author adds to a note.")

    def test_not_elsewhere_and_not_by_others(self, trial: Any, subject: Subject) -> None:
        body = {"subject_id": str(subject.pk), "note_type": "call", "note_text": "Sleeps well."}
        assert Caller(trial.monitor).post("notes", body).status_code == 403
        assert set(faults(Caller(trial.outsider).post("notes", body))) == {"subject_id"}


class TestDeviations:
    def made(self, trial: Any, nora: Caller, subject: Subject, **facts: Any) -> dict[str, Any]:
        today = trial.today().isoformat()
        body = {"description": "Took two doses", "category": "medication", "starts_on": today, "discovered_on": today}
        return done(nora.post("deviations", {**body, "subject_id": str(subject.pk), **facts}), 201)

    def test_a_minor_one(self, trial: Any, nora: Caller, subject: Subject) -> None:
        one = self.made(trial, nora, subject)
        assert one["status"] == "open"
        at, judged = f"deviations/{one['id']}", {"importance": "minor", "impact": ""}
        assert nora.post(f"{at}/assess", judged).status_code == 403
        assessed = done(Caller(trial.investigator).post(f"{at}/assess", judged))
        assert (assessed["immediate_hazard"], assessed["serious_breach"]) == (False, False)
        assert done(nora.post(f"{at}/close"))["status"] == "closed"

    def test_a_suspicion_is_opened_or_dismissed(self, trial: Any, nora: Caller, subject: Subject) -> None:
        one, two = (self.made(trial, nora, subject, is_certain=False) for _number in range(2))
        assert one["status"] == "candidate"
        opened = done(nora.post(f"deviations/{one['id']}/open", {"description": "Took three doses"}))
        assert (opened["status"], opened["description"], opened["category"]) == (
            "open", "Took three doses", "medication",
        )  # fmt: skip
        dismissed = done(nora.post(f"deviations/{two['id']}/dismiss", {"reason": "Counted wrongly before"}))
        assert dismissed["dismissed_reason"] == "Counted wrongly before"

    def test_a_major_one_is_closed_under_a_signature(self, trial: Any, nora: Caller, subject: Subject) -> None:
        at, hana = f"deviations/{self.made(trial, nora, subject)['id']}", Caller(trial.investigator)
        judged = {"importance": "minor", "serious_breach": True}
        assert done(hana.post(f"{at}/assess", judged))["serious_breach"] is True
        raised = Caller(trial.monitor).post(f"{at}/upgrade", {"reason": "It may bias the outcome"})
        assert done(raised)["importance"] == "major"
        action = {
            "root_cause": "Two kits at home",
            "corrective_action": "One kit at a time",
            "action_owner": str(trial.coordinator.pk),
            "action_due_on": trial.today().isoformat(),
        }
        assert done(nora.post(f"{at}/action", action))["action_owner_id"] == str(trial.coordinator.pk)
        assert hana.post(f"{at}/close").status_code == 409
        shown = hana.get(f"{at}/close-signed").json()["shown"]
        body = {"email": trial.investigator.email, "password": PASSWORD, "shown": shown}
        assert done(hana.post(f"{at}/close-signed", body))["status"] == "closed"
        assert Deviation.objects.get(pk=at.partition("/")[2]).closed_on == trial.today()

    def test_a_minor_one_asks_for_no_signature(self, trial: Any, nora: Caller, subject: Subject) -> None:
        at, hana = f"deviations/{self.made(trial, nora, subject)['id']}", Caller(trial.investigator)
        done(hana.post(f"{at}/assess", {"importance": "minor"}))
        assert hana.get(f"{at}/close-signed").status_code == 403


def test_an_appointment_of_a_visit_is_moved_with_its_visit(trial: Any, nora: Caller, subject: Subject) -> None:
    visit = subject.visits.get(visit_type="Week 2")
    booking = services.Booking(scheduled_at=in_days(3), coordinator=trial.coordinator)
    services.schedule_visit(by=trial.coordinator, visit=visit, booking=booking)
    appointment = visit.appointments.get()
    answer = nora.post(f"appointments/{appointment.pk}/move", {"start_at": in_days(4).isoformat(), "reason": WHY})
    assert (answer.status_code, answer.json()["detail"]) == (409, "It is moved with its visit.")
