"""When answers let a person in, and the table of an attempt's states."""

from datetime import date

import pytest

from subjects.domain.screening import (
    SCREENING_LIFECYCLE,
    Answered,
    ScreeningStatus,
    days_used,
    is_met,
    unanswered,
    unmet,
)


@pytest.mark.parametrize(
    ("kind", "answer", "met"),
    [
        ("INCLUSION", "Y", True),
        ("INCLUSION", "N", False),
        ("INCLUSION", "NA", True),
        ("INCLUSION", "", None),
        ("EXCLUSION", "Y", False),
        ("EXCLUSION", "N", True),
        ("EXCLUSION", "NA", True),
        ("EXCLUSION", "", None),
    ],
)
def test_an_answer_says_whether_the_statement_is_true_and_the_kind_what_that_means(kind, answer, met):
    assert is_met(kind, answer) is met


def test_codes_that_keep_out_and_codes_still_open_are_told_apart():
    answers = [Answered("I1", "INCLUSION", "N"), Answered("I2", "INCLUSION", ""), Answered("E1", "EXCLUSION", "Y")]
    assert unmet(answers) == ["I1", "E1"]
    assert unanswered(answers) == ["I2"]


def test_a_failed_attempt_is_final_and_a_pass_can_only_fail():
    assert SCREENING_LIFECYCLE.is_final(ScreeningStatus.FAILED)
    assert SCREENING_LIFECYCLE.moves[ScreeningStatus.PASSED] == {ScreeningStatus.FAILED}


def test_days_are_counted_from_the_day_of_consent():
    assert days_used(date(2026, 3, 2), date(2026, 3, 2)) == 0
    assert days_used(date(2026, 3, 2), date(2026, 3, 16)) == 14
