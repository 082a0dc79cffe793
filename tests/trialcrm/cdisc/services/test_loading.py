import pytest
from django.apps import apps

from subjects.models import Screening, Study, Subject, TreatmentAssignment, Visit
from subjects.services import move_study
from trialcrm.access.roles import Role
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.models import AuditLog
from trialcrm.cdisc.models import ImportedRecord, SourceFile
from trialcrm.cdisc.services import loading


def test_a_delivery_becomes_a_study_with_everybody_in_it(delivery, imported):
    run = imported(delivery)
    assert (run.status, run.refusal) == ("done", "")
    assert run.study.is_imported
    found = dict(run.study.subjects.values_list("subject_id", "state"))
    assert found == {"10-001": "on_treatment", "10-002": "screen_failed", "10-003": "withdrawn"}
    assert run.study.sites.get().institution.name == "Site 10"


def test_the_enrolment_of_a_study_that_goes_on_is_closed_and_of_one_that_is_over_the_follow_up_complete(
    delivery, imported
):
    assert imported(delivery).study.status == "enrolment_closed"
    end = {**delivery["DS"][0], "USUBJID": "T-10-001", "DSSEQ": 2, "DSTERM": "DONE", "DSDECOD": "COMPLETED"}
    delivery["DS"].append(end)
    run = imported(delivery)
    assert (run.study.status, run.study.sites.get().status) == ("follow_up_complete", "closed")


def test_every_value_is_kept_with_its_file_and_row(delivery, imported):
    imported(delivery)
    digest = SourceFile.objects.get(name="dm.csv").sha256
    subject = Subject.objects.get(subject_id="10-002")
    assert subject.history.get().history_change_reason == f"dm.csv, row 2, sha256 {digest[:12]}…"
    origin = ImportedRecord.objects.get(record_type="subjects.Subject", key="T-10-002")
    assert (origin.file, origin.row, origin.sha256, origin.record_id) == ("dm.csv", 2, digest, subject.pk)


def test_the_same_files_again_change_nothing(delivery, imported):
    imported(delivery)
    before = _counts()
    run = imported(delivery)
    assert (run.created, run.changed) == (0, 0)
    changed = {label for label, count in _counts().items() if count != before[label]}
    assert {label for label in changed if label.startswith("subjects.")} == set()
    assert changed <= {
        "audit.AuditLog",
        "audit.LedgerEntry",
        "cdisc.HistoricalImportRun",
        "cdisc.HistoricalSourceFile",
        "cdisc.ImportRun",
        "cdisc.SourceFile",
    }


def _counts():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def test_a_changed_file_changes_what_changed_with_the_row_as_the_reason(delivery, imported):
    imported(delivery)
    delivery["SV"][2] |= {"SVSTDTC": "2024-01-26", "SVENDTC": "2024-01-26"}
    run = imported(delivery)
    # The visit, and the missed one that is counted from it.
    assert (run.created, run.changed) == (0, 2)
    visit = Visit.objects.get(subject__subject_id="10-001", visit_num=3)
    newest = visit.history.first()
    assert newest.history_change_reason.startswith("sv.csv, row 3, sha256 ")
    assert [change.field for change in newest.diff_against(newest.prev_record).changes] == [
        "due_on",
        "ended_on",
        "started_on",
        "study_day",
    ]


def test_a_broken_row_is_named_and_nothing_of_the_delivery_is_taken_over(delivery, imported):
    delivery["SV"][3]["SVSTDTC"] = "2024-02-31"
    run = imported(delivery)
    assert (run.status, run.refused_file, run.refused_row, run.refused_variable) == ("refused", "sv.csv", 4, "SVSTDTC")
    assert not Study.objects.filter(protocol_id="TEST-1").exists()


@pytest.mark.parametrize(
    ("domain", "variable", "row"),
    [("TV", "VISIT", 1), ("DS", "DSTERM", 1), ("DM", "SUBJID", 1), ("TE", "ELEMENT", 1)],
)
def test_a_text_that_is_too_long_is_refused_by_file_row_and_variable(delivery, imported, domain, variable, row):
    delivery[domain][row - 1][variable] = "x" * 300
    run = imported(delivery)
    found = (run.status, run.refused_file, run.refused_row, run.refused_variable)
    assert found == ("refused", f"{domain.lower()}.csv", row, variable)
    assert "at most" in run.refusal


