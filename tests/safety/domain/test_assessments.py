"""Severity, seriousness and causality are three judgements."""

from types import SimpleNamespace

import pytest

from safety.domain.assessments import BANDS, Causality, Criterion, Severity, criteria_of, is_suspected, strongest, worst


@pytest.mark.parametrize(
    ("given", "highest"),
    [(["MILD", "SEVERE", "MODERATE"], "SEVERE"), (["2", "4", "3"], "4"), (["", "MILD"], "MILD"), ([], "")],
)
def test_the_highest_severity_is_kept(given, highest) -> None:
    assert worst(given) == highest


def test_every_severity_falls_under_one_word() -> None:
    values = [value for band in BANDS.values() for value in band]
    assert sorted(values) == sorted(Severity)


@pytest.mark.parametrize(
    ("causality", "suspected"),
    [("NOT RELATED", False), ("UNLIKELY RELATED", False), ("POSSIBLY RELATED", True), ("RELATED", True), ("", True),
     ("NONE", False), ("REMOTE", False), ("POSSIBLE", True), ("PROBABLE", True)],
)  # fmt: skip
def test_what_is_not_judged_is_treated_as_suspected(causality, suspected) -> None:
    assert is_suspected(causality) is suspected


def test_of_several_products_the_most_suspected_counts() -> None:
    assert strongest([Causality.NOT_RELATED, Causality.POSSIBLE, ""]) == Causality.POSSIBLE
    assert strongest([]) == ""


def test_criteria_come_in_the_order_of_the_definition() -> None:
    ticked = {item.value: item in (Criterion.HOSPITALISATION, Criterion.DEATH) for item in Criterion}
    assert criteria_of(SimpleNamespace(**ticked)) == [Criterion.DEATH, Criterion.HOSPITALISATION]
