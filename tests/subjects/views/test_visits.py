"""The pages of visits, through the front door."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from subjects import services
from subjects.domain.visits import Booking, VisitStatus
from subjects.models import Subject, Visit
from tests.support.cast import BEGAN, BUILDER
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditLog

ACTS = ("schedule", "reschedule", "start", "complete", "miss", "cancel")
HTMX = {"HTTP_HX_REQUEST": "true"}
DIALOG = {**HTMX, "HTTP_X_STAY": "1"}


@pytest.fixture
def subject(trial) -> Subject:
    return trial.on_treatment(full_name="Canary Zebra")


@pytest.fixture
def coordinator(client, trial):
    client.force_login(trial.coordinator)
    return client


def visit_of(subject, number="4") -> Visit:
    return Visit.objects.select_related("subject__site", "subject__study").get(subject=subject, visit_num=number)


def act(visit, name) -> str:
    return reverse(f"subjects:visit-{name}", args=[visit.pk])


def typed(trial, visit, days=0, **facts):
    """What somebody types to book the visit some days from its target."""
    when = visit.target_on + timedelta(days=days)
    filled = {"scheduled_at": f"{when}T10:00", "minutes": "30", "coordinator": trial.coordinator.pk, "location": "2"}
    return {**filled, **facts}


def booked(trial, visit, days=0):
    on = visit.target_on + timedelta(days=days)
    when = datetime(on.year, on.month, on.day, 10, tzinfo=ZoneInfo("America/New_York"))
    return services.schedule_visit(by=trial.coordinator, visit=visit, booking=Booking(when, trial.coordinator, "2"))


def test_the_list_shows_what_is_to_do_with_names_for_the_site_only(client, trial, subject):
    client.force_login(trial.coordinator)
    page = client.get(reverse("subjects:visits")).content.decode()
    assert "Canary Zebra" in page
    assert "Week 2" in page
    client.force_login(trial.monitor)
    page = client.get(reverse("subjects:visits")).content.decode()
    assert "701-001" in page
    assert "Canary" not in page


@pytest.mark.parametrize("part", ["outsider", "stranger", "operator"])
def test_a_visit_of_another_site_does_not_exist_by_page_and_by_form(client, trial, subject, part):
    client.force_login(getattr(trial, part))
    visit = visit_of(subject)
    wanted = 404 if part == "outsider" else 403
    assert client.get(visit.get_absolute_url()).status_code == wanted
    for name in (*ACTS, "window"):
        assert client.post(act(visit, name), typed(trial, visit)).status_code == wanted
    for name in ("subject-visits", "subject-visits-ics", "subject-visit-add"):
        assert client.get(reverse(f"subjects:{name}", args=[subject.pk])).status_code == wanted
    assert visit_of(subject).status == VisitStatus.PLANNED


def test_a_participants_account_opens_none_of_the_pages_of_staff(client, trial, subject):
    own = {"study": trial.study, "site": trial.site, "subject": subject, "starts_on": BEGAN}
    services.give_role(by=BUILDER, user=trial.stranger, role=Role.PART, **own)
    client.force_login(trial.stranger)
    visit = visit_of(subject)
    for url in (visit.get_absolute_url(), reverse("subjects:visits"), subject.get_absolute_url()):
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("part", ["monitor", "pharmacist", "inspector"])
def test_who_may_see_but_not_record_is_told_why(client, trial, subject, part):
    client.force_login(getattr(trial, part))
    visit = visit_of(subject)
    assert client.get(visit.get_absolute_url()).status_code == 200
    assert client.post(act(visit, "schedule"), typed(trial, visit)).status_code == 403


def test_booking_in_the_window_needs_no_reason(coordinator, trial, subject):
    visit = visit_of(subject)
    form = coordinator.get(act(visit, "schedule")).content.decode()
    assert "Why outside of the window" not in form
    answer = coordinator.post(act(visit, "schedule"), typed(trial, visit, days=1))
    assert (answer.status_code, answer["Location"]) == (303, visit.get_absolute_url())
    assert visit_of(subject).status == VisitStatus.SCHEDULED


def test_booking_outside_is_warned_in_words_and_asks_why_with_nothing_lost(coordinator, trial, subject):
    visit = visit_of(subject)
    answer = coordinator.post(act(visit, "schedule"), typed(trial, visit, days=5, location="Room 7"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 days after the window closes" in page
    assert "Why outside of the window" in page
    assert 'value="Room 7"' in page
    reason = {"out_of_window_reason": "The participant is abroad."}
    assert coordinator.post(act(visit, "schedule"), typed(trial, visit, days=5, **reason)).status_code == 303


def test_while_a_date_is_picked_its_meaning_is_shown_and_nothing_written(coordinator, trial, subject):
    visit = visit_of(subject)
    rows = AuditLog.objects.filter(outcome="done").count()
    outside = coordinator.post(act(visit, "window"), typed(trial, visit, days=-4), **HTMX).content.decode()
    assert "1 day before the window opens" in outside
    assert "out_of_window_reason" in outside
    assert "<html" not in outside
    inside = coordinator.post(act(visit, "window"), typed(trial, visit), **HTMX).content.decode()
    assert "In the window" in inside
    assert "out_of_window_reason" not in inside
    assert coordinator.post(act(visit, "window"), {"scheduled_at": "soon"}, **HTMX).status_code == 200
    assert AuditLog.objects.filter(outcome="done").count() == rows


def test_the_suggested_day_is_the_weekday_nearest_to_the_target(coordinator, subject):
    visit = visit_of(subject)
    page = coordinator.get(act(visit, "schedule")).content.decode()
    nearest = {5: -1, 6: 1}.get(visit.target_on.weekday(), 0)
    assert f'value="{visit.target_on + timedelta(days=nearest)}T09:00"' in page


def test_a_busy_coordinator_is_named_at_the_field(coordinator, trial, subject):
    other = trial.on_treatment(full_name="Ada Whitfield")
    booked(trial, visit_of(subject))
    answer = coordinator.post(act(visit_of(other), "schedule"), typed(trial, visit_of(other)))
    assert answer.status_code == 422
    assert "Nora Lindqvist is with 701-001 from 10:00 to 10:30." in answer.content.decode()


def test_nobody_from_elsewhere_can_be_booked(coordinator, trial, subject):
    visit = visit_of(subject)
    answer = coordinator.post(act(visit, "schedule"), typed(trial, visit, coordinator=trial.outsider.pk))
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()


def test_in_the_dialog_an_accepted_act_announces_the_change_and_stays(coordinator, trial, subject):
    visit = visit_of(subject)
    answer = coordinator.post(act(visit, "schedule"), typed(trial, visit), **DIALOG)
    assert answer.status_code == 200
    assert "visit-changed" in answer["HX-Trigger"]
    assert "Visit booked." in answer.content.decode()


def test_moving_asks_why_and_shows_both_bookings_afterwards(coordinator, trial, subject):
    visit = booked(trial, visit_of(subject))
    refused = coordinator.post(act(visit, "reschedule"), typed(trial, visit, days=1))
    assert refused.status_code == 422
    moved = coordinator.post(act(visit, "reschedule"), typed(trial, visit, days=1, move_reason="illness", reason="Flu"))
    assert moved.status_code == 303
    page = coordinator.get(visit.get_absolute_url()).content.decode()
    assert "Illness: Flu" in page
    assert page.count("Rescheduled") >= 1
    assert visit_of(subject).target_on == visit.target_on


def test_a_visit_goes_from_booking_to_completion(coordinator, trial):
    subject = trial.on_treatment(first_dose_days_ago=11)
    visit = visit_of(subject)
    coordinator.post(act(visit, "schedule"), typed(trial, visit))
    assert coordinator.post(act(visit, "start"), {"csrf": "x"}).status_code == 303
    assert visit_of(subject).status == VisitStatus.IN_PROGRESS
    done = coordinator.post(act(visit, "complete"), {"started_on": trial.today(), "kind": "clinic"}, follow=True)
    assert "Visit completed." in done.content.decode()
    assert visit_of(subject).status == VisitStatus.COMPLETED


def test_completing_late_says_how_late_and_what_is_counted_from_it(coordinator, trial):
    subject = trial.on_treatment(first_dose_days_ago=34)
    visit = visit_of(subject, "5")
    done = coordinator.post(act(visit, "complete"), {"started_on": trial.today(), "kind": "clinic"}, follow=True)
    page = done.content.decode()
    assert "Visit completed, 3 days late." in page
    assert "Counted from it: Call after week 4" in page


def test_a_missed_visit_needs_a_reason_of_some_words(coordinator, trial):
    visit = visit_of(trial.on_treatment(first_dose_days_ago=25))
    assert coordinator.post(act(visit, "miss"), {"reason": "no"}).status_code == 422
    assert coordinator.post(act(visit, "miss"), {"reason": "Did not come, no answer."}).status_code == 303


def test_an_act_out_of_order_is_refused_with_the_reason(coordinator, trial, subject):
    visit = visit_of(subject)
    for name in ("reschedule", "start", "miss"):
        assert coordinator.post(act(visit, name), {"reason": "Because of this."}).status_code == 403
    page = coordinator.get(visit.get_absolute_url()).content.decode()
    assert "Neither the booked time nor the window is over yet." in page


def test_an_unscheduled_visit_is_added_from_the_chart(coordinator, trial, subject):
    url = reverse("subjects:subject-visit-add", args=[subject.pk])
    facts = {"started_on": trial.today(), "visit_type": "Unscheduled · rash", "kind": "clinic"}
    assert coordinator.post(url, facts).status_code == 422
    assert coordinator.post(url, {**facts, "unscheduled_reason": "adverse_event"}).status_code == 303
    chart = coordinator.get(reverse("subjects:subject-visits", args=[subject.pk])).content.decode()
    assert "Unscheduled · rash" in chart


def test_the_list_is_narrowed_by_each_filter(coordinator, trial, subject):
    trial.on_treatment(first_dose_days_ago=30, full_name="Ada Whitfield")
    booked(trial, visit_of(subject))

    def shown(**query):
        return coordinator.get(reverse("subjects:visits"), query, **HTMX).content.decode()

    day = visit_of(subject).due_on
    assert "701-002" in shown(window="overdue")
    assert "Week 2" not in shown(window="overdue", q="701-001")
    assert "701-001" in shown(status="scheduled")
    assert "701-002" not in shown(status="scheduled")
    assert "701-001" in shown(q="canary")
    assert "701-002" not in shown(q="canary")
    assert "701-001" in shown(since=day, until=day)
    assert "701-002" not in shown(since=day, until=day)
    assert "701-002" not in shown(coordinator=trial.investigator.pk)


def test_filters_that_make_no_sense_break_nothing(coordinator, subject):
    for query in ({"since": "soon"}, {"status": "x"}, {"window": "x"}, {"page": "x"}, {"sort": "x"}, {"site": "x"}):
        assert coordinator.get(reverse("subjects:visits"), query).status_code == 200
    for query in ({"month": "2026-13"}, {"week": "x"}, {"month": "9999-12"}, {"month": "0001-01"}, {"week": ""}):
        assert coordinator.get(reverse("subjects:calendar"), query).status_code == 200


def test_the_csv_holds_ids_and_no_names_and_is_logged(coordinator, trial, subject):
    answer = coordinator.get(reverse("subjects:visits"), {"format": "csv", "status": "all"})
    lines = b"".join(answer.streaming_content).decode()
    assert "701-001" in lines
    assert "Canary" not in lines
    assert lines.count("\n") == 1 + Visit.objects.filter(subject=subject).count()
    assert AuditLog.objects.filter(action="visit.exported").exists()


def test_the_calendar_shows_bookings_by_time_and_windows_that_close(coordinator, trial, subject):
    visit = booked(trial, visit_of(subject))
    month = coordinator.get(reverse("subjects:calendar"), {"month": f"{visit.due_on:%Y-%m}"}).content.decode()
    assert "<b>10:00</b> 701-001 Week 2" in month
    closing = visit_of(subject, "5")
    week = coordinator.get(reverse("subjects:calendar"), {"week": f"{closing.closes_on:%G-W%V}"}).content.decode()
    assert "701-001 Week 4 · window closes, not booked" in week


def test_a_crowded_day_shows_how_many_more_there_are(coordinator, trial):
    for number in range(6):
        trial.on_treatment(full_name=f"Person Number{number}")
    closes = Visit.objects.get(subject__subject_id="701-001", visit_num="4").closes_on
    month = coordinator.get(reverse("subjects:calendar"), {"month": f"{closes:%Y-%m}"}).content.decode()
    assert "2 more" in month


def test_the_chart_lists_visits_with_window_and_next_act(coordinator, trial):
    subject = trial.on_treatment(first_dose_days_ago=20)
    url = reverse("subjects:subject-visits", args=[subject.pk])
    page = coordinator.get(url).content.decode()
    assert "Next visit" in page
    assert "Baseline" in page
    part = coordinator.get(url, {"show": "outside"}, **HTMX).content.decode()
    assert "No visits here" in part
    assert 'hx-swap-oob="innerHTML"' in part


def test_the_calendar_file_holds_the_id_and_no_name(coordinator, trial, subject):
    visit = booked(trial, visit_of(subject))
    answer = coordinator.get(reverse("subjects:subject-visits-ics", args=[subject.pk]))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"DTSTART:{visit.scheduled_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in text
    assert "TEST-01 · 701-001 · Week 2" in text
    assert "Canary" not in text


def test_reading_names_in_the_list_is_logged_once(coordinator, subject):
    coordinator.get(reverse("subjects:visits"))
    assert AuditLog.objects.filter(action="identity.read", payload__where="visit list").count() == 1


@pytest.mark.parametrize("name", ["visits", "calendar"])
def test_a_page_costs_the_same_queries_for_one_participant_and_for_eight(coordinator, trial, name):
    trial.on_treatment(full_name="Person Zero")
    with CaptureQueriesContext(connection) as few:
        coordinator.get(reverse(f"subjects:{name}"))
    for number in range(7):
        trial.on_treatment(full_name=f"Person Number{number}")
    with CaptureQueriesContext(connection) as many:
        coordinator.get(reverse(f"subjects:{name}"))
    assert len(many) == len(few)
