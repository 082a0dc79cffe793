"""Who writes notes, and who adds to them."""

import pytest

from subjects import policies, services


@pytest.fixture
def note(trial):
    subject = trial.registered()
    return services.write_note(by=trial.coordinator, subject=subject, note_type="call", note_text="Feels well.")


@pytest.mark.parametrize("part", ["coordinator", "investigator", "subinvestigator"])
def test_site_staff_write_notes(trial, note, part):
    assert policies.write_note(getattr(trial, part), note.subject)


@pytest.mark.parametrize("part", ["monitor", "safety", "manager", "inspector", "outsider", "pharmacist"])
def test_nobody_from_outside_the_site_writes_there(trial, note, part):
    assert not policies.write_note(getattr(trial, part), note.subject)


def test_only_its_author_adds_to_a_note(trial, note):
    assert policies.add_addendum(trial.coordinator, note)
    assert policies.add_addendum(trial.investigator, note).reason == "Only its author adds to a note."
