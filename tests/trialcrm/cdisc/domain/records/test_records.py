from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest

from subjects.domain.screening import FailReason, ScreeningStatus
from trialcrm.cdisc.domain.datasets import BrokenRow
from trialcrm.cdisc.domain.records import Records, records_of


@pytest.fixture
def records(delivery, tabulated):
    def of(protocol_id=""):
        return records_of(tabulated(delivery), protocol_id)

    return of


def values(items, *key):
    return next(item.values for item in items if item.key == key)


def test_every_record_has_a_place_in_a_file(records):
    found = records()
    items = [item for kind in found.kinds() for item in kind]
    assert all(item.place.file.endswith(".xpt") for item in items)
    assert len(list(found.kinds())) == len(fields(Records))


def test_a_study_keeps_its_own_id_or_gets_the_one_asked_for(records):
    assert records().study.key == ("TEST-1",)
    assert records("OTHER").study.values["protocol_id"] == "OTHER"


def test_the_id_is_site_and_number_once(delivery, records):
    delivery["DM"][1]["SUBJID"] = "10-002"
    assert [item.values["subject_id"] for item in records().subjects] == ["10-001", "10-002", "10-003"]


def test_two_participants_with_one_site_and_number_are_refused(delivery, records):
    delivery["DM"][2]["SUBJID"] = "001"
    with pytest.raises(BrokenRow, match="Row 1 has the same site and number") as caught:
        records()
    assert (caught.value.row, caught.value.variable) == (3, "SUBJID")


@pytest.mark.parametrize(("unit", "age", "years"), [("YEARS", 61, 61), ("MONTHS", 30, 2), ("DAYS", 400, 1)])
def test_ages_are_whole_years(delivery, records, unit, age, years):
    delivery["DM"][0] |= {"AGE": age, "AGEU": unit}
    assert values(records().subjects, "T-10-001")["age"] == years


def test_a_reason_that_is_in_no_list_is_other_and_its_words_are_kept(delivery, records):
    delivery["DS"][0] |= {"DSDECOD": "MOVED AWAY", "DSTERM": "moved to the coast"}
    found = records()
    assert values(found.subjects, "T-10-003")["end_reason"] == "OTHER"
    event = values(found.dispositions, "T-10-003", 1)
    assert (event["decoded"], event["end_reason"], event["term"]) == ("MOVED AWAY", "OTHER", "moved to the coast")


def test_an_outdated_reason_is_kept_beside_the_one_of_today(delivery, records):
    delivery["DS"][0]["DSDECOD"] = "PROTOCOL VIOLATION"
    event = values(records().dispositions, "T-10-003", 1)
    assert (event["decoded"], event["end_reason"]) == ("PROTOCOL VIOLATION", "PROTOCOL DEVIATION")


def test_an_event_that_does_not_end_participation_gives_no_reason_of_its_end(delivery, records):
    delivery["DS"][0]["DSSCAT"] = "STUDY TREATMENT"
    assert values(records().dispositions, "T-10-003", 1)["end_reason"] == ""


def test_a_consent_known_in_part_only_is_no_consent_record(delivery, records):
    delivery["DM"][0]["RFICDTC"] = "2024-01"
    found = records()
    assert ("T-10-001",) not in {item.key for item in found.consents}
    attempt = values(found.attempts, "T-10-001", 1)
    assert attempt["screening_date"] == date(2024, 1, 2), "the first visit"


def test_a_failure_with_an_unmet_criterion_failed_by_criteria(delivery, records):
    study = {"STUDYID": "TEST-1"}
    delivery["TI"] = [{**study, "IETESTCD": "EXCL01", "IETEST": "Pacemaker", "IECAT": "EXCLUSION"}]
    unmet = {"USUBJID": "T-10-002", "IESEQ": 1, "IETESTCD": "EXCL01", "IECAT": "EXCLUSION", "IEORRES": "Y"}
    delivery["IE"] = [study | unmet]
    found = records()
    attempt = values(found.attempts, "T-10-002", 1)
    assert (attempt["status"], attempt["fail_reason"]) == (ScreeningStatus.FAILED, FailReason.CRITERIA)
    assert values(found.results, "T-10-002", "EXCL01")["answer"] == "Y"


def test_a_failure_dated_before_screening_has_no_date(delivery, records):
    end = {**delivery["DS"][0], "USUBJID": "T-10-002", "DSDECOD": "SCREEN FAILURE", "DSSTDTC": "2023-12-01"}
    delivery["DS"].append(end)
    assert values(records().attempts, "T-10-002", 1)["decided_on"] is None


def test_somebody_without_arm_end_or_dose_is_still_in_screening(delivery, records):
    delivery["DM"][0] |= dict.fromkeys(("ARMCD", "ARM", "ACTARMCD", "ACTARM", "RFSTDTC", "RFXSTDTC"))
    assert values(records().attempts, "T-10-001", 1)["status"] == ScreeningStatus.PENDING


def test_codes_for_no_arm_are_no_arms(records):
    found = records()
    assert sorted(item.values["code"] for item in found.arms) == ["ACT", "PBO"]
    failed = values(found.assignments, "T-10-002")
    assert (failed["planned_arm"], failed["not_assigned_reason"]) == (None, "SCREEN FAILURE")


def test_qualifiers_with_yes_or_no_are_flags_and_others_are_not(delivery, records):
    row = {"STUDYID": "TEST-1", "RDOMAIN": "DM", "USUBJID": "T-10-001"}
    delivery["SUPPDM"] = [
        {**row, "QNAM": "ITT", "QLABEL": "Intent to treat", "QVAL": "Y"},
        {**row, "QNAM": "SAFETY", "QLABEL": "Safety", "QVAL": "N"},
        {**row, "QNAM": "RACE1", "QLABEL": "Race 1", "QVAL": "ASIAN"},
    ]
    assert {item.key[1]: item.values["is_set"] for item in records().flags} == {"ITT": True, "SAFETY": False}


def test_a_missed_visit_is_due_on_its_target_and_says_what_took_place_instead(records):
    missed = values(records().visits, "T-10-001", Decimal("3.1"))
    assert (missed["status"], missed["due_on"]) == ("missed", date(2024, 2, 1))
    assert missed["not_done_reason"] == "Not recorded; visit 4 took place later."


def test_a_missed_visit_that_nobody_can_date_is_refused(delivery, visit, records):
    delivery["SV"].append(visit("001", 101, "EARLY END", None, SVOCCUR="N"))
    with pytest.raises(BrokenRow, match="neither a date nor a target"):
        records()


def test_what_was_asked_of_a_missed_visit_is_kept(delivery, visit, records):
    delivery["SV"].append(visit("001", 3.1, "CALL (T)", None, SVOCCUR="N", SVREASOC="No answer"))
    missed = values(records().visits, "T-10-001", Decimal("3.1"))
    assert (missed["status"], missed["not_done_reason"]) == ("missed", "No answer")
