"""What each domain refuses and how it reads its rows."""

from dataclasses import asdict
from decimal import Decimal

import pytest

from subjects.domain.visits import Anchor, VisitKind
from trialcrm.cdisc.domain.datasets import BrokenRow
from trialcrm.cdisc.domain.sdtm import DOMAINS
from trialcrm.cdisc.domain.sdtm.assignments import ASSIGNMENTS
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS, sites
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS
from trialcrm.cdisc.domain.sdtm.se import ELEMENT_PERIODS
from trialcrm.cdisc.domain.sdtm.sv import SUBJECT_VISITS
from trialcrm.cdisc.domain.sdtm.ta import ARM_ELEMENTS, arms
from trialcrm.cdisc.domain.sdtm.te import ELEMENTS, max_screening_days
from trialcrm.cdisc.domain.sdtm.ti import CRITERIA
from trialcrm.cdisc.domain.sdtm.ts import SUMMARY, study_facts
from trialcrm.cdisc.domain.sdtm.tv import PLANNED_VISITS, offset_of_visit_day


@pytest.fixture
def parse(make_dataset):
    def rows(domain, *rows):
        return domain.parse(make_dataset(domain.dataset, [{"STUDYID": "TEST-1", **row} for row in rows]))

    return rows


def test_domains_are_registered_once_in_the_order_they_build_on_each_other():
    names = [domain.noun for domain in DOMAINS]
    assert len(set(names)) == len(names)
    assert names.index("planned_visits") < names.index("subjects") < names.index("subject_visits")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"USUBJID": None}, "USUBJID"),
        ({"SITEID": " "}, "SITEID"),
        ({"SEX": "X"}, "SEX"),
        ({"SEX": None}, "SEX"),
        ({"RACE": "MARTIAN"}, "RACE"),
        ({"ETHNIC": "N/A"}, "ETHNIC"),
        ({"AGE": -1}, "AGE"),
        ({"AGE": 131}, "AGE"),
        ({"AGE": 61.5}, "AGE"),
        ({"AGEU": "DECADES"}, "AGEU"),
        ({"COUNTRY": "US"}, "COUNTRY"),
        ({"COUNTRY": "usa"}, "COUNTRY"),
        ({"DTHFL": "N"}, "DTHFL"),
        ({"RFSTDTC": "10JAN2024"}, "RFSTDTC"),
        ({"DTHDTC": "2024-02-30"}, "DTHDTC"),
    ],
)
def test_dm_refuses_what_cannot_be(parse, person, change, place):
    with pytest.raises(BrokenRow) as refusal:
        parse(SUBJECTS, person("001", "ACT"), person("002", "ACT", **change))
    assert (refusal.value.file, refusal.value.row, refusal.value.variable) == ("dm.xpt", 2, place)


def test_dm_gives_a_subject_without_any_trace_of_the_treatment(parse, person):
    (subject,) = parse(SUBJECTS, person("001", "SECRET-ARM"))
    assert subject.is_assigned
    assert "SECRET" not in repr(asdict(subject))


def test_dm_gives_the_assignment_apart(parse, person):
    rows = parse(
        ASSIGNMENTS, person("001", "ACT"), person("002", "Scrnfail"), person("003", None, ARMNRS="NOT ASSIGNED")
    )
    assert [(row.planned_code, row.is_assigned) for row in rows] == [("ACT", True), ("Scrnfail", False), (None, False)]
    assert rows[2].null_reason.value == "NOT ASSIGNED"


def test_dm_names_its_sites(parse, person):
    rows = parse(SUBJECTS, person("001", "ACT", SITEID="20"), person("002", "ACT"), person("003", "ACT", SITEID="20"))
    assert [(site.number, site.country, site.row_no) for site in sites(rows)] == [("10", "USA", 2), ("20", "USA", 1)]


def test_dm_counts_from_the_first_dose_else_from_the_reference_start(parse, person):
    (subject,) = parse(SUBJECTS, person("001", "ACT", RFXSTDTC="2024-01-11T08:00"))
    assert subject.anchor.text == "2024-01-11T08:00"
    (subject,) = parse(SUBJECTS, person("001", "ACT", RFXSTDTC=None))
    assert subject.anchor.text == "2024-01-10"


def test_sv_needs_the_date_of_a_visit_that_took_place(parse, visit):
    with pytest.raises(BrokenRow, match=r"row 1, SVSTDTC: .*needs its date"):
        parse(SUBJECT_VISITS, visit("001", 3, "WEEK 2", None))
    with pytest.raises(BrokenRow, match="SVSTDTC: 2024-01 is not a full date"):
        parse(SUBJECT_VISITS, visit("001", 3, "WEEK 2", "2024-01"))
    (missed,) = parse(SUBJECT_VISITS, visit("001", 3, "WEEK 2", None, SVOCCUR="N"))
    assert not missed.has_occurred


def test_sv_refuses_a_visit_that_ends_before_it_starts(parse, visit):
    with pytest.raises(BrokenRow, match="SVENDTC: The visit ends before it starts"):
        parse(SUBJECT_VISITS, visit("001", 3, "WEEK 2", "2024-01-25", SVENDTC="2024-01-24"))


