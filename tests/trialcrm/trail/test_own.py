"""Who has seen my record: a participant reads who looked and who wrote."""

import pytest
from django.urls import reverse

from subjects import selectors, services
from tests.support.cast import BEGAN, BUILDER
from trialcrm.access.roles import Role
from trialcrm.audit.log import note

RECORD = "trail:my-record"


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


def told(client):
    return {(line.who, line.role, line.what) for line in client.get(reverse(RECORD)).context["lines"]}


def test_staff_of_the_site_are_named_and_what_they_did_is_told_without_its_content(participant, trial, subject):
    services.write_note(by=trial.coordinator, subject=subject, note_type="call", note_text="Feels well.")
    page = participant.get(reverse(RECORD))
    assert ("Nora Lindqvist", "Coordinator", "Wrote in notes about you") in told(participant)
    assert "Feels well" not in page.content.decode()


def test_reading_the_name_in_a_list_is_told(participant, trial, subject):
    selectors.names_of(trial.investigator, [subject.pk], where="visit list")
    assert ("Dr Hana Ito", "Principal investigator", "Looked at your name and record") in told(participant)


def test_the_sponsors_side_is_told_by_what_it_is(participant, trial, subject):
    note("trail.exported", "Trail exported", by=trial.monitor, about=subject)
    lines = told(participant)
    assert ("Monitor", "", "Looked at your record") in lines
    assert not any("Max Ferro" in who for who, _role, _what in lines)


def test_acts_of_one_day_are_put_together(participant, trial, subject):
    for _time in range(3):
        selectors.names_of(trial.subinvestigator, [subject.pk], where="visit list")
    lines = participant.get(reverse(RECORD)).context["lines"]
    assert [line.times for line in lines if line.who == "Dr Paul Sol" and line.is_reading] == [3]


def test_readings_of_others_are_not_told(participant, trial, subject):
    other = trial.registered(full_name="Ada Whitfield")
    selectors.names_of(trial.subinvestigator, [other.pk], where="visit list")
    services.write_note(by=trial.investigator, subject=other, note_type="call", note_text="Other.")
    assert not {who for who, _role, _what in told(participant)} & {"Dr Paul Sol"}


def test_what_was_signed_stands_there(participant):
    assert "Consent, version 1.0" in participant.get(reverse(RECORD)).content.decode()
