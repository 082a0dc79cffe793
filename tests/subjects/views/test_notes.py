"""The pages of notes, through the front door."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from subjects import services
from subjects.models import Subject, SubjectNote


@pytest.fixture
def subject(trial) -> Subject:
    return trial.registered(full_name="Canary Zebra")


@pytest.fixture
def coordinator(client, trial):
    client.force_login(trial.coordinator)
    return client


def write(trial, subject, text="Feels well.", note_type="call", by="coordinator"):
    return services.write_note(by=getattr(trial, by), subject=subject, note_type=note_type, note_text=text)


def tab(subject) -> str:
    return reverse("subjects:subject-notes", args=[subject.pk])


def test_notes_stand_newest_first_with_their_addenda_below_them(coordinator, trial, subject):
    first = write(trial, subject, "The first note.")
    write(trial, subject, "The second note.")
    services.add_addendum(by=trial.coordinator, note=first, note_text="What was added.")
    page = coordinator.get(tab(subject)).content.decode()
    places = [page.index(text) for text in ("The second note.", "The first note.", "What was added.")]
    assert places == sorted(places)


def test_notes_are_narrowed_by_their_type(coordinator, trial, subject):
    write(trial, subject, "About a call.")
    write(trial, subject, "About safety.", "safety")
    page = coordinator.get(tab(subject), {"type": "safety"}).content.decode()
    assert "About safety." in page
    assert "About a call." not in page
    assert coordinator.get(tab(subject), {"type": "gossip"}).status_code == 200


@pytest.mark.parametrize("part", ["monitor", "manager", "safety", "inspector", "pharmacist"])
def test_notes_are_read_at_the_site_only(client, trial, subject, part):
    note = write(trial, subject)
    client.force_login(getattr(trial, part))
    assert client.get(tab(subject)).status_code == 403
    assert client.post(reverse("subjects:note-addendum", args=[note.pk]), {"note_text": "Mine."}).status_code == 403


def test_a_note_of_another_site_does_not_exist(client, trial, subject):
    note = write(trial, subject)
    client.force_login(trial.outsider)
    for url in (
        tab(subject),
        reverse("subjects:note-add", args=[subject.pk]),
        reverse("subjects:note-addendum", args=[note.pk]),
    ):
        assert client.get(url).status_code == 404
        assert client.post(url, {"note_text": "Mine.", "note_type": "call"}).status_code == 404
    assert SubjectNote.objects.count() == 1


def test_a_note_is_written_and_what_was_typed_is_kept_when_it_is_not_accepted(coordinator, subject):
    url = reverse("subjects:note-add", args=[subject.pk])
    answer = coordinator.post(url, {"note_type": "gossip", "note_text": "Phoned, feels well."})
    assert answer.status_code == 422
    assert "Phoned, feels well." in answer.content.decode()
    assert coordinator.post(url, {"note_type": "call", "note_text": "Phoned, feels well."}).status_code == 303
    assert SubjectNote.objects.get().note_text == "Phoned, feels well."


def test_in_the_dialog_a_written_note_announces_itself(coordinator, subject):
    answer = coordinator.post(
        reverse("subjects:note-add", args=[subject.pk]),
        {"note_type": "call", "note_text": "Phoned."},
        HTTP_HX_REQUEST="true",
        HTTP_X_STAY="1",
    )
    assert "note-changed" in answer["HX-Trigger"]


def test_only_the_author_is_offered_and_allowed_an_addendum(client, trial, subject):
    note = write(trial, subject)
    url = reverse("subjects:note-addendum", args=[note.pk])
    client.force_login(trial.investigator)
    assert "Add to it" not in client.get(tab(subject)).content.decode()
    answer = client.post(url, {"note_text": "I think not."})
    assert answer.status_code == 403
    assert "Only its author adds to a note." in answer.content.decode()
    client.force_login(trial.coordinator)
    assert client.post(url, {"note_text": "By phone."}).status_code == 303


def test_text_of_a_note_is_shown_as_it_was_written_and_never_run(coordinator, trial, subject):
    write(trial, subject, "<script>alert(1)</script>\nSecond line")
    page = coordinator.get(tab(subject)).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_the_tab_costs_the_same_queries_for_one_note_and_for_twelve(coordinator, trial, subject):
    note = write(trial, subject)
    services.add_addendum(by=trial.coordinator, note=note, note_text="More.")
    with CaptureQueriesContext(connection) as few:
        coordinator.get(tab(subject))
    for number in range(11):
        services.add_addendum(by=trial.coordinator, note=write(trial, subject, f"Note {number}"), note_text="More.")
    with CaptureQueriesContext(connection) as many:
        coordinator.get(tab(subject))
    assert len(many) == len(few)
