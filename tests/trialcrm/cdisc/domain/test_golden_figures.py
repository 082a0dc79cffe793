"""The published figures of the CDISC pilot, from parsed rows alone."""

import json
from collections import Counter
from statistics import mean, median

import pytest

from subjects.domain.participation import SubjectState
from subjects.domain.windows import Timing
from trialcrm.cdisc.domain.participation import participations
from trialcrm.cdisc.domain.sdtm.assignments import ASSIGNMENTS
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS, sites
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS, ends_of_participation
from trialcrm.cdisc.domain.sdtm.supp import DM_QUALIFIERS
from trialcrm.cdisc.domain.visits import subject_visits


@pytest.fixture(scope="module")
def expected(shared_data):
    return json.loads((shared_data / "cdiscpilot01" / "expected.json").read_text())


@pytest.fixture(scope="module")
def subjects(pilot):
    return pilot[SUBJECTS]


@pytest.fixture(scope="module")
def planned_arm(pilot):
    return {row.usubjid: row.planned_name for row in pilot[ASSIGNMENTS]}


@pytest.fixture(scope="module")
def visits(pilot):
    return subject_visits(pilot)


def test_row_counts(pilot, expected):
    for name, dataset in pilot.datasets.items():
        assert len(dataset.rows) == expected["row_counts"][name.lower()], name


def test_g01_subjects_sites_and_country(subjects, expected):
    assert len(subjects) == expected["dm"]["subjects"] == 306
    found = sites(subjects)
    assert [site.number for site in found] == list(expected["dm"]["per_site"])
    assert {site.country for site in found} == {"USA"}
    for site in found:
        here = [row for row in subjects if row.site_no == site.number]
        counts = {"screened": len(here), "randomised": sum(row.is_assigned for row in here)}
        assert counts == expected["dm"]["per_site"][site.number]


def test_g02_g03_planned_and_actual_arm(pilot, expected):
    rows = pilot[ASSIGNMENTS]
    assert Counter(row.planned_name for row in rows) == expected["dm"]["by_ARM"]
    assert Counter(row.actual_name for row in rows) == expected["dm"]["by_ACTARM"]
    assert sum(row.planned_code != row.actual_code for row in rows) == expected["dm"]["arm_ne_actarm"]


def test_g04_randomised_screening_failures_and_deaths(pilot, subjects, expected):
    assert sum(row.is_assigned for row in pilot[ASSIGNMENTS]) == expected["dm"]["randomised"]
    assert sum(row.first_dose is not None for row in subjects) == expected["dm"]["randomised"]
    states = Counter(participations(pilot).values())
    assert states[SubjectState.SCREEN_FAILED] == expected["dm"]["screen_failures"]
    assert states[SubjectState.DIED] == expected["dm"]["deaths"]
    assert sum(states.values()) == 306


def test_g05_g06_who_they_are(subjects, expected):
    assert Counter(row.sex.value for row in subjects) == expected["dm"]["by_SEX"]
    assert Counter(row.race.value for row in subjects) == expected["dm"]["by_RACE"]
    assert Counter(row.ethnicity.value for row in subjects) == expected["dm"]["by_ETHNIC"]
    ages = [row.age for row in subjects]
    assert (min(ages), max(ages), round(mean(ages), 2), median(ages)) == (50, 89, 75.09, 77)


def test_g07_g08_end_of_participation(pilot, planned_arm, expected):
    ends = ends_of_participation(pilot[DISPOSITIONS])
    assert len(ends) == 306
    assert Counter(row.reason.source for row in ends.values()) == expected["ds"]["disposition"]
    for arm, counts in expected["ds"]["disposition_by_arm"].items():
        assert Counter(row.reason.source for row in ends.values() if planned_arm[row.usubjid] == arm) == counts


def test_g09_categories_of_disposition(pilot, expected):
    rows = pilot[DISPOSITIONS]
    assert Counter(row.category for row in rows) == expected["ds"]["by_DSCAT"]
    others = Counter(row.reason.value for row in rows if row.category == "OTHER EVENT")
    assert others == expected["ds"]["other"]