def test_tv_reads_kind_rule_and_condition(parse, planned):
    rows = parse(
        PLANNED_VISITS,
        planned(8.1, "WEEK 10 (T)", "End of Visitnum 8 + 2W", 70),
        planned(9, "HOME VISIT", "", 85),
        planned(101, "RASH", "If subject experienced rash"),
    )
    assert [row.kind for row in rows] == [VisitKind.PHONE, VisitKind.HOME, VisitKind.CLINIC]
    assert (rows[0].anchor.visit_num, rows[0].offset_days, rows[0].is_from_visit_day) == (Decimal(8), 14, False)
    assert (rows[1].anchor.anchor, rows[1].offset_days, rows[1].is_from_visit_day) == (Anchor.BASELINE, 84, True)
    assert (rows[2].offset_days, rows[2].is_unscheduled_kind) == (None, True)


@pytest.mark.parametrize(("day", "offset"), [(14, 14), (28, 28), (15, 14), (1, 0), (-1, -1), (-7, -7), (30, 29)])
def test_tv_without_a_rule_takes_multiples_of_seven_as_offsets_and_the_rest_as_study_days(day, offset):
    assert offset_of_visit_day(day) == offset


def test_tv_refuses_repeats(parse, planned):
    with pytest.raises(BrokenRow, match="repeats row 1"):
        parse(PLANNED_VISITS, planned(3, "X", ""), planned(3, "Y", ""))


def test_ti_knows_number_category_and_version(parse):
    criterion = {"IETESTCD": "EXCL16", "IETEST": "Evidence from ECG", "IECAT": "EXCLUSION"}
    first, second = parse(CRITERIA, criterion, {**criterion, "TIVERS": "AMENDMENT 1"})
    assert (first.number, first.category, first.version, second.version) == (16, "EXCLUSION", "", "AMENDMENT 1")
    with pytest.raises(BrokenRow, match="IECAT"):
        parse(CRITERIA, {**criterion, "IECAT": "MAYBE"})
    with pytest.raises(BrokenRow, match="repeats row 1"):
        parse(CRITERIA, criterion, criterion)


def test_ta_names_its_arms_once(parse):
    element = {"ARMCD": "ACT", "ARM": "Active", "ETCD": "SCRN", "EPOCH": "Screening"}
    rows = parse(ARM_ELEMENTS, {**element, "TAETORD": 1.0}, {**element, "TAETORD": 2, "EPOCH": "RUN-IN 2"})
    assert [(arm.code, arm.name, arm.row_no) for arm in arms(rows)] == [("ACT", "Active", 1)]
    assert [(row.epoch.value, row.epoch.source) for row in rows] == [
        ("SCREENING", "Screening"),
        ("RUN-IN 2", "RUN-IN 2"),
    ]


def test_te_tells_how_long_screening_may_last(parse):
    screening = {"ETCD": "SCRN", "ELEMENT": "Screen", "TESTRL": "Date of informed consent"}
    (element,) = parse(ELEMENTS, {**screening, "TEENRL": "All done, no more than 2 weeks from informed consent"})
    assert element.starts_with_consent
    assert max_screening_days([element]) == 14
    assert max_screening_days(parse(ELEMENTS, screening)) is None


def test_ts_describes_the_study_in_today_s_terms(parse):
    values = {
        "TITLE": "A Study", "TPHASE": "Phase II Trial", "AGEMIN": "50 years", "AGEMAX": "No maximum",
        "LENGTH": "26 weeks", "PLANSUB": "300", "RANDOM": "Y", "SPONSOR": None,
    }  # fmt: skip
    rows = parse(
        SUMMARY, *({"TSPARMCD": code, "TSPARM": code, "TSSEQ": 1, "TSVAL": text} for code, text in values.items())
    )
    facts = study_facts(rows)
    assert (facts.title, facts.phase, facts.planned_subjects) == ("A Study", "PHASE II TRIAL", 300)
    assert (facts.minimum_age, facts.maximum_age, facts.length) == ("P50Y", "PINF", "P26W")
    assert (facts.is_randomised, facts.sponsor, facts.indication) == (True, None, None)


def test_ds_takes_the_reason_from_the_list_of_its_category(parse):
    event = {"USUBJID": "T", "DSTERM": "reported words", "DSSTDTC": "2024-02"}
    rows = parse(
        DISPOSITIONS,
        {**event, "DSSEQ": 1, "DSDECOD": "INFORMED CONSENT OBTAINED", "DSCAT": "PROTOCOL MILESTONE"},
        {**event, "DSSEQ": 2, "DSDECOD": "FINAL LAB VISIT", "DSCAT": "OTHER EVENT"},
        {**event, "DSSEQ": 3, "DSDECOD": "COMPLETED", "DSCAT": "DISPOSITION EVENT"},
    )
    assert [row.reason.code for row in rows] == ["C16735", "", "C25250"]
    assert [row.ends_participation for row in rows] == [False, False, True]
    assert (rows[0].verbatim, rows[0].started.exact) == ("reported words", None)
    with pytest.raises(BrokenRow, match="DSCAT"):
        parse(DISPOSITIONS, {**event, "DSSEQ": 1, "DSDECOD": "X", "DSCAT": "SOMETHING"})


def test_se_accepts_an_unplanned_element_without_a_name(parse):
    (row,) = parse(
        ELEMENT_PERIODS, {"USUBJID": "T", "SESEQ": 2, "ETCD": "UNPLAN", "ELEMENT": None, "SESTDTC": "2024-01-02"}
    )
    assert row.is_unplanned
    assert row.element_name is None
