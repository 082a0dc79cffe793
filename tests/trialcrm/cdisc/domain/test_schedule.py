from datetime import date
from decimal import Decimal

import pytest

from subjects.domain.visits import Anchor
from subjects.domain.windows import Window
from trialcrm.cdisc.domain.datasets import BrokenFile, BrokenRow, Source
from trialcrm.cdisc.domain.schedule import Anchors
from trialcrm.cdisc.domain.windows import VisitWindow, WindowTable

CONSENT, FIRST_DOSE = date(2024, 1, 2), date(2024, 1, 10)
STARTS = Anchors(CONSENT, FIRST_DOSE)


def table(*windows):
    entries = tuple(VisitWindow(Decimal(str(number)), before, after) for number, before, after in windows)
    return WindowTable(entries, "windows.csv", Source("windows.csv", "", 1))


@pytest.fixture
def schedule(delivery, tabulated):
    return tabulated(delivery, windows=table((3, 3, 4))).schedule


def test_visits_that_count_from_the_baseline_visit_count_from_the_first_dose(schedule):
    assert schedule.visits[Decimal(3)].anchor.anchor == Anchor.BASELINE
    late_baseline = {Decimal(2): date(2024, 1, 15)}
    assert schedule.target(Decimal(3), STARTS, late_baseline) == date(2024, 1, 24)


def test_a_visit_after_another_counts_from_its_actual_day_else_from_its_target(schedule):
    call = Decimal("3.1")
    assert schedule.target(call, STARTS, {}) == date(2024, 1, 31)
    assert schedule.target(call, STARTS, {Decimal(3): date(2024, 1, 26)}) == date(2024, 2, 2)


def test_a_visit_before_another_counts_from_the_target_since_the_actual_day_was_not_known(delivery, planned, tabulated):
    delivery["TV"].append(planned(2.5, "ECG", "Start of Visitnum 3 - 24H"))
    schedule = tabulated(delivery).schedule
    assert schedule.target(Decimal("2.5"), STARTS, {Decimal(3): date(2024, 2, 1)}) == date(2024, 1, 23)


def test_screening_counts_from_consent_and_unknown_days_give_no_target(schedule):
    assert schedule.target(Decimal(1), STARTS, {}) == CONSENT
    assert schedule.target(Decimal(3), Anchors(CONSENT, None), {}) is None
    assert schedule.target(Decimal(101), STARTS, {}) is None
    assert schedule.target(Decimal("3.7"), STARTS, {}) is None


def test_windows_of_the_delivered_table_lie_around_the_target(schedule):
    assert schedule.window(Decimal(3), STARTS, {}) == Window(date(2024, 1, 24), date(2024, 1, 21), date(2024, 1, 28))
    assert schedule.window(Decimal(4), STARTS, {}) is None


def test_a_window_for_an_unknown_visit_is_refused(delivery, tabulated):
    with pytest.raises(BrokenFile, match=r"windows\.csv: There is no planned visit 9"):
        tabulated(delivery, windows=table((9, 3, 3)))


def test_overlapping_windows_are_refused(delivery, tabulated):
    with pytest.raises(BrokenFile, match="windows of visits 3 and 4 overlap"):
        tabulated(delivery, windows=table((3, 3, 7), (4, 7, 3)))


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("End of Visitnum 77 + 1W", "visit 77, which is not planned"),
        ("End of Visitnum 5 + 1W", "counts from itself"),
        ("End of Visitnum 6 + 1W", "counts from itself"),
    ],
)
def test_a_visit_must_count_from_something(delivery, planned, tabulated, rule, says):
    delivery["TV"] += [planned(5, "FIVE", rule), planned(6, "SIX", "End of Visitnum 5 + 1W")]
    with pytest.raises(BrokenRow, match=f"TVSTRL: .*{says}"):
        tabulated(delivery)


def test_a_visit_repeated_for_each_arm_is_one_visit(delivery, planned, tabulated):
    delivery["TV"] += [{**planned(5, "WEEK 6", "End of Visitnum 2 + 6W"), "ARMCD": arm} for arm in ("ACT", "PBO")]
    assert tabulated(delivery).schedule.visits[Decimal(5)].arm_codes == ("ACT", "PBO")


def test_a_visit_that_differs_between_arms_is_refused(delivery, planned, tabulated):
    delivery["TV"] += [
        {**planned(5, "WEEK 6", "End of Visitnum 2 + 6W"), "ARMCD": "ACT"},
        {**planned(5, "WEEK 6", "End of Visitnum 2 + 7W"), "ARMCD": "PBO"},
    ]
    with pytest.raises(BrokenRow, match="differs between arms"):
        tabulated(delivery)


def test_the_pilot_schedule_follows_its_rules_and_its_protocol(pilot):
    visits = pilot.schedule.visits
    windows = {str(number): (visit.before, visit.after) for number, visit in visits.items() if visit.before is not None}
    assert windows == dict.fromkeys(("4", "5", "7", "8", "13"), (3, 3)) | dict.fromkeys(("9", "10", "11", "12"), (4, 4))
    assert [str(number) for number, visit in visits.items() if visit.is_unscheduled_kind] == ["101", "201", "501"]
    assert [str(number) for number, visit in visits.items() if visit.kind == "phone"] == ["8.1", "9.1", "10.1", "11.1"]
    offsets = {str(number): pilot.schedule.offset_from_first_dose(number) for number in visits}
    assert offsets == {
        "1": None, "2": -1, "3": 0, "3.5": 13, "4": 14, "5": 28, "6": 29, "7": 42, "8": 56, "8.1": 70, "9": 84,
        "9.1": 98, "10": 112, "10.1": 126, "11": 140, "11.1": 154, "12": 168, "13": 182, "101": None, "201": 168,
        "501": None,
    }  # fmt: skip


def test_the_sample_under_the_same_study_identifier_gets_no_windows_of_the_pilot_protocol(sample):
    assert sample.study_id == "CDISCPILOT01"
    assert all(visit.before is None for visit in sample.schedule.visits.values())
