"""The CDISC pilot study, imported: the published figures from the database, the findings, and the same files again."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO
from statistics import mean, median

import pytest
from django.apps import apps
from django.core.management import call_command

from safety.models import AdverseEvent, AEAssessment
from subjects.domain.participation import SubjectState
from subjects.domain.visits import VisitStatus
from subjects.models import Disposition, Screening, Study, Subject, SubjectIdentity, Visit
from tests.support.pilot import imported
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.models import AuditLog
from trialcrm.cdisc.domain.licensed import is_licensed
from trialcrm.cdisc.models import Finding, ImportRun
from trialcrm.cdisc.selectors.figures import NUMBERS, compared, figures

pytestmark = pytest.mark.xdist_group("pilot")

READER = SystemActor("test")
#: What a run writes of itself, also when it changes nothing.
ITS_OWN_LOG = {
    "audit.AuditLog",
    "audit.LedgerEntry",
    "cdisc.HistoricalImportRun",
    "cdisc.HistoricalSourceFile",
    "cdisc.ImportRun",
    "cdisc.SourceFile",
}
FINDINGS = {
    "F01": 294,
    "F02": 250,
    "F03": 36,
    "F04": 26,
    "F05": 45,
    "F06": 4,
    "F07": 1191,
    "F08": 1,
    "F09": 1,
    "F10": 22,
    "F11": 92,
    "F12": 306,
    "F13": 55,
    "F14": 6,
    "F15": 1,
    "F16": 12,
    "F17": 8,
    "F18": 2,
    "F19": 10,
    "F21": 401,
    "F22": 3,
    "F23": 15,
    "F24": 303,
}


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "cdiscpilot01"


@pytest.fixture(scope="module")
def expected(folder):
    return json.loads((folder / "expected.json").read_text())


@pytest.fixture(scope="module")
def study(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), imported() as found:
        yield found


def test_every_published_figure_is_reproduced(study, expected):
    lines = compared(figures(READER, study), expected)
    assert {line.name: line.found for line in lines if not line.agrees} == {}
    assert {line.figure for line in lines} >= set(NUMBERS.values())


def test_ages_and_first_doses(study):
    ages = list(Subject.objects.filter(study=study).values_list("age", flat=True))
    assert (min(ages), max(ages), round(mean(ages), 2), median(ages)) == (50, 89, 75.09, 77)
    doses = sorted(Subject.objects.filter(study=study, first_dose_on__isnull=False).values_list("first_dose_on"))
    assert (doses[0][0], doses[-1][0]) == (date(2012, 7, 9), date(2014, 9, 2))


def test_the_command_compares_with_expected_figures(study, folder):
    said = StringIO()
    call_command("import_sdtm", folder, check=folder / "expected.json", stdout=said)
    assert "ok  G25  visit_windows.total" in said.getvalue()
    assert "NOT" not in said.getvalue()


def test_every_finding_is_there_with_its_count(study):
    assert Counter(Finding.objects.filter(study=study).current().values_list("code", flat=True)) == FINDINGS


def test_the_same_files_again_write_nothing_but_the_log_of_the_run(study, folder):
    before = counts()
    call_command("import_sdtm", folder, stdout=StringIO())
    after = counts()
    assert {label for label in after if after[label] != before[label]} <= ITS_OWN_LOG
    run = ImportRun.objects.order_by("-id").first()
    assert (run.created, run.changed) == (0, 0)
    assert run.unchanged > 7000


def counts():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def test_states_of_participation(study):
    states = Counter(Subject.objects.filter(study=study).values_list("state", flat=True))
    assert states == {
        SubjectState.COMPLETED: 110,
        SubjectState.SCREEN_FAILED: 52,
        SubjectState.DIED: 3,
        SubjectState.LOST_TO_FOLLOW_UP: 2,
        SubjectState.WITHDRAWN: 139,
    }
    assert (study.status, study.max_screening_days) == ("follow_up_complete", 14)
    assert set(study.sites.values_list("status", flat=True)) == {"closed"}


def test_rows_of_one_event_are_one_event_with_its_assessments(study):
    events = AdverseEvent.objects.filter(study=study)
    assessments = AEAssessment.objects.filter(study=study)
    assert (events.count(), assessments.count()) == (883, 1191)
    assert Counter(events.values_list("max_severity", flat=True)) == {"MILD": 536, "MODERATE": 307, "SEVERE": 40}
    assert events.filter(is_serious=True).count() == 32
    assert assessments.filter(source_serious=True).count() == 3
    assert set(events.values_list("status", flat=True)) == {"closed"}
    assert events.filter(is_cause_of_death=True).count() == events.filter(outcome="FATAL").count() == 3


def test_passed_over_visits_are_missed_and_early_ends_are_not(study):
    missed = Visit.objects.filter(study=study, status=VisitStatus.MISSED)
    assert missed.count() == 68
    assert not missed.filter(subject__state=SubjectState.SCREEN_FAILED).exists()


def test_one_participant_visit_by_visit(study):
    subject = Subject.objects.get(unique_subject_id="01-701-1015")
    assert (subject.subject_id, subject.first_dose_on) == ("701-1015", date(2014, 1, 2))
    windowed = subject.visits.filter(opens_on__isnull=False).order_by("visit_num")
    found = {visit.visit_type: (visit.target_on, visit.started_on, visit.deviation_days) for visit in windowed}
    assert found == {
        "WEEK 2": (date(2014, 1, 16), date(2014, 1, 16), 0),
        "WEEK 4": (date(2014, 1, 30), date(2014, 1, 30), 0),
        "WEEK 6": (date(2014, 2, 13), date(2014, 2, 12), 0),
        "WEEK 8": (date(2014, 2, 27), date(2014, 3, 5), 3),
        "WEEK 12": (date(2014, 3, 27), date(2014, 3, 26), 0),
        "WEEK 16": (date(2014, 4, 24), date(2014, 5, 7), 9),
        "WEEK 20": (date(2014, 5, 22), date(2014, 5, 21), 0),
        "WEEK 24": (date(2014, 6, 19), date(2014, 6, 18), 0),
        "WEEK 26": (date(2014, 7, 3), date(2014, 7, 2), 0),
    }
    missed = subject.visits.filter(status=VisitStatus.MISSED).values_list("visit_num", flat=True)
    assert {Decimal("8.1"), Decimal("10.1")} <= set(missed)
    assert subject.dispositions.get(category="DISPOSITION EVENT").study_day == 182


def test_words_of_the_source_stand_beside_those_of_today(study):
    ended = Disposition.objects.filter(study=study, decoded="PROTOCOL VIOLATION")
    assert ended.count() == 6
    assert set(ended.values_list("end_reason", flat=True)) == {"PROTOCOL DEVIATION"}
    reasons = Disposition.objects.filter(study=study, decoded="WITHDRAWAL BY SUBJECT").values_list("term", flat=True)
    assert (len(reasons), len(set(reasons))) == (27, 24)


def test_consent_is_inferred_and_reasons_of_screening_failures_are_not_recorded(study):
    assert set(study.subjects.values_list("consents__is_inferred", flat=True)) == {True}
    failed = Screening.objects.filter(study=study, status="failed")
    assert set(failed.values_list("fail_reason", flat=True)) == {"not_recorded"}


def test_no_identity_is_made_and_no_dictionary_column_is_read(study, folder, pilot):
    assert not SubjectIdentity.objects.filter(study=study).exists()
    kept = {(dataset.name, column.name) for dataset in pilot.datasets.values() for column in dataset.columns}
    assert not [pair for pair in kept if is_licensed(*pair)]


def test_the_log_names_files_and_digests_and_the_history_the_row(study):
    entry = AuditLog.objects.filter(action="import.visits", study_id=study.pk).order_by("id").first()
    digest = entry.payload["files"]["sv.xpt"]
    assert len(digest) == 64
    assert entry.payload["counts"]["subjects.Visit"] == {"created": 3627}
    first = Visit.objects.get(subject__subject_id="701-1015", visit_num=1)
    assert first.history.get().history_change_reason == f"sv.xpt, row 1, sha256 {digest[:12]}…"


def test_the_sample_of_the_submission_guidelines_is_imported_beside_it(study, shared_data):
    said = StringIO()
    call_command("import_sdtm", shared_data / "sdtm-msg", study="MSG", stdout=said)
    sample = Study.objects.get(protocol_id="MSG")
    states = Counter(sample.subjects.values_list("state", flat=True))
    assert (states.total(), states[SubjectState.SCREEN_FAILED], states[SubjectState.DIED]) == (18, 1, 3)
    failed = Screening.objects.get(study=sample, status="failed")
    assert (failed.fail_reason, failed.results.get().criterion.code) == ("criteria", "INCL03")
    assert Decimal("5.01") in Visit.objects.filter(study=sample).values_list("visit_num", flat=True)
    codes = Counter(Finding.objects.filter(study=sample).values_list("code", flat=True))
    assert codes == {"F10": 1, "F11": 6, "F24": 15}
