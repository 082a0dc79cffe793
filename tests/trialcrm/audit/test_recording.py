"""One act: a transaction, its writes and its row in the log stand or fall together."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy

from subjects.models import Institution, SubjectNote, Visit
from tests.support.cast import BUILDER, Trial
from trialcrm.audit import context
from trialcrm.audit.acts import SystemActor, UnrecordedWrite, current, here
from trialcrm.audit.models import AuditLog
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused

pytestmark = pytest.mark.django_db
NOON = datetime(2031, 5, 4, 12, 30, tzinfo=UTC)


@recorded("visit.placed", gettext_lazy("Place of the visit changed"))
def place(*, by: Any, visit: Visit, location: str, reason: str = "") -> Visit:
    visit.location = location
    visit.save()
    return visit


@recorded("visit.place-refused", gettext_lazy("Place of the visit changed"))
def place_and_refuse(*, by: Any, visit: Visit, location: str) -> Visit:
    visit.location = location
    visit.save()
    raise Refused(refused("No such ward.", "location"))


@recorded("visits.placed", gettext_lazy("Places changed"))
def place_all(*, by: Any, visits: list[Visit], service: Any = place, survive: bool = False) -> Visit:
    for visit in visits:
        try:
            service(by=by, visit=visit, location="Ward 9")
        except Refused:
            if not survive:
                raise
    return visits[0]


def a_visit(trial: Trial) -> Visit:
    return Visit.objects.filter(subject=trial.registered()).earliest("due_on")


def log_of(action: str) -> list[AuditLog]:
    return list(AuditLog.objects.filter(action=action).order_by("id"))


def test_nothing_is_written_outside_of_a_recorded_act(trial: Trial) -> None:
    visit = a_visit(trial)
    visit.location = "Ward 1"

    with pytest.raises(UnrecordedWrite):
        visit.save()
    with pytest.raises(UnrecordedWrite):
        Institution(name="Nowhere", country="USA").save()

    visit.refresh_from_db()
    assert visit.location == ""
    assert not Institution.objects.filter(name="Nowhere").exists()


def test_when_the_log_cannot_be_written_the_change_is_undone(trial: Trial) -> None:
    visit = a_visit(trial)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditlog ADD CONSTRAINT full_disk CHECK (action <> 'visit.placed') NOT VALID")

    with pytest.raises(IntegrityError):
        place(by=trial.coordinator, visit=visit, location="Ward 1")

    assert Visit.objects.get(pk=visit.pk).location == ""
    assert visit.history.count() == 1


def test_the_row_of_an_edit_says_who_what_when_where_why_and_from_where(trial: Trial) -> None:
    """21 CFR 11.10(e), ICH E6(R3) 4.2.2."""
    visit = a_visit(trial)

    with context.request("192.0.2.7") as facts, clock.frozen(NOON):
        place(by=trial.coordinator, visit=visit, location="Ward 1", reason="the clinic moved house")

    row = log_of("visit.placed")[0]
    assert (row.at, row.actor_id, row.actor_name, row.role) == (NOON, trial.coordinator.pk, "Nora Lindqvist", "crc")
    assert (row.study_id, row.site_id, row.subject_id) == (visit.study_id, visit.site_id, visit.subject_id)
    assert (row.entity_type, row.entity_id) == ("subjects.Visit", str(visit.pk))
    assert row.summary == f"Place of the visit changed: {visit}"
    assert row.reason == "the clinic moved house"
    assert row.outcome == "done"
    change = {"field": "location", "old": "", "new": "Ward 1"}
    assert row.payload == {"records": [{"type": "subjects.Visit", "id": str(visit.pk), "changes": [change]}]}
    assert row.request_id == facts.request_id
    assert row.address_digest == context.digest("192.0.2.7")
    assert "192.0.2.7" not in row.address_digest


def test_the_history_row_carries_the_same_act(trial: Trial) -> None:
    visit = a_visit(trial)

    with clock.frozen(NOON):
        place(by=trial.coordinator, visit=visit, location="Ward 1", reason="the clinic moved house")

    version = visit.history.first()
    assert (version.act_id, version.history_date) == (log_of("visit.placed")[0].pk, NOON)
    assert (version.history_user_id, version.history_type) == (trial.coordinator.pk, "~")
    assert (version.history_change_reason, version.location) == ("the clinic moved house", "Ward 1")


def test_a_save_that_changes_nothing_leaves_no_version(trial: Trial) -> None:
    visit = Visit.objects.get(pk=a_visit(trial).pk)
    before = visit.updated_at

    place(by=trial.coordinator, visit=visit, location="")
    visit.save()

    visit.refresh_from_db()
    assert visit.history.count() == 1
    assert visit.updated_at == before
    assert log_of("visit.placed")[0].payload == {}


def test_a_refusal_undoes_the_act_and_is_logged_once_afterwards(trial: Trial) -> None:
    visit = a_visit(trial)

    with pytest.raises(Refused):
        place_and_refuse(by=trial.coordinator, visit=visit, location="Ward 0")

    assert Visit.objects.get(pk=visit.pk).location == ""
    (row,) = log_of("visit.place-refused")
    assert (row.outcome, row.payload) == ("refused", {"refused": "No such ward."})
    assert (row.entity_id, row.site_id) == (str(visit.pk), visit.site_id)


def test_a_refusal_of_an_inner_act_is_logged_once_by_the_outer_one(trial: Trial) -> None:
    visit = a_visit(trial)

    with pytest.raises(Refused):
        place_all(by=trial.coordinator, visits=[visit], service=place_and_refuse)

    assert [row.outcome for row in log_of("visits.placed")] == ["refused"]
    assert log_of("visit.place-refused") == []


def test_a_refusal_that_the_outer_act_survives_is_logged_with_it(trial: Trial) -> None:
    visit = a_visit(trial)

    place_all(by=trial.coordinator, visits=[visit, visit], service=place_and_refuse, survive=True)

    assert [row.outcome for row in log_of("visit.place-refused")] == ["refused", "refused"]
    assert [row.outcome for row in log_of("visits.placed")] == ["done"]


def test_nested_acts_each_have_their_row_and_their_versions(trial: Trial) -> None:
    visits = list(Visit.objects.filter(subject=trial.registered()))[:2]

    place_all(by=trial.coordinator, visits=visits)

    inner, (outer,) = log_of("visit.placed"), log_of("visits.placed")
    assert [visit.history.first().act_id for visit in visits] == [row.pk for row in inner]
    assert outer.pk < inner[0].pk < inner[1].pk
    assert outer.payload == {}
    assert current() is None


def test_an_undone_act_is_forgotten_by_the_record_in_memory(trial: Trial) -> None:
    visit = a_visit(trial)
    with pytest.raises(Refused):
        place_and_refuse(by=trial.coordinator, visit=visit, location="Ward 1")

    place(by=trial.coordinator, visit=visit, location="Ward 1")

    assert Visit.objects.get(pk=visit.pk).location == "Ward 1"


def test_what_an_inner_act_saved_is_forgotten_when_the_outer_one_is_undone(trial: Trial) -> None:
    visits = list(Visit.objects.filter(subject=trial.registered()))[:2]

    @recorded("test.halfway", gettext_lazy("Halfway"))
    def halfway(*, by: Any) -> None:
        place(by=by, visit=visits[0], location="Ward 1")
        raise Refused(refused("No."))

    with pytest.raises(Refused):
        halfway(by=trial.coordinator)
    place(by=trial.coordinator, visit=visits[0], location="Ward 1")

    assert Visit.objects.get(pk=visits[0].pk).location == "Ward 1"


def test_a_failure_that_is_no_refusal_leaves_nothing_behind(trial: Trial) -> None:
    @recorded("test.broken", gettext_lazy("Broken"))
    def broken(*, by: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken(by=trial.coordinator)

    assert log_of("test.broken") == []


def test_what_was_looked_up_inside_an_undone_act_is_looked_up_again() -> None:
    @recorded("test.looked-up", gettext_lazy("Looked up"))
    def look_up(*, by: Any) -> None:
        context.memory()["rights"] = "those given inside"  # type: ignore[index]
        raise Refused(refused("No."))

    with context.request():
        with pytest.raises(Refused):
            look_up(by=BUILDER)
        assert context.memory() == {}


def test_an_act_about_no_single_record_is_logged_where_all_it_wrote_belongs(trial: Trial) -> None:
    first, second = trial.registered(), trial.registered(full_name="Ada Obi")

    @recorded("test.notes", gettext_lazy("Notes"))
    def notes(*, by: Any, subjects: list[Any]) -> None:
        for subject in subjects:
            SubjectNote(subject=subject, author_id=by.pk, note_text="Called.").save()

    notes(by=trial.coordinator, subjects=[first, second])

    (row,) = log_of("test.notes")
    assert (row.study_id, row.site_id, row.subject_id) == (first.study_id, first.site_id, None)


def test_the_portal_itself_acts_under_its_own_name() -> None:
    @recorded("test.nightly", gettext_lazy("Nightly"))
    def nightly(*, by: Any) -> None:
        assert here().actor is by

    nightly(by=SystemActor("night watch"))

    (row,) = log_of("test.nightly")
    assert (row.actor_id, row.actor_name, row.role) == (None, "night watch", "system")
