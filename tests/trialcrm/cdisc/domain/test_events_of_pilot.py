"""The published figures about adverse events and exposure, from parsed rows alone."""

import json
from collections import Counter

import pytest

from safety.domain.assessments import SDTM_FLAGS, worst
from safety.domain.consistency import is_treatment_emergent
from trialcrm.cdisc.domain.events import events, first_doses
from trialcrm.cdisc.domain.findings import find_all
from trialcrm.cdisc.domain.sdtm.ae import EVENTS
from trialcrm.cdisc.domain.sdtm.assignments import ASSIGNMENTS
from trialcrm.cdisc.domain.sdtm.ex import EXPOSURES
from trialcrm.cdisc.domain.sdtm.supp import AE_QUALIFIERS


@pytest.fixture(scope="module")
def expected(shared_data):
    return json.loads((shared_data / "cdiscpilot01" / "expected.json").read_text())


@pytest.fixture(scope="module")
def arms(pilot):
    return {row.usubjid: row.planned_name for row in pilot[ASSIGNMENTS]}


@pytest.fixture(scope="module")
def happened(pilot):
    return events(pilot)


@pytest.fixture(scope="module")
def found(pilot):
    return find_all(pilot)


def test_g13_rows_subjects_and_events(pilot, happened, expected):
    rows = pilot[EVENTS]
    assert (len(rows), len({row.usubjid for row in rows}), len(happened)) == (1191, 225, 883)
    assert Counter(str(len(event.rows)) for event in happened) == expected["ae"]["rows_per_event_hist"]
    assert len({(event.usubjid, event.number) for event in happened}) == 883


def test_g14_severity(pilot, happened, expected):
    assert Counter(row.severity for row in pilot[EVENTS]) == {"MILD": 770, "MODERATE": 378, "SEVERE": 43}
    highest = Counter(worst(row.severity for row in event.rows) for event in happened)
    assert highest == expected["ae"]["events_by_max_sev"] == {"MILD": 536, "MODERATE": 307, "SEVERE": 40}
    changed = [event for event in happened if len({row.severity for row in event.rows}) > 1]
    assert len(changed) == expected["ae"]["events_severity_changed"] == 78


def test_g15_by_arm(pilot, happened, arms, expected):
    rows = pilot[EVENTS]
    assert Counter(arms[row.usubjid] for row in rows) == expected["ae"]["rows_by_arm"]
    assert Counter(arms[usubjid] for usubjid in {row.usubjid for row in rows}) == expected["ae"]["subjects_by_arm"]
    assert Counter(arms[event.usubjid] for event in happened) == expected["ae"]["events_by_arm"]


def test_g16_serious_as_recorded(pilot):
    said = [(row.usubjid, row.term) for row in pilot[EVENTS] if row.serious]
    assert sorted(usubjid for usubjid, _term in said) == ["01-709-1424", "01-718-1170", "01-718-1371"]


def test_g17_serious_by_the_criteria(pilot, happened, arms, expected):
    rows = [row for row in pilot[EVENTS] if row.criteria]
    serious = [event for event in happened if any(row.criteria for row in event.rows)]
    assert (len(rows), len(serious), len({event.usubjid for event in serious})) == (36, 32, 23)
    assert Counter(arms[event.usubjid] for event in serious) == expected["ae"]["events_any_E2A_flag_by_arm"]
    flagged = [event for event in happened if any(row.is_flagged for row in event.rows)]
    assert (sum(row.is_flagged for row in pilot[EVENTS]), len(flagged)) == (39, 34)


def test_g18_flags(pilot, expected):
    rows = pilot[EVENTS]
    counts = {variable: sum(item in row.criteria for row in rows) for item, variable in SDTM_FLAGS.items()}
    counts |= {"AESCAN": sum(row.cancer for row in rows), "AESOD": sum(row.overdose for row in rows)}
    assert {name: counts[name] for name in expected["ae"]["flags_rows_Y"]} == expected["ae"]["flags_rows_Y"]


def test_g19_g20_causality_and_outcome(pilot, happened, expected):
    rows = pilot[EVENTS]
    assert Counter(row.causality or "(blank)" for row in rows) == expected["ae"]["rows_by_AEREL"]
    assert Counter(row.outcome for row in rows) == expected["ae"]["rows_by_AEOUT"]
    assert Counter(event.last.outcome for event in happened) == expected["ae"]["events_by_last_outcome"]


def test_g21_the_rule_finds_the_events_under_treatment_that_the_source_flags(pilot, arms):
    doses = first_doses(pilot)
    emergent = [row for row in pilot[EVENTS] if is_treatment_emergent(row.started, doses[row.usubjid])]
    flagged = {(row.usubjid, row.parent_value) for row in pilot[AE_QUALIFIERS] if row.value == "Y"}
    assert {(row.usubjid, str(row.seq)) for row in emergent} == flagged
    assert len(emergent) == 1126
    assert Counter(arms[row.usubjid] for row in emergent) == {
        "Placebo": 281,
        "Xanomeline High Dose": 433,
        "Xanomeline Low Dose": 412,
    }
    by_subject = Counter(arms[usubjid] for usubjid in {row.usubjid for row in emergent})
    assert by_subject == {"Placebo": 65, "Xanomeline High Dose": 76, "Xanomeline Low Dose": 77}


def test_g22_exposure(pilot, arms, expected):
    rows = pilot[EXPOSURES]
    given = Counter(f"{row.treatment} {row.dose.normalize():f} {row.unit}" for row in rows)
    assert given == expected["ex"]["by_trt_dose"]
    assert len({row.usubjid for row in rows}) == 254
    assert Counter(arms[row.usubjid] for row in rows) == expected["ex"]["rows_by_arm"]
    each = Counter(str(count) for count in Counter(row.usubjid for row in rows).values())
    assert each == expected["ex"]["records_per_subject"]
    days = sum((row.ended.exact - row.started.exact).days + 1 for row in rows if row.ended)
    assert days == expected["ex"]["total_days_closed_intervals"]


@pytest.mark.parametrize(
    ("code", "file", "count"),
    [
        ("F01", "ae.xpt", 294),
        ("F02", "ae.xpt", 250),
        ("F03", "ae.xpt", 36),
        ("F04", "ae.xpt", 26),
        ("F05", "ae.xpt", 45),
        ("F05", "suppae.xpt", 0),
        ("F06", "ae.xpt", 4),
        ("F07", "ae.xpt", 1191),
        ("F08", "ae.xpt", 1),
        ("F14", "ex.xpt", 6),
    ],
)
def test_each_quirk_is_a_finding_with_its_count(found, code, file, count):
    assert sum(item.code == code and item.file == file for item in found) == count


def test_the_wrong_study_day_of_the_source_is_the_one_that_is_known(found):
    (finding,) = [item for item in found if item.code == "F08" and item.file == "ae.xpt"]
    assert (finding.usubjid, finding.value) == ("01-716-1063", "366")


def test_of_a_lasting_event_only_rows_before_the_last_have_an_end(happened):
    assert not [event for event in happened if event.last.outcome.startswith("NOT RECOVERED") and event.last.ended]


def test_the_sample_of_the_submission_guidelines_has_its_events_too(sample):
    rows = sample[EVENTS]
    assert (len(rows), len({row.usubjid for row in rows})) == (74, 13)
    assert len(events(sample)) == 74