def test_g10_planned_and_unscheduled_visits(visits, expected):
    unscheduled = [visit for visit in visits if visit.is_unscheduled]
    assert (len(visits), len(unscheduled)) == (expected["sv"]["rows"], expected["sv"]["unscheduled"])
    assert len({visit.usubjid for visit in unscheduled}) == expected["sv"]["subjects_with_unscheduled"]
    assert sum(visit.is_renumbered for visit in visits) == expected["sv"]["dup_subject_visitnum"]
    assert len({(visit.usubjid, visit.visit_num) for visit in visits}) == len(visits)


def test_g11_visits_per_subject(visits, planned_arm, expected):
    per_subject = Counter(visit.usubjid for visit in visits)
    histogram = Counter(str(count) for count in per_subject.values())
    assert histogram == expected["sv"]["visits_per_subject_hist"]
    counts = list(per_subject.values())
    assert (min(counts), median(counts), max(counts), round(mean(counts), 2)) == (1, 12, 22, 11.63)
    assert Counter(planned_arm[visit.usubjid] for visit in visits) == expected["sv"]["rows_by_arm"]


def test_g12_counts_of_each_visit(visits, expected):
    assert Counter(f"{visit.source_visit_num} {visit.name}" for visit in visits) == expected["sv"]["by_visit"]


def test_g23_population_flags(pilot, planned_arm, expected):
    flags = [row for row in pilot[DM_QUALIFIERS] if row.value == "Y"]
    for arm, counts in expected["population_flags_by_arm"].items():
        found = Counter(row.code for row in flags if planned_arm[row.usubjid] == arm)
        assert {code: found[code] for code in counts} == counts


def test_g24_enrolment(subjects, expected):
    first = sorted(row.first_dose.exact for row in subjects if row.first_dose)
    assert (first[0].isoformat(), first[-1].isoformat()) == ("2012-07-09", "2014-09-02")
    by_month = Counter(f"{day:%Y-%m}" for day in first)
    assert by_month == expected["enrolment"]["first_dose_by_month"]
    cumulative = {month: sum(f"{day:%Y-%m}" <= month for day in first) for month in by_month}
    assert cumulative == expected["enrolment"]["cumulative_first_dose"]


def test_g25_visit_windows(visits, expected):
    windowed = [visit for visit in visits if visit.timing]
    found = {}
    for visit in windowed:
        counts = found.setdefault(f"{visit.visit_num} {visit.name}", Counter())
        counts.update({"n": 1, visit.timing.value: 1})
    for name, counts in expected["visit_windows"]["by_visit"].items():
        wanted = {timing: counts[timing] for timing in ("n", "in_window", "early", "late")}
        assert {timing: found[name][timing] for timing in wanted} == wanted
    assert set(found) == set(expected["visit_windows"]["by_visit"])
    total = Counter(visit.timing for visit in windowed)
    assert (len(windowed), total[Timing.IN_WINDOW], total[Timing.EARLY], total[Timing.LATE]) == (1567, 1204, 74, 289)


def test_g25_reading_the_planned_study_day_as_study_day_would_be_off_by_one(visits, pilot, expected):
    wrong = Counter()
    for visit in visits:
        planned = pilot.schedule.visits.get(visit.visit_num)
        if visit.timing and planned:
            miss = visit.study_day - planned.visit_day
            wrong["in_window" if -planned.before <= miss <= planned.after else "early" if miss < 0 else "late"] += 1
    assert wrong == expected["visit_windows"]["wrong_if_VISITDY_read_as_study_day"]


def test_completers_have_all_clinic_visits_and_32_others_absent(pilot, visits):
    completed = {usubjid for usubjid, state in participations(pilot).items() if state == SubjectState.COMPLETED}
    present = {(visit.usubjid, visit.visit_num) for visit in visits}
    ordinary = [number for number, visit in pilot.schedule.visits.items() if not visit.is_unscheduled_kind]
    absent = Counter(str(number) for number in ordinary for usubjid in completed if (usubjid, number) not in present)
    assert absent == {"3.5": 14, "6": 6, "8.1": 2, "9.1": 3, "10.1": 4, "11.1": 3}
