from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from subjects.domain.windows import Timing
from trialcrm.cdisc.domain.datasets import BrokenRow
from trialcrm.cdisc.domain.visits import anchors, missed_visits, next_unscheduled_number, subject_visits
from trialcrm.cdisc.domain.windows import VisitWindow, WindowTable

WINDOWS = WindowTable((VisitWindow(Decimal(3), 3, 3), VisitWindow(Decimal(4), 1, 1)), "windows.csv")


def by_number(visits, usubjid):
    return {str(visit.visit_num): visit for visit in visits if visit.usubjid == usubjid}


def missed(tabulations):
    return missed_visits(subject_visits(tabulations), tabulations.schedule, anchors(tabulations))


def test_a_visit_has_study_day_target_window_and_timing(delivery, tabulated):
    visits = by_number(subject_visits(tabulated(delivery, windows=WINDOWS)), "T-10-001")
    week_4 = visits["4"]
    assert (week_4.on, week_4.study_day, week_4.target) == (date(2024, 2, 9), 31, date(2024, 2, 7))
    assert (week_4.deviation_days, week_4.timing, week_4.is_unscheduled) == (1, Timing.LATE, False)
    assert visits["3"].timing == Timing.IN_WINDOW
    assert (visits["1"].study_day, visits["1"].window, visits["1"].timing) == (-8, None, None)


def test_a_screening_failure_has_no_study_days(delivery, tabulated):
    visits = by_number(subject_visits(tabulated(delivery)), "T-10-002")
    assert visits["1"].study_day is None
    assert visits["1"].target == date(2024, 1, 2)


def test_a_visit_outside_the_schedule_is_unscheduled(delivery, visit, tabulated):
    delivery["SV"].append(visit("001", 3.4, "EXTRA", "2024-01-26", SVUPDES="RASH"))
    extra = by_number(subject_visits(tabulated(delivery)), "T-10-001")["3.4"]
    assert (extra.is_unscheduled, extra.target, extra.unplanned_reason) == (True, None, "RASH")


def test_a_number_delivered_twice_is_kept_by_the_earliest_and_the_other_gets_the_next_free_one(
    delivery, visit, tabulated
):
    delivery["SV"] += [visit("001", 3, "WEEK 2 AGAIN", "2024-01-24"), visit("001", 3.2, "EXTRA", "2024-02-01")]
    visits = by_number(subject_visits(tabulated(delivery)), "T-10-001")
    assert visits["3"].name == "WEEK 2 AGAIN"
    again = visits["3.3"]
    assert (again.name, again.source_visit_num, again.is_renumbered, again.is_unscheduled) == (
        "WEEK 2",
        Decimal(3),
        True,
        True,
    )


def test_numbers_in_hundredths_are_kept_as_delivered(delivery, visit, tabulated):
    delivery["SV"] += [visit("001", 3.01, "ONE", "2024-01-26"), visit("001", 3.02, "TWO", "2024-01-27")]
    visits = by_number(subject_visits(tabulated(delivery)), "T-10-001")
    assert (visits["3.01"].name, visits["3.02"].name) == ("ONE", "TWO")
    assert not visits["3.01"].is_renumbered


def test_more_repeats_than_tenths_are_refused(delivery, visit, tabulated):
    delivery["SV"] += [visit("001", 3, "EXTRA", "2024-01-26") for _number in range(11)]
    with pytest.raises(BrokenRow, match="more visits here than tenths"):
        subject_visits(tabulated(delivery))


def test_unscheduled_numbers_skip_those_in_use_or_planned():
    taken = {Decimal("9.1"), Decimal("9.2")}
    assert next_unscheduled_number(Decimal("9.2"), taken) == Decimal("9.3")
    assert next_unscheduled_number(Decimal(9), taken) == Decimal("9.3")
    with pytest.raises(ValueError, match="No number is free"):
        next_unscheduled_number(Decimal("9.9"), taken)


def test_a_planned_visit_is_missed_only_if_a_later_one_took_place_after_its_target(delivery, tabulated):
    found = missed(tabulated(delivery))
    assert [(visit.usubjid, visit.name, visit.target, visit.later_visit_num) for visit in found] == [
        ("T-10-001", "CALL (T)", date(2024, 2, 1), Decimal(4))
    ]


def test_an_early_end_recorded_under_the_next_visit_passes_over_nothing(delivery, visit, tabulated):
    delivery["SV"].append(visit("003", 4, "WEEK 4", "2024-01-12"))
    assert {visit.usubjid for visit in missed(tabulated(delivery))} == {"T-10-001"}


def test_visits_under_a_condition_neither_are_missed_nor_prove_it(delivery, tabulated):
    assert not [visit for visit in missed(tabulated(delivery)) if visit.usubjid == "T-10-003"]


def test_a_visit_said_not_to_have_occurred_is_kept_as_such(delivery, visit, tabulated):
    delivery["SV"].append(visit("001", 3.1, "CALL (T)", None, SVOCCUR="N", SVREASOC="ILLNESS"))
    tabulations = tabulated(delivery)
    call = by_number(subject_visits(tabulations), "T-10-001")["3.1"]
    assert (call.has_occurred, call.on, call.timing, call.missed_reason) == (False, None, None, "ILLNESS")
    assert not missed(tabulations)


def test_the_first_pilot_participant_is_seven_times_in_and_twice_out_of_window(pilot):
    visits = by_number(subject_visits(pilot), "01-701-1015")
    distances = {number: visit.window.distance_to_target(visit.on) for number, visit in visits.items() if visit.window}
    assert distances == {"4": 0, "5": 0, "7": -1, "8": 6, "9": -1, "10": 13, "11": -1, "12": -1, "13": -1}
    assert Counter(visit.timing for visit in visits.values() if visit.timing) == {Timing.IN_WINDOW: 7, Timing.LATE: 2}
    assert [str(visit.visit_num) for visit in missed(pilot) if visit.usubjid == "01-701-1015"] == ["8.1", "10.1"]
