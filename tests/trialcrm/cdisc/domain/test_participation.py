import pytest

from subjects.domain.participation import SubjectState
from trialcrm.cdisc.domain.participation import participations


def state(delivery, tabulated, usubjid="T-10-001"):
    return participations(tabulated(delivery))[usubjid]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("COMPLETED", SubjectState.COMPLETED),
        ("DEATH", SubjectState.DIED),
        ("LOST TO FOLLOW-UP", SubjectState.LOST_TO_FOLLOW_UP),
        ("SCREEN FAILURE", SubjectState.SCREEN_FAILED),
        ("ADVERSE EVENT", SubjectState.WITHDRAWN),
        ("PROTOCOL VIOLATION", SubjectState.WITHDRAWN),
        ("MOVED AWAY", SubjectState.WITHDRAWN),
    ],
)
def test_the_reason_that_ends_participation_gives_the_state(delivery, tabulated, reason, expected):
    delivery["DS"][0] |= {"USUBJID": "T-10-001", "DSDECOD": reason}
    assert state(delivery, tabulated) == expected


def test_without_an_end_nobody_is_ended(delivery, tabulated):
    assert state(delivery, tabulated) == SubjectState.ON_TREATMENT
    delivery["DM"][0] |= {"RFXSTDTC": None}
    assert state(delivery, tabulated) == SubjectState.RANDOMISED
    delivery["DM"][0] |= {"ARMCD": None}
    assert state(delivery, tabulated) == SubjectState.SCREENING


def test_the_end_of_treatment_alone_ends_no_participation(delivery, tabulated):
    delivery["DS"][0] |= {"USUBJID": "T-10-001", "DSDECOD": "ADVERSE EVENT", "DSSCAT": "STUDY TREATMENT"}
    assert state(delivery, tabulated) == SubjectState.ON_TREATMENT


@pytest.mark.parametrize("change", [{"ARMCD": "SCRNFAIL"}, {"ARMCD": None, "ARMNRS": "SCREEN FAILURE"}])
def test_old_and_new_ways_to_say_screening_failure_are_understood(delivery, tabulated, change):
    delivery["DM"][0] |= change
    assert state(delivery, tabulated) == SubjectState.SCREEN_FAILED


def test_a_death_comes_before_any_other_reason(delivery, tabulated):
    delivery["DM"][2] |= {"DTHFL": "Y", "DTHDTC": "2024-03"}
    assert state(delivery, tabulated, "T-10-003") == SubjectState.DIED


def test_the_sample_has_one_screening_failure_and_three_deaths(sample):
    states = list(participations(sample).values())
    assert len(states) == 18
    assert states.count(SubjectState.SCREEN_FAILED) == 1
    assert states.count(SubjectState.DIED) == 3
    assert states.count(SubjectState.COMPLETED) == 3
