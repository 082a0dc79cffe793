"""Booking, moving and recording visits."""

import threading
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from subjects import services
from subjects.domain.visits import Booking, VisitStatus
from subjects.models import Appointment, Subject, Visit
from subjects.policies import conduct_visit
from tests.support.days import in_days
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.core.decisions import Refused

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def subject(trial) -> Subject:
    return trial.on_treatment()


def visit_of(subject: Subject, number: str) -> Visit:
    return Visit.objects.select_related("subject__site", "subject__study").get(subject=subject, visit_num=number)


def at_hour(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=NEW_YORK)


def book(trial, visit, when=None, *, minutes=30, coordinator=None, **facts):
    when = when or at_hour(visit.target_on, 10)
    booking = Booking(when, coordinator or trial.coordinator, "Room 2", minutes)
    return services.schedule_visit(by=trial.coordinator, visit=visit, booking=booking, **facts)


def move(trial, visit, when, **facts):
    facts = {"move_reason": "participant", "reason": "Participant asked", **facts}
    return services.reschedule_visit(
        by=trial.coordinator, visit=visit, booking=Booking(when, trial.coordinator), **facts
    )


def test_a_booking_takes_the_coordinators_time_and_leaves_the_target(trial, subject):
    visit = visit_of(subject, "4")
    booked = book(trial, visit, at_hour(visit.target_on + timedelta(days=1), 10))
    appointment = booked.appointments.get()
    assert (booked.status, booked.target_on, booked.window) == ("scheduled", visit.target_on, visit.window)
    assert (appointment.provider, appointment.location) == (trial.coordinator, "Room 2")
    assert (appointment.ends_at - appointment.starts_at).seconds == 1800


def test_a_time_outside_the_window_is_refused_until_somebody_says_why(trial, subject):
    visit = visit_of(subject, "4")
    late = at_hour(visit.closes_on + timedelta(days=2), 10)
    with pytest.raises(Refused, match="2 days after the window closes on") as refusal:
        book(trial, visit, late)
    assert refusal.value.field == "out_of_window_reason"
    booked = book(trial, visit, late, out_of_window_reason="The participant is abroad.")
    assert booked.out_of_window_reason == "The participant is abroad."


def test_the_last_day_of_the_window_is_inside(trial, subject):
    visit = visit_of(subject, "4")
    reason = "Not needed, so not kept."
    assert book(trial, visit, at_hour(visit.closes_on, 23), out_of_window_reason=reason).out_of_window_reason == ""


def test_moving_keeps_target_and_window_and_the_former_appointment(trial, subject):
    visit = visit_of(subject, "4")
    book(trial, visit)
    moved = move(trial, visit_of(subject, "4"), at_hour(visit.target_on + timedelta(days=1), 11))
    first, second = moved.appointments.order_by("created_at")
    assert (moved.target_on, moved.window) == (visit.target_on, visit.window)
    assert (first.status, first.ended_reason, first.successor) == ("rescheduled", "Participant asked", second)
    assert (moved.status, moved.move_reason, second.status) == ("rescheduled", "participant", "booked")


def test_a_visit_is_not_moved_to_where_it_is(trial, subject):
    visit = visit_of(subject, "4")
    when = at_hour(visit.target_on, 10)
    services.schedule_visit(by=trial.coordinator, visit=visit, booking=Booking(when, trial.coordinator))
    with pytest.raises(Refused, match="booked for already"):
        move(trial, visit_of(subject, "4"), when)


def test_other_as_the_reason_for_moving_must_be_said_in_words(trial, subject):
    visit = visit_of(subject, "4")
    book(trial, visit)
    with pytest.raises(Refused, match="in words"):
        move(trial, visit, at_hour(visit.target_on, 12), move_reason="other", reason="")
    with pytest.raises(Refused, match="Say why"):
        move(trial, visit, at_hour(visit.target_on, 12), move_reason="whim", reason="")


def test_a_busy_coordinator_is_named_with_the_time_and_the_participant(trial, subject):
    other = trial.on_treatment(full_name="Ada Whitfield")
    book(trial, visit_of(subject, "4"))
    with pytest.raises(Refused, match=f"Nora Lindqvist is with {subject} from 10:00 to 10:30") as refusal:
        book(trial, visit_of(other, "4"), at_hour(visit_of(other, "4").target_on, 10, 15))
    assert refusal.value.field == "scheduled_at"


def test_one_appointment_may_follow_another_at_once(trial, subject):
    other = trial.on_treatment(full_name="Ada Whitfield")
    book(trial, visit_of(subject, "4"))
    assert book(trial, visit_of(other, "4"), at_hour(visit_of(other, "4").target_on, 10, 30))


