"""What cannot all be true of one event."""

from datetime import date

import pytest

from safety.domain.assessments import Outcome
from safety.domain.consistency import Facts, is_treatment_emergent, problems
from trialcrm.core.partial_dates import parse_partial_date as day


def codes(**facts) -> list[str]:
    return [item.code for item in problems(Facts(**{"onset": day("2026-03-05"), "today": date(2026, 3, 9), **facts}))]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"onset": day("2026-03-10")}, "AE-FUTURE"),
        ({"end": day("2026-03-10")}, "AE-FUTURE-END"),
        ({"end": day("2026-03-04")}, "AE-END"),
        ({"end": day("2026-02")}, "AE-END"),
        ({"consented_on": date(2026, 3, 6)}, "AE-HISTORY"),
        ({"hospitalisation": True}, "AE-ADMISSION"),
        ({"outcome": Outcome.RECOVERED}, "AE-NO-END"),
        ({"outcome": Outcome.SEQUELAE}, "AE-NO-END"),
        ({"outcome": Outcome.NOT_RECOVERED, "end": day("2026-03-06")}, "AE-STILL-LASTING"),
        ({"outcome": Outcome.RECOVERING, "end": day("2026-03-06")}, "AE-STILL-LASTING"),
        ({"outcome": Outcome.FATAL, "is_dead": True}, "AE-FATAL"),
        ({"results_in_death": True}, "AE-DEATH"),
    ],
)
def test_a_contradiction_is_found(facts, code) -> None:
    assert code in codes(**facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"end": day("2026-03")},
        {"onset": day("2026-03"), "consented_on": date(2026, 3, 6)},
        {"outcome": Outcome.RECOVERED, "end_is_unknown": True},
        {"outcome": Outcome.RECOVERED, "end": day("2026-03-05")},
        {"outcome": Outcome.UNKNOWN},
        {"hospitalisation": True, "admitted": day("2026-03-05")},
    ],
)
def test_what_may_be_true_is_no_contradiction(facts) -> None:
    assert codes(**facts) == []


def test_a_fatal_event_of_somebody_living_is_a_finding_and_not_refused() -> None:
    facts = Facts(onset=day("2026-03-05"), outcome=Outcome.FATAL, results_in_death=True)
    found = {item.code: item.is_refused for item in problems(facts)}
    assert found == {"AE-ALIVE": False}


@pytest.mark.parametrize(
    ("onset", "emergent"),
    [
        ("2014-01-10", False),
        ("2014-01-11", True),
        ("2014-03", True),
        ("2014-01", True),
        ("2013-12", False),
        ("2014", True),
        ("2013", False),
    ],
)
def test_under_treatment_is_what_did_not_certainly_begin_before_it(onset, emergent) -> None:
    assert is_treatment_emergent(day(onset), date(2014, 1, 11)) is emergent


def test_nobody_untreated_has_an_event_under_treatment() -> None:
    assert is_treatment_emergent(day("2014-03"), None) is None
