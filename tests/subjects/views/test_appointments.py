"""The pages of appointments, through the front door."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from subjects import services
from subjects.domain.visits import Booking
from subjects.models import Appointment, Subject
from tests.support.cast import BEGAN, BUILDER
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock

HTMX = {"HTTP_HX_REQUEST": "true"}
DIALOG = {**HTMX, "HTTP_X_STAY": "1"}
ACTS = ("confirm", "move", "cancel", "miss", "keep", "decline")


@pytest.fixture
def subject(trial) -> Subject:
    return trial.on_treatment(full_name="Canary Zebra")


@pytest.fixture
def coordinator(client, trial):
    client.force_login(trial.coordinator)
    return client


def booked(trial, subject, hours=1, reason="Blood test repeated") -> Appointment:
    by = trial.coordinator if subject.site_id == trial.site.pk else trial.outsider
    booking = Booking(clock.now() + timedelta(hours=hours), by, "Room 2")
    return services.book_appointment(by=by, subject=subject, booking=booking, reason=reason)


def wished(trial, subject, appointment, wish="Any day after Tuesday") -> Appointment:
    own = {"study": trial.study, "site": trial.site, "subject": subject, "starts_on": BEGAN}
    services.give_role(by=BUILDER, user=trial.stranger, role=Role.PART, **own)
    return services.ask_for_another_time(by=trial.stranger, appointment=appointment, wish=wish)


def week(appointment=None, **query):
    if appointment:
        query["week"] = f"{clock.local(appointment.starts_at, appointment.site.time_zone):%G-W%V}"
    return reverse("subjects:appointments"), query


def act(appointment, name) -> str:
    return reverse(f"subjects:appointment-{name}", args=[appointment.pk])


def test_the_week_shows_each_person_with_what_is_booked_and_links_to_it(coordinator, trial, subject):
    appointment = booked(trial, subject)
    page = coordinator.get(*week(appointment))
    text = page.content.decode()
    assert [item.provider for item in page.context["week"].providers] == [trial.coordinator]
    assert "701-001 Blood test repeated" in text
    assert appointment.get_absolute_url() in text


def test_another_week_a_status_and_a_person_narrow_it(coordinator, trial, subject):
    appointment = booked(trial, subject)
    shown = [
        coordinator.get(*week(appointment, **query)).context["week"].providers
        for query in (
            {"provider": str(trial.investigator.pk)},
            {"status": "cancelled"},
            {"status": "asked"},
            {"status": "booked"},
        )
    ]
    assert [len(providers) for providers in shown] == [0, 0, 0, 1]
    assert coordinator.get(reverse("subjects:appointments"), {"week": "2020-W10"}).context["week"].providers == []
    assert coordinator.get(reverse("subjects:appointments"), {"week": "nonsense"}).status_code == 200


def test_a_wish_is_seen_in_the_week_the_list_of_visits_and_on_the_visit(coordinator, trial, subject):
    visit = subject.visits.get(visit_num=4)
    when = clock.now() + timedelta(days=14)
    services.schedule_visit(by=trial.coordinator, visit=visit, booking=Booking(when, trial.coordinator))
    appointment = wished(trial, subject, visit.appointments.get())
    for url, query in (
        week(appointment),
        (reverse("subjects:visits"), {}),
        (reverse("subjects:subject-visits", args=[subject.pk]), {}),
        (visit.get_absolute_url(), {}),
        (appointment.get_absolute_url(), {}),
    ):
        assert "sks for another time" in coordinator.get(url, query).content.decode(), url
    assert [row.name for row in coordinator.get(*week(appointment)).context["asking"]] == ["Canary Zebra"]


def test_who_may_not_know_the_name_reads_the_code(client, trial, subject):
    appointment = booked(trial, subject)
    client.force_login(trial.monitor)
    for url, query in (week(appointment), (appointment.get_absolute_url(), {})):
        text = client.get(url, query).content.decode()
        assert "701-001" in text
        assert "Canary" not in text


def test_an_appointment_of_another_site_does_not_exist(client, trial, subject):
    appointment = booked(trial, subject)
    client.force_login(trial.outsider)
    assert client.get(appointment.get_absolute_url()).status_code == 404
    for name in ACTS:
        assert client.post(act(appointment, name), {"reason": "Not mine at all"}).status_code == 404
    assert client.get(reverse("subjects:subject-appointment-add", args=[subject.pk])).status_code == 404
    assert "701-001" not in client.get(*week(appointment)).content.decode()


@pytest.mark.parametrize("part", ["monitor", "pharmacist", "inspector"])
def test_who_only_looks_changes_nothing(client, trial, subject, part):
    appointment = booked(trial, subject)
    client.force_login(getattr(trial, part))
    assert client.get(appointment.get_absolute_url()).status_code == 200
    for name in ACTS:
        assert client.post(act(appointment, name), {"reason": "Not mine at all"}).status_code == 403


def test_booking_loses_nothing_when_the_person_is_busy(coordinator, trial, subject):
    taken = booked(trial, subject, hours=48)
    local = clock.local(taken.starts_at, trial.site.time_zone)
    typed = {
        "scheduled_at": f"{local:%Y-%m-%dT%H:%M}",
        "minutes": "30",
        "coordinator": trial.coordinator.pk,
        "location": "Laboratory",
        "reason": "Weight taken again",
    }
    url = reverse("subjects:subject-appointment-add", args=[subject.pk])
    answer = coordinator.post(url, typed)
    assert answer.status_code == 422
    assert "is with 701-001" in answer.content.decode()
    assert "Weight taken again" in answer.content.decode()
    later = local + timedelta(hours=3)
    assert coordinator.post(url, {**typed, "scheduled_at": f"{later:%Y-%m-%dT%H:%M}"}).status_code == 303
    chart = coordinator.get(reverse("subjects:subject-visits", args=[subject.pk])).content.decode()
    assert "Weight taken again" in chart


def test_acts_are_done_in_the_dialog_and_tell_the_page(coordinator, trial, subject):
    appointment = booked(trial, subject, hours=30)
    answer = coordinator.post(act(appointment, "confirm"), **DIALOG)
    assert "appointment-changed" in answer["HX-Trigger"]
    reason = {"cancelled_by": "participant", "reason": "The participant travels"}
    assert coordinator.post(act(appointment, "cancel"), {"reason": "short"}, **DIALOG).status_code == 422
    assert coordinator.post(act(appointment, "cancel"), reason, **DIALOG).status_code == 200
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancelled_by) == ("cancelled", "participant")


def test_an_appointment_that_is_no_visits_is_moved_here_and_a_visits_with_its_visit(coordinator, trial, subject):
    appointment = booked(trial, subject, hours=30)
    form = coordinator.get(act(appointment, "move")).context["form"]
    typed = {name: form[name].value() for name in ("minutes", "coordinator", "location")}
    later = clock.local(appointment.starts_at + timedelta(days=1), trial.site.time_zone)
    answer = coordinator.post(
        act(appointment, "move"), {**typed, "scheduled_at": f"{later:%Y-%m-%dT%H:%M}", "reason": "The room is closed"}
    )
    appointment.refresh_from_db()
    assert answer["Location"] == appointment.successor.get_absolute_url()
    visit = subject.visits.get(visit_num=4)
    booking = Booking(clock.now() + timedelta(days=14), trial.coordinator)
    services.schedule_visit(by=trial.coordinator, visit=visit, booking=booking)
    answer = coordinator.get(act(visit.appointments.get(), "move"))
    assert answer["Location"] == reverse("subjects:visit-reschedule", args=[visit.pk])


def test_a_wish_is_declined_with_words_for_the_participant(coordinator, trial, subject):
    appointment = wished(trial, subject, booked(trial, subject, hours=30))
    assert coordinator.post(act(appointment, "decline"), {"wish_answer": ""}).status_code == 422
    assert coordinator.post(act(appointment, "decline"), {"wish_answer": "All rooms are taken."}).status_code == 303
    appointment.refresh_from_db()
    assert not appointment.has_wish


def test_the_week_as_a_file_is_coded_and_logged(coordinator, trial, subject):
    appointment = booked(trial, subject)
    url, query = week(appointment, format="csv")
    text = b"".join(coordinator.get(url, query).streaming_content).decode()
    assert "701-001" in text
    assert "Blood test repeated" in text
    assert "Zebra" not in text
    assert AuditLog.objects.filter(action="appointment.exported").count() == 1


def test_the_calendar_file_of_a_participant_has_what_is_no_visit_too(coordinator, trial, subject):
    booked(trial, subject, hours=30)
    text = coordinator.get(reverse("subjects:subject-visits-ics", args=[subject.pk])).content.decode()
    assert "SUMMARY:TEST-01 · 701-001 · Blood test repeated" in text


def test_the_week_costs_the_same_queries_for_one_and_for_twelve(coordinator, trial, subject):
    appointment = booked(trial, subject)
    coordinator.get(*week(appointment))
    with CaptureQueriesContext(connection) as few:
        coordinator.get(*week(appointment))
    for number in range(11):
        booking = Booking(appointment.ends_at + timedelta(minutes=30 * number), trial.coordinator)
        services.book_appointment(by=trial.coordinator, subject=subject, booking=booking, reason="Blood test")
    with CaptureQueriesContext(connection) as many:
        coordinator.get(*week(appointment))
    assert len(many) == len(few)