def test_only_somebody_who_records_visits_at_the_site_is_booked(trial, subject):
    visit = visit_of(subject, "4")
    for person in (trial.outsider, trial.pharmacist, trial.monitor):
        with pytest.raises(Refused, match="does not record visits at site 701") as refusal:
            book(trial, visit, coordinator=person)
        assert refusal.value.field == "coordinator"
    assert conduct_visit(trial.investigator, visit)


def test_a_time_that_is_past_is_not_booked(trial, subject):
    with pytest.raises(Refused, match="This time is past"):
        book(trial, visit_of(subject, "4"), clock.now() - timedelta(hours=2), out_of_window_reason="It was like that.")


def test_a_name_does_not_get_into_the_reason_or_the_place(trial, subject):
    visit = visit_of(subject, "4")
    late = at_hour(visit.closes_on + timedelta(days=2), 10)
    with pytest.raises(Refused) as refusal:
        book(trial, visit, late, out_of_window_reason="Mrs Okafor is abroad.")
    assert refusal.value.field == "out_of_window_reason"


def test_completing_computes_study_day_and_days_out_of_window(trial):
    subject = trial.on_treatment(first_dose_days_ago=25)
    visit = visit_of(subject, "4")
    done = services.complete_visit(
        by=trial.coordinator, visit=visit, started_on=visit.closes_on + timedelta(days=3), kind="home"
    )
    assert (done.study_day, done.deviation_days, done.kind) == (14 + 3 + 3 + 1, 3, "home")


def test_a_visit_does_not_take_place_in_the_future_nor_end_before_it_begins(trial):
    visit = visit_of(trial.on_treatment(first_dose_days_ago=25), "4")
    today = trial.today()
    for dates, field in (
        ({"started_on": today + timedelta(days=1)}, "started_on"),
        ({"started_on": today, "ended_on": today - timedelta(days=1)}, "ended_on"),
        ({"started_on": today, "ended_on": today + timedelta(days=1)}, "ended_on"),
    ):
        with pytest.raises(Refused) as refusal:
            services.complete_visit(by=trial.coordinator, visit=visit, **dates)
        assert refusal.value.field == field


def test_who_comes_on_an_earlier_day_frees_the_booked_time(trial):
    subject = trial.on_treatment(first_dose_days_ago=12)
    visit = visit_of(subject, "4")
    book(trial, visit, at_hour(trial.today() + timedelta(days=2), 10))
    services.start_visit(by=trial.coordinator, visit=visit)
    assert visit_of(subject, "4").due_on == trial.today()
    assert Appointment.objects.get(visit=visit).status == "cancelled"
    services.complete_visit(by=trial.coordinator, visit=visit, started_on=trial.today())


def test_an_arrival_leads_to_a_fulfilled_appointment(trial):
    subject = trial.on_treatment(first_dose_days_ago=14)
    visit = visit_of(subject, "4")
    book(trial, visit, clock.now() + timedelta(minutes=1))
    services.start_visit(by=trial.coordinator, visit=visit)
    assert Appointment.objects.get(visit=visit).status == "arrived"
    services.complete_visit(by=trial.coordinator, visit=visit, started_on=trial.today())
    assert Appointment.objects.get(visit=visit).status == "fulfilled"


def test_nobody_has_missed_a_visit_that_may_still_take_place(trial, subject):
    visit = visit_of(subject, "4")
    with pytest.raises(Refused, match="Neither the booked time nor the window is over"):
        services.miss_visit(by=trial.coordinator, visit=visit, reason="Did not come.")


def test_a_missed_visit_may_be_completed_late_with_a_reason(trial):
    visit = visit_of(trial.on_treatment(first_dose_days_ago=25), "4")
    missed = services.miss_visit(by=trial.coordinator, visit=visit, reason="Did not come.")
    assert (missed.status, missed.not_done_reason) == (VisitStatus.MISSED, "Did not come.")
    with pytest.raises(Refused) as refusal:
        services.complete_visit(by=trial.coordinator, visit=visit, started_on=trial.today())
    assert refusal.value.field == "reason"
    done = services.complete_visit(
        by=trial.coordinator, visit=visit, started_on=trial.today(), reason="Came a week later after all."
    )
    assert (done.status, done.not_done_reason) == (VisitStatus.COMPLETED, "")


