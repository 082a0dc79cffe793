"""Appointments: booked, confirmed, moved, cancelled, not kept; a participant's wish; nobody in two places."""

import threading
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from subjects import services
from subjects.domain.visits import AppointmentStatus, Booking, VisitStatus
from subjects.events import AppointmentChanged
from subjects.models import Appointment, Subject, Visit
from tests.support.cast import BEGAN, BUILDER, at
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock, events
from trialcrm.core.decisions import Refused


@pytest.fixture
def subject(trial) -> Subject:
    return trial.on_treatment(full_name="Canary Zebra")


@pytest.fixture
def participant(trial, subject):
    own = {"study": trial.study, "site": trial.site, "subject": subject, "starts_on": BEGAN}
    services.give_role(by=BUILDER, user=trial.stranger, role=Role.PART, **own)
    return trial.stranger


def in_hours(hours: float) -> datetime:
    return clock.now() + timedelta(hours=hours)


def booked(trial, subject, when=None, **facts) -> Appointment:
    given = {"reason": "Blood test repeated", **facts}
    booking = Booking(when or in_hours(48), trial.coordinator, "Room 2")
    return services.book_appointment(by=trial.coordinator, subject=subject, booking=booking, **given)


def visit_of(subject, number="4") -> Visit:
    return Visit.objects.select_related("subject__site", "subject__study").get(subject=subject, visit_num=number)


def of_visit(trial, subject) -> Appointment:
    visit = visit_of(subject)
    day = visit.target_on
    when = datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo("America/New_York"))
    services.schedule_visit(by=trial.coordinator, visit=visit, booking=Booking(when, trial.coordinator, "2"))
    return Appointment.objects.get(visit=visit, status="booked")


def test_something_else_than_a_visit_is_booked_with_what_it_is_for(trial, subject):
    found = booked(trial, subject)
    assert (found.visit, found.reason, found.status) == (None, "Blood test repeated", "booked")
    assert (found.study_id, found.site_id, found.minutes) == (subject.study_id, subject.site_id, 30)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"reason": " "}, "reason"), ({"reason": "For Zebra"}, "reason"), ({"when": -2}, "scheduled_at")],
)
def test_what_cannot_be_booked_says_at_which_field(trial, subject, facts, field):
    if "when" in facts:
        facts = {"when": in_hours(facts["when"])}
    with pytest.raises(Refused) as refusal:
        booked(trial, subject, **facts)
    assert refusal.value.field == field


def test_only_who_records_visits_at_the_site_is_booked(trial, subject):
    for person in (trial.outsider, trial.monitor, trial.pharmacist):
        with pytest.raises(Refused, match="does not record visits"):
            services.book_appointment(
                by=trial.coordinator, subject=subject, booking=Booking(in_hours(5), person), reason="Blood test"
            )


def test_a_provider_is_in_one_place_visits_and_others_together(trial, subject):
    visit = of_visit(trial, subject)
    with pytest.raises(Refused, match="Nora Lindqvist is with 701"):
        booked(trial, subject, visit.starts_at + timedelta(minutes=15))
    booked(trial, subject, visit.ends_at)


def test_staff_and_the_participant_confirm_and_it_is_told_who_did(trial, subject, participant):
    first, second = booked(trial, subject), booked(trial, subject, in_hours(60))
    services.confirm_appointment(by=trial.coordinator, appointment=first)
    done = services.confirm_own_appointment(by=participant, appointment=second)
    first.refresh_from_db()
    assert (first.status, first.confirmed_by) == ("confirmed", "site")
    assert (done.status, done.confirmed_by) == ("confirmed", "participant")
    row = AuditLog.objects.get(action="appointment.confirmed-by-participant", entity_id=str(second.pk))
    assert (row.actor_name, row.role) == ("Participant", "part")


