"""A participant tells how they feel, and reads what became of it."""

import pytest
from django.urls import reverse

from safety import services
from safety.models import AdverseEvent
from subjects import services as subject_services
from tests.support.cast import BEGAN, BUILDER, PASSWORD
from tests.support.safety import recorded, seen, told
from trialcrm.access.roles import Role
from trialcrm.users.services import create_account

MINE, REPORT = reverse("safety:my-symptoms"), reverse("safety:my-symptom-report")


def participant(trial, subject, name: str):
    email = f"{name.split(maxsplit=1)[0].lower()}@people.test"
    person = create_account(by=BUILDER, email=email, name=name, password=PASSWORD)
    place = {"study": subject.study, "site": subject.site, "subject": subject, "starts_on": BEGAN}
    subject_services.give_role(by=BUILDER, user=person, role=Role.PART, **place)
    return person


@pytest.fixture
def subject(trial):
    return trial.on_treatment(first_dose_days_ago=20, full_name="Canary Zebra")


@pytest.fixture
def ann(client, trial, subject):
    client.force_login(participant(trial, subject, "Ann Own"))
    return client


def given(trial, **changed):
    return {"event_term": "I feel dizzy", "onset": trial.today().isoformat(), **changed}


def test_a_report_waits_as_a_draft_and_the_participant_reads_what_became_of_it(ann, client, trial, subject):
    assert ann.post(REPORT, given(trial)).status_code == 303
    assert "I feel dizzy" in ann.get(MINE).content.decode()
    event = AdverseEvent.objects.get()
    assert (event.status, event.learned_from) == ("draft", "participant")
    services.confirm_event(by=trial.coordinator, event=event, told=told(subject, event_term="Dizziness"), seen=seen())
    assert "has noted it" in ann.get(MINE).content.decode()


def test_what_was_typed_is_kept_when_the_date_is_impossible(ann, trial):
    answer = ann.post(REPORT, given(trial, onset="2999-01-01"))
    assert answer.status_code == 422
    assert "I feel dizzy" in answer.content.decode()


def test_the_pages_say_nothing_of_what_the_site_recorded_or_of_others(ann, trial, subject):
    recorded(trial.coordinator, subject, event_term="Recorded at the site")
    other = trial.on_treatment(first_dose_days_ago=3, full_name="Ed Other")
    services.report_symptom(
        by=participant(trial, other, "Ed Other"),
        subject=other,
        event_term="Something of Ed",
        onset=told(other).onset,
    )
    page = ann.get(MINE).content.decode()
    assert "Recorded at the site" not in page
    assert "Something of Ed" not in page
    event = AdverseEvent.objects.filter(subject=other).get()
    assert ann.get(event.get_absolute_url()).status_code in (403, 404)


@pytest.mark.parametrize("part", ["coordinator", "pharmacist", "monitor", "stranger"])
def test_staff_do_not_speak_for_a_participant(client, trial, part):
    client.force_login(getattr(trial, part))
    assert client.get(MINE).status_code == 403
    assert client.post(REPORT, given(trial)).status_code == 403


def test_those_who_may_not_know_the_participant_read_no_name_where_it_says_who_reported(client, ann, trial, subject):
    ann.post(REPORT, given(trial))
    event = AdverseEvent.objects.filter(subject=subject).get()
    client.force_login(trial.monitor)
    page = client.get(event.get_absolute_url()).content.decode()
    assert "the participant" in page
    assert event.reported_by.name not in page


def test_a_draft_is_taken_up_before_it_is_judged(ann, client, trial):
    ann.post(REPORT, given(trial))
    client.force_login(trial.investigator)
    url = reverse("safety:event-assess-medically", args=[AdverseEvent.objects.get().pk])
    answer = client.get(url)
    assert (answer.status_code, "E01 is a draft; take it up first." in answer.content.decode()) == (403, True)