def test_a_booked_time_that_passed_is_a_no_show_and_one_to_come_is_freed(trial):
    subject = trial.on_treatment(first_dose_days_ago=25)
    visit = visit_of(subject, "4")
    with clock.frozen(in_days(-12)):
        book(trial, visit, at_hour(visit.target_on, 10))
    services.miss_visit(by=trial.coordinator, visit=visit, reason="Did not come.")
    assert Appointment.objects.get(visit=visit).status == "no_show"
    later = visit_of(trial.on_treatment(first_dose_days_ago=25, full_name="Ada Whitfield"), "4")
    book(trial, later, at_hour(trial.today() + timedelta(days=2), 10), out_of_window_reason="Abroad until then.")
    services.miss_visit(by=trial.coordinator, visit=later, reason="Will not come.")
    assert Appointment.objects.get(visit=later).status == "cancelled"


def test_what_did_not_take_place_needs_a_reason(trial):
    visit = visit_of(trial.on_treatment(first_dose_days_ago=25), "4")
    for service in (services.miss_visit, services.cancel_visit):
        with pytest.raises(Refused, match="Say why"):
            service(by=trial.coordinator, visit=visit, reason="")


@pytest.mark.parametrize("part", ["monitor", "manager", "pharmacist", "outsider", "inspector", "stranger"])
def test_only_site_staff_who_record_visits_do_so(trial, subject, part):
    visit = visit_of(subject, "4")
    with pytest.raises(Refused):
        services.cancel_visit(by=getattr(trial, part), visit=visit, reason="Not my business at all.")
    with pytest.raises(Refused):
        services.schedule_visit(
            by=getattr(trial, part), visit=visit, booking=Booking(at_hour(visit.target_on, 10), trial.coordinator)
        )


def test_every_act_is_written_down_with_its_reason(trial, subject):
    visit = visit_of(subject, "4")
    book(trial, visit)
    move(trial, visit, at_hour(visit.target_on, 12))
    services.cancel_visit(by=trial.coordinator, visit=visit, reason="Amendment 2 drops it.")
    rows = AuditLog.objects.filter(entity_id=str(visit.pk), outcome="done").order_by("at")
    told = [(row.action, row.reason) for row in rows]
    assert told[-3:] == [
        ("visit.scheduled", ""),
        ("visit.rescheduled", "Participant asked"),
        ("visit.cancelled", "Amendment 2 drops it."),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"status": "scheduled", "scheduled_at": None},
        {"status": "completed", "started_on": None},
        {"status": "unheard-of"},
        {"opens_on": date(2030, 1, 1)},
        {"started_on": date(2026, 3, 2), "ended_on": date(2026, 3, 1)},
    ],
)
def test_the_database_itself_refuses_a_visit_that_contradicts_itself(trial, subject, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit._base_manager.filter(pk=visit_of(subject, "4").pk).update(**broken)


def _at_once(acts):
    """Run the acts in threads that begin together; the refusals they met, in words."""
    gate, refusals = threading.Barrier(len(acts)), []

    def run(act):
        try:
            gate.wait(timeout=20)
            act()
        except Refused as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refusals


@pytest.mark.django_db(transaction=True)
def test_sixteen_bookings_of_one_coordinator_at_once_leave_no_overlap(trial):
    visits = [visit_of(trial.on_treatment(full_name=f"Person Number{number}"), "4") for number in range(16)]
    start = at_hour(visits[0].target_on, 10)
    times = [start + timedelta(minutes=10 * (number % 8)) for number in range(16)]
    refusals = _at_once(
        [lambda visit=visit, when=when: book(trial, visit, when) for visit, when in zip(visits, times, strict=True)]
    )
    held = list(Appointment.objects.filter(provider=trial.coordinator, status="booked").order_by("starts_at"))
    assert held
    assert len(held) + len(refusals) == 16
    assert all(first.ends_at <= second.starts_at for first, second in pairwise(held))
    assert all("Nora Lindqvist" in words for words in refusals)


@pytest.mark.django_db(transaction=True)
def test_a_booking_and_a_withdrawal_at_once_leave_no_time_held_by_a_cancelled_visit(trial):
    subject = trial.on_treatment()
    visit = visit_of(subject, "4")
    ended = {"ended_on": trial.today(), "end_reason": "WITHDRAWAL BY SUBJECT", "extent": "procedures"}
    _at_once(
        [
            lambda: book(trial, visit),
            lambda: services.withdraw(by=trial.investigator, subject=subject, **ended),
        ]
    )
    assert visit_of(subject, "4").status == VisitStatus.CANCELLED
    assert not Appointment.objects.filter(visit=visit, status="booked").exists()