def test_a_participant_asks_and_staff_decline_with_a_word(trial, subject, participant):
    appointment = booked(trial, subject)
    asked = services.ask_for_another_time(by=participant, appointment=appointment, wish="Any day after Tuesday")
    assert asked.has_wish
    with pytest.raises(Refused, match="We will answer you"):
        services.ask_for_another_time(by=participant, appointment=appointment, wish="Or Friday")
    answered = services.decline_wish(by=trial.coordinator, appointment=appointment, wish_answer="No room is free.")
    assert (answered.has_wish, answered.status) == (False, "booked")
    again = services.ask_for_another_time(by=participant, appointment=appointment, wish="Then Friday")
    assert (again.has_wish, again.wish_answer) == (True, "")


def test_a_wish_is_answered_by_moving(trial, subject, participant):
    appointment = booked(trial, subject)
    services.ask_for_another_time(by=participant, appointment=appointment, wish="Later in the week")
    booking = Booking(in_hours(96), trial.coordinator, "Room 2")
    new = services.move_appointment(
        by=trial.coordinator, appointment=appointment, booking=booking, reason="The participant asked"
    )
    appointment.refresh_from_db()
    assert (appointment.status, appointment.successor, appointment.has_wish) == ("rescheduled", new, False)
    assert appointment.wish_answered_at is not None
    assert (new.reason, new.status, appointment.ended_reason) == (
        "Blood test repeated",
        "booked",
        "The participant asked",
    )


def test_the_wish_for_a_visit_is_answered_by_rescheduling_it_and_its_target_stands(trial, subject, participant):
    appointment = of_visit(trial, subject)
    target = appointment.visit.target_on
    services.ask_for_another_time(by=participant, appointment=appointment, wish="A day later")
    booking = Booking(appointment.starts_at + timedelta(days=1), trial.coordinator, "2")
    moved = services.reschedule_visit(
        by=trial.coordinator,
        visit=appointment.visit,
        booking=booking,
        move_reason="participant",
        reason="Participant asked",
    )
    appointment.refresh_from_db()
    assert (moved.status, moved.target_on) == (VisitStatus.RESCHEDULED, target)
    assert (appointment.has_wish, appointment.successor.starts_at) == (False, booking.scheduled_at)
    assert Appointment.objects.filter(visit=moved).count() == 2


def test_a_visits_appointment_is_not_moved_without_its_visit(trial, subject):
    with pytest.raises(Refused, match="moved with its visit"):
        services.move_appointment(
            by=trial.coordinator,
            appointment=of_visit(trial, subject),
            booking=Booking(in_hours(400), trial.coordinator),
            reason="The room is closed",
        )


def test_the_wish_holds_no_name_and_is_never_empty(trial, subject, participant):
    appointment = booked(trial, subject)
    for wish in ("I am Canary Zebra, please later", "  "):
        with pytest.raises(Refused) as refusal:
            services.ask_for_another_time(by=participant, appointment=appointment, wish=wish)
        assert refusal.value.field == "wish"


def test_a_visit_whose_appointment_is_cancelled_is_planned_again(trial, subject):
    appointment = of_visit(trial, subject)
    before = visit_of(subject)
    gone = services.cancel_appointment(
        by=trial.coordinator, appointment=appointment, cancelled_by="participant", reason="Goes on holiday"
    )
    visit = visit_of(subject)
    assert (gone.status, gone.cancelled_by, gone.ended_reason) == ("cancelled", "participant", "Goes on holiday")
    assert (visit.status, visit.scheduled_at, visit.due_on) == (VisitStatus.PLANNED, None, before.target_on)
    assert visit.window == before.window
    services.schedule_visit(
        by=trial.coordinator, visit=visit, booking=Booking(appointment.starts_at, trial.coordinator, "2")
    )


def test_a_visit_to_which_nobody_came_is_planned_again_and_not_missed(trial, subject):
    appointment = of_visit(trial, subject)
    with pytest.raises(Refused, match="still to come"):
        services.miss_appointment(by=trial.coordinator, appointment=appointment, reason="Did not come.")
    with clock.frozen(appointment.ends_at):
        services.miss_appointment(by=trial.coordinator, appointment=appointment, reason="Did not come, phone is off.")
    assert visit_of(subject).status == VisitStatus.PLANNED
    appointment.refresh_from_db()
    assert appointment.status == "no_show"


