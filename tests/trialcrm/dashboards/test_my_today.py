"""A participant's first page, and everything of their own as a file."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from subjects import services
from subjects.domain.visits import Booking
from tests.support.cast import BEGAN, BUILDER, at
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.pages.frame.portal import greeting

TODAY = "dashboards:my-today"


@pytest.fixture
def subject(trial):
    subject = trial.on_treatment(full_name="Canary Zebra")
    own = {"study": trial.study, "site": trial.site, "subject": subject, "starts_on": BEGAN}
    services.give_role(by=BUILDER, user=trial.stranger, role=Role.PART, **own)
    return subject


@pytest.fixture
def participant(client, trial, subject):
    client.force_login(trial.stranger)
    return client


def booked(trial, subject, days=2):
    booking = Booking(clock.now() + timedelta(days=days), trial.coordinator, "Room 2")
    return services.book_appointment(by=trial.coordinator, subject=subject, booking=booking, reason="Blood test")


def test_a_participant_lands_on_their_day(participant):
    assert participant.get("/")["Location"] == reverse(TODAY)


def test_the_next_visit_is_there_to_be_confirmed(participant, trial, subject):
    booked(trial, subject, days=5)
    first = booked(trial, subject)
    page = participant.get(reverse(TODAY))
    assert page.context["page"].next_times == [first]
    for words in (", Stan", "Riverside, Room 2", "I’ll be there", "Ask to move", "Who to call", "My record"):
        assert words in page.content.decode()


def test_before_a_time_is_agreed_on_the_window_is_told(participant):
    assert "We will agree on a time with you." in participant.get(reverse(TODAY)).content.decode()


def test_a_part_that_breaks_leaves_the_page(participant, trial, subject, monkeypatch):
    def broken(user):
        raise RuntimeError("no answer")

    booked(trial, subject)
    for selector in ("medications.selectors.my_medication", "messaging.selectors.own_conversations"):
        monkeypatch.setattr(selector, broken)
    monkeypatch.setattr("messaging.selectors.unread", broken)
    answer = participant.get(reverse(TODAY))
    assert answer.status_code == 200
    assert "Blood test" in answer.content.decode()


def test_staff_have_no_such_page(client, trial):
    client.force_login(trial.coordinator)
    for name in (TODAY, "dashboards:my-data", "trail:my-record"):
        assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize(
    ("when", "words"),
    [("2026-03-02 13:00", "morning"), ("2026-03-02 20:00", "afternoon"), ("2026-03-02 23:30", "evening")],
)
def test_the_greeting_follows_the_clock_at_the_site(when, words):
    with clock.frozen(at(when)):
        assert greeting("Grace", "America/New_York") == f"Good {words}, Grace"


def test_ones_own_data_are_a_file_and_taking_them_is_logged(participant, trial, subject):
    booked(trial, subject)
    answer = participant.get(reverse("dashboards:my-data"))
    found = json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert [item["what_for"] for item in found["appointments"]] == ["Blood test"]
    assert {item["visit"] for item in found["visits"]} >= {"Week 2", "Week 4"}
    assert [item["version"] for item in found["consents"]] == ["1.0"]
    assert "arm" not in answer.content.decode().lower().replace("pharm", "")
    row = AuditLog.objects.get(action="record.exported")
    assert (row.subject_id, row.actor_name) == (subject.pk, "Participant")
