"""Writing many audited records at once leaves the same trail as writing them one by one."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import gettext_lazy

from subjects.models import Subject, Visit
from tests.support.cast import BUILDER, Trial
from trialcrm.audit import bulk
from trialcrm.audit.acts import UnrecordedWrite
from trialcrm.audit.models import AuditLog, LedgerEntry
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import Refused, refused

pytestmark = pytest.mark.django_db


@recorded("test.imported", gettext_lazy("Imported"))
def imported(*, by: Any, visits: list[Visit], reason: str = "", refuse: bool = False) -> None:
    bulk.create(visits, lambda visit: f"sv.xpt, row {visit.visit_num}" if reason else "")
    if refuse:
        raise Refused(refused("no"))


@recorded("test.corrected", gettext_lazy("Corrected"))
def corrected(*, by: Any, visits: list[Visit], reason: str = "") -> list[Visit]:
    return bulk.update(visits)


def unsaved(subject: Subject, count: int, first: int = 100) -> list[Visit]:
    return [
        Visit(
            subject=subject,
            study_id=subject.study_id,
            site_id=subject.site_id,
            visit_num=number,
            visit_type=f"Extra {number}",
            due_on=subject.consented_on + timedelta(days=number),
        )
        for number in range(first, first + count)
    ]


def test_each_new_record_has_its_history_with_act_person_date_and_reason(trial: Trial) -> None:
    visits = unsaved(trial.registered(), 3)

    imported(by=trial.coordinator, visits=visits, reason="first delivery")

    act = AuditLog.objects.get(action="test.imported")
    for visit in visits:
        row = visit.history.get()
        assert (row.history_type, row.act_id, row.history_user_id) == ("+", act.pk, trial.coordinator.pk)
        assert row.history_date == act.at
        assert row.history_change_reason == f"sv.xpt, row {visit.visit_num}"
        assert row.visit_type == visit.visit_type


def test_the_log_counts_what_was_written_in_bulk_and_knows_where(trial: Trial) -> None:
    subject = trial.registered()

    imported(by=trial.coordinator, visits=unsaved(subject, 3))

    act = AuditLog.objects.get(action="test.imported")
    assert act.payload == {"counts": {"subjects.Visit": {"created": 3}}}
    assert (act.study_id, act.site_id, act.subject_id) == (subject.study_id, subject.site_id, subject.pk)


def test_the_log_can_tell_each_value_as_if_records_were_saved_one_by_one(trial: Trial) -> None:
    @recorded("test.added", gettext_lazy("Added"))
    def added(*, by: Any, visits: list[Visit], at_once: bool) -> None:
        if at_once:
            bulk.create(visits, told=True)
            return
        for visit in visits:
            visit.save()

    subject = trial.registered()

    added(by=trial.coordinator, visits=unsaved(subject, 2), at_once=True)
    added(by=trial.coordinator, visits=unsaved(subject, 2, first=200), at_once=False)

    one_by_one, at_once = AuditLog.objects.filter(action="test.added")
    assert "counts" not in at_once.payload
    told, saved = ([(item["type"], item["new"]) for item in act.payload["records"]] for act in (at_once, one_by_one))
    assert told == saved
    fields = [[change["field"] for change in item["changes"]] for item in at_once.payload["records"]]
    assert fields == [[change["field"] for change in item["changes"]] for item in one_by_one.payload["records"]]
    assert (at_once.study_id, at_once.site_id, at_once.subject_id) == (
        one_by_one.study_id,
        one_by_one.site_id,
        subject.pk,
    )


def test_only_changed_records_and_fields_are_written(trial: Trial) -> None:
    visits = unsaved(trial.registered(), 3)
    imported(by=trial.coordinator, visits=visits)
    visits = list(Visit.objects.filter(pk__in=[visit.pk for visit in visits]).order_by("visit_num"))
    visits[0].location = "Ward 3"
    visits[1].location, visits[1].visit_type = "Ward 4", "Renamed"

    written = corrected(by=trial.coordinator, visits=visits, reason="rooms were renumbered")

    assert written == visits[:2]
    assert [visit.history.count() for visit in visits] == [2, 2, 1]
    row = visits[1].history.first()
    assert (row.history_type, row.location, row.visit_type) == ("~", "Ward 4", "Renamed")
    assert row.history_change_reason == "rooms were renumbered"
    assert Visit.objects.get(pk=visits[1].pk).updated_at == row.history_date
    assert corrected(by=trial.coordinator, visits=visits) == []


def test_outside_of_an_act_nothing_is_written_in_bulk(trial: Trial) -> None:
    visits = unsaved(trial.registered(), 1)

    with pytest.raises(UnrecordedWrite):
        bulk.create(visits)

    assert not Visit.objects.filter(pk=visits[0].pk).exists()


def test_what_is_written_in_bulk_must_stay_in_the_writers_sight(trial: Trial) -> None:
    visits = unsaved(trial.registered(), 2)

    with pytest.raises(Refused):
        imported(by=trial.outsider, visits=visits)

    assert not Visit.objects.filter(pk__in=[visit.pk for visit in visits]).exists()


def test_an_undone_import_can_be_tried_again_with_the_same_records(trial: Trial) -> None:
    visits = unsaved(trial.registered(), 2)
    with pytest.raises(Refused):
        imported(by=trial.coordinator, visits=visits, refuse=True)

    imported(by=trial.coordinator, visits=visits)

    assert [visit.history.count() for visit in visits] == [1, 1]


def test_four_thousand_visits_with_history_and_ledger_take_a_few_seconds_and_few_statements(
    trial: Trial, django_assert_max_num_queries: Any
) -> None:
    visits = unsaved(trial.registered(), 4000)
    entries = LedgerEntry.objects.count()

    began = time.perf_counter()
    with django_assert_max_num_queries(30):
        imported(by=BUILDER, visits=visits, reason="a large delivery")
    took = time.perf_counter() - began

    assert Visit.history.filter(id__in=[visit.pk for visit in visits]).count() == 4000
    assert LedgerEntry.objects.count() == entries + 4001
    # Under 2 s on two cores; the margin is for machines that are busy with other tests.
    assert took < 10