def test_what_is_no_visit_is_kept_once_its_time_has_come(trial, subject):
    appointment = booked(trial, subject)
    with pytest.raises(Refused, match="still to come"):
        services.keep_appointment(by=trial.coordinator, appointment=appointment)
    with clock.frozen(appointment.ends_at):
        assert services.keep_appointment(by=trial.coordinator, appointment=appointment).status == "fulfilled"
        with pytest.raises(Refused, match="complete its visit"):
            services.keep_appointment(by=trial.coordinator, appointment=of_visit(trial, subject))


def test_the_end_of_participation_frees_every_time(trial, subject):
    appointment = booked(trial, subject)
    services.lose_to_follow_up(
        by=trial.investigator, subject=subject, ended_on=trial.today(), reason="Three letters unanswered"
    )
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"


@pytest.mark.parametrize("part", ["monitor", "manager", "pharmacist", "outsider", "inspector", "stranger"])
def test_only_site_staff_change_an_appointment(trial, subject, part):
    appointment, by = booked(trial, subject), getattr(trial, part)
    acts = [
        lambda: services.confirm_appointment(by=by, appointment=appointment),
        lambda: services.confirm_own_appointment(by=by, appointment=appointment),
        lambda: services.ask_for_another_time(by=by, appointment=appointment, wish="Later"),
        lambda: services.cancel_appointment(by=by, appointment=appointment, cancelled_by="site", reason="Not mine"),
        lambda: services.book_appointment(
            by=by, subject=subject, booking=Booking(in_hours(9), trial.coordinator), reason="Blood test"
        ),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_a_participant_changes_no_time_themselves(trial, subject, participant):
    appointment = booked(trial, subject)
    with pytest.raises(Refused):
        services.cancel_appointment(by=participant, appointment=appointment, cancelled_by="participant", reason="Ill")
    with pytest.raises(Refused):
        services.move_appointment(
            by=participant, appointment=appointment, booking=Booking(in_hours(99), trial.coordinator), reason="Ill"
        )


def test_every_change_is_told(trial, subject, monkeypatch):
    told: list[tuple[str, str]] = []
    monkeypatch.setitem(
        events._facts, AppointmentChanged, [lambda event: told.append((str(event.appointment_id), event.status))]
    )
    appointment = of_visit(trial, subject)
    services.confirm_appointment(by=trial.coordinator, appointment=appointment)
    services.cancel_appointment(
        by=trial.coordinator, appointment=appointment, cancelled_by="site", reason="Room closed"
    )
    assert told == [(str(appointment.pk), status) for status in ("booked", "confirmed", "cancelled")]


@pytest.mark.parametrize(
    "broken",
    [{"wish": "Later"}, {"wished_at": at("2026-03-01 10:00")}, {"cancelled_by": "nobody"}, {"confirmed_by": "x"}],
)
def test_the_database_itself_refuses_what_contradicts_itself(trial, subject, broken):
    appointment = booked(trial, subject)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment._base_manager.filter(pk=appointment.pk).update(**broken)


@pytest.mark.django_db(transaction=True)
def test_sixteen_appointments_with_one_person_at_once_leave_no_overlap(trial):
    subjects = [trial.on_treatment(full_name=f"Person Number{number}") for number in range(4)]
    start = in_hours(72)
    gate, refusals = threading.Barrier(16), []

    def book(number: int) -> None:
        try:
            gate.wait(timeout=20)
            booked(trial, subjects[number % 4], start + timedelta(minutes=10 * (number % 8)))
        except Refused as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    held = list(Appointment.objects.filter(status=AppointmentStatus.BOOKED).order_by("starts_at"))
    assert held
    assert len(held) + len(refusals) == 16
    assert all(first.ends_at <= second.starts_at for first, second in pairwise(held))
