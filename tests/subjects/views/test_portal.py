"""A participant's own appointments, through the front door."""

from datetime import timedelta

import pytest
from django.urls import reverse

from subjects import services
from subjects.domain.visits import Booking
from subjects.models import Appointment
from tests.support.cast import BEGAN, BUILDER
from trialcrm.access import grants
from trialcrm.access.roles import Role
from trialcrm.core import clock

LIST = "subjects:my-appointments"


def role_of(trial, person, subject) -> None:
    own = {"study": trial.study, "site": subject.site, "subject": subject, "starts_on": BEGAN}
    services.give_role(by=BUILDER, user=person, role=Role.PART, **own)


@pytest.fixture
def subject(trial):
    subject = trial.on_treatment(full_name="Canary Zebra")
    role_of(trial, trial.stranger, subject)
    return subject


@pytest.fixture
def appointment(trial, subject) -> Appointment:
    booking = Booking(clock.now() + timedelta(days=2), trial.coordinator, "Room 2")
    return services.book_appointment(by=trial.coordinator, subject=subject, booking=booking, reason="Blood test")


@pytest.fixture
def participant(client, trial, subject):
    client.force_login(trial.stranger)
    return client


def test_what_is_to_come_stands_with_place_and_whom_to_ask_for(participant, appointment):
    page = participant.get(reverse(LIST)).content.decode()
    for words in ("Blood test", "Riverside, Room 2", "Ask for Nora Lindqvist", "I’ll be there", "Ask to move"):
        assert words in page
    assert "We will agree on a time with you." in page


def test_a_participant_confirms(participant, appointment):
    answer = participant.post(reverse("subjects:my-appointment-confirm", args=[appointment.pk]))
    assert (answer.status_code, answer["Location"]) == (303, reverse(LIST))
    page = participant.get(reverse(LIST)).content.decode()
    assert "You will be there" in page
    assert "I’ll be there" not in page


def test_a_participant_asks_in_their_own_words_without_their_name(participant, appointment):
    url = reverse("subjects:my-appointment-ask", args=[appointment.pk])
    answer = participant.post(url, {"wish": "Later please. Canary Zebra"})
    assert answer.status_code == 422
    assert "Later please. Canary Zebra" in answer.content.decode()
    assert participant.post(url, {"wish": "Friday afternoon"}).status_code == 303
    page = participant.get(reverse(LIST)).content.decode()
    assert "You asked for another time:" in page
    assert "Ask to move" not in page
    assert participant.get(url).status_code == 403


def test_the_answer_is_read_where_it_was_asked(participant, trial, appointment):
    services.ask_for_another_time(by=trial.stranger, appointment=appointment, wish="Friday")
    services.decline_wish(by=trial.coordinator, appointment=appointment, wish_answer="Friday is full, sorry.")
    assert "Friday is full, sorry." in participant.get(reverse(LIST)).content.decode()


def test_the_past_says_what_became_of_it(participant, trial, appointment):
    services.cancel_appointment(
        by=trial.coordinator, appointment=appointment, cancelled_by="site", reason="The room is closed"
    )
    page = participant.get(reverse(LIST))
    assert [item.status for item in page.context["own"].past] == ["cancelled"]
    assert "The room is closed" not in page.content.decode()


def test_the_calendar_file_is_ones_own(participant, appointment):
    text = participant.get(reverse("subjects:my-appointments-ics")).content.decode()
    assert "Blood test" in text
    assert text.count("BEGIN:VEVENT") == 1


def test_an_appointment_of_another_participant_does_not_exist(participant, trial, subject):
    other = trial.on_treatment(full_name="Ada Whitfield")
    booking = Booking(clock.now() + timedelta(days=3), trial.coordinator)
    foreign = services.book_appointment(by=trial.coordinator, subject=other, booking=booking, reason="Secret test")
    for name in ("confirm", "ask"):
        assert participant.post(reverse(f"subjects:my-appointment-{name}", args=[foreign.pk])).status_code == 404
    assert "Secret test" not in participant.get(reverse(LIST)).content.decode()


def test_staff_have_no_such_page(client, trial, appointment):
    client.force_login(trial.coordinator)
    assert client.get(reverse(LIST)).status_code == 403
    assert client.post(reverse("subjects:my-appointment-confirm", args=[appointment.pk])).status_code == 403


def test_who_takes_part_twice_reads_in_which_study(participant, trial, appointment):
    grants.enrol(trial.stranger, Role.PART, trial.on_treatment(full_name="Canary Zebra", site=trial.other_site))
    page = participant.get(reverse(LIST))
    assert page.context["has_several"]
    assert "Tests · Blood test" in page.content.decode()
