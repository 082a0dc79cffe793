"""Notes are written once, and then only added to."""

import pytest

from subjects import services
from subjects.models import SubjectNote
from trialcrm.audit.models import AuditLog
from trialcrm.core.decisions import Refused


def written(trial, **facts):
    facts = {"note_type": "call", "note_text": "Feels well.", **facts}
    return services.write_note(by=trial.coordinator, subject=trial.registered(), **facts)


def test_an_addendum_leaves_the_note_as_it_was(trial):
    note = written(trial)
    services.add_addendum(by=trial.coordinator, note=note, note_text="Headache since Monday.")
    note.refresh_from_db()
    assert note.note_text == "Feels well."
    assert note.addenda.get().note_text == "Headache since Monday."
    assert note.history.count() == 1


def test_an_addendum_to_an_addendum_belongs_to_the_first_note(trial):
    note = written(trial)
    first = services.add_addendum(by=trial.coordinator, note=note, note_text="Headache.")
    second = services.add_addendum(by=trial.coordinator, note=first, note_text="Gone by evening.")
    assert second.addendum_to_id == note.pk


def test_an_empty_note_and_an_unknown_type_are_refused(trial):
    for facts, field in (({"note_text": "  "}, "note_text"), ({"note_type": "gossip"}, "note_type")):
        with pytest.raises(Refused) as refusal:
            written(trial, **facts)
        assert refusal.value.field == field
    assert not SubjectNote.objects.exists()


def test_another_persons_note_is_not_added_to(trial):
    note = written(trial)
    with pytest.raises(Refused, match="Only its author"):
        services.add_addendum(by=trial.investigator, note=note, note_text="I think not.")


def test_the_log_says_that_a_note_was_written(trial):
    note = written(trial)
    assert AuditLog.objects.filter(action="note.written", entity_id=str(note.pk), outcome="done").exists()