def test_what_was_written_before_something_breaks_is_undone(delivery, imported, monkeypatch, caplog):
    def break_down(**given):
        raise RuntimeError("no")

    monkeypatch.setattr(loading.importing, "import_visits", break_down)
    run = imported(delivery)
    assert run.status == "refused"
    assert "The portal failed" in run.refusal
    assert not Study.objects.filter(protocol_id="TEST-1").exists()
    assert not Subject.objects.filter(unique_subject_id="T-10-001").exists()


def test_the_files_are_kept_with_their_digests_even_when_the_delivery_is_refused(delivery, imported):
    delivery["DM"][0]["SEX"] = "X"
    run = imported(delivery)
    assert run.status == "refused"
    assert {file.domain: file.rows for file in run.files.all()} == {
        "DM": 3,
        "TV": 6,
        "SV": 8,
        "TE": 1,
        "SE": 3,
        "DS": 1,
    }


def test_another_delivery_about_other_people_is_not_merged_but_may_have_an_id_of_its_own(delivery, imported):
    imported(delivery)
    for row in [row for rows in delivery.values() for row in rows if "USUBJID" in row]:
        row["USUBJID"] = row["USUBJID"].replace("T-", "OTHER-")
    run = imported(delivery)
    assert run.status == "refused"
    assert "other participants" in run.refusal
    assert imported(delivery, study="TEST-2").study.protocol_id == "TEST-2"


def test_one_person_cannot_be_in_two_studies_under_one_id(delivery, imported):
    imported(delivery)
    run = imported(delivery, study="TEST-2")
    assert (run.status, run.refused_file, run.refused_variable) == ("refused", "dm.csv", "USUBJID")
    assert "takes part in study TEST-1" in run.refusal


def test_a_delivery_is_never_merged_into_a_study_that_was_set_up_here(delivery, imported, trial):
    run = imported(delivery, study="TEST-01")
    assert run.status == "refused"
    assert "never merged" in run.refusal


def test_nothing_is_imported_into_a_locked_study(delivery, imported):
    screened = {"DM": delivery["DM"][1:2], "TV": delivery["TV"], "SV": delivery["SV"][4:5]}
    end = {**delivery["DS"][0], "USUBJID": "T-10-002", "DSTERM": "FAILED", "DSDECOD": "SCREEN FAILURE"}
    study = imported(screened | {"DS": [end]}).study
    assert study.status == "follow_up_complete"
    move_study(by=SystemActor("test"), study=study, to="locked")
    run = imported(delivery)
    assert run.status == "refused"
    assert "nothing is imported" in run.refusal


def test_whoever_imports_a_new_study_manages_it(delivery, imported, trial):
    study = imported(delivery, by=trial.manager).study
    assert study.memberships.get().role == Role.SPMGR
    assert Subject.objects.visible_to(trial.manager).filter(study=study).count() == 3
    assert not Subject.objects.visible_to(trial.monitor).filter(study=study).exists()


def test_treatment_is_written_by_the_portal_because_the_importer_may_not_see_it(delivery, imported, trial):
    study = imported(delivery, by=trial.manager).study
    assigned = TreatmentAssignment.objects.filter(study=study)
    assert assigned.get(subject__subject_id="10-001").planned_arm.code == "ACT"
    assert not assigned.visible_to(trial.manager).exists()
    entry = AuditLog.objects.get(action="import.treatment", study_id=study.pk)
    assert (entry.actor, entry.actor_name) == (None, "Import for Mia Grant")


def test_screening_follows_from_assignment_and_a_failure_without_criteria_has_no_recorded_reason(delivery, imported):
    imported(delivery)
    found = Screening.objects.filter(study__protocol_id="TEST-1").values_list(
        "subject__subject_id", "status", "fail_reason"
    )
    assert sorted(found) == [
        ("10-001", "passed", ""),
        ("10-002", "failed", "not_recorded"),
        ("10-003", "passed", ""),
    ]


def test_birth_dates_are_left_behind(delivery, imported):
    delivery["DM"][0]["BRTHDTC"] = "1950-02-03"
    subject = imported(delivery).study.subjects.get(subject_id="10-001")
    assert "1950" not in str(list(Subject.objects.filter(pk=subject.pk).values()))
    assert not hasattr(subject, "identity")


def test_a_visit_that_was_passed_over_is_missed_without_a_row_of_its_own(delivery, imported):
    visit = imported(delivery).study.subjects.get(subject_id="10-001").visits.get(visit_num="3.1")
    assert (visit.status, visit.started_on) == ("missed", None)
    assert ImportedRecord.objects.get(record_id=visit.pk).row is None
