from collections.abc import Callable
from pathlib import Path

import pytest

from trialcrm.audit.acts import SystemActor
from trialcrm.cdisc import services
from trialcrm.cdisc.selectors.figures import compared, figures

READER = SystemActor("test")


@pytest.fixture
def study(trial, delivery, written: Callable[..., Path]):
    run = services.queue_import(by=trial.manager, label="delivery")
    return services.carry_out(run, written(delivery)).study


def test_figures_by_arm_are_for_those_who_may_see_treatments(trial, study):
    assert figures(READER, study)["dm.by_ARM"] == {"ACT": 1, "PBO": 1, "Screen Failure": 1}
    seen = figures(trial.manager, study)
    assert seen["dm.subjects"] == 3
    assert not [name for name in seen if "arm" in name.lower()]


def test_only_figures_that_are_expected_are_compared_and_zeros_count_as_absent():
    found = {"dm.by_SEX": {"F": 2}, "dm.subjects": 2, "sv.rows": 9}
    lines = {line.name: line.agrees for line in compared(found, {"dm": {"by_SEX": {"F": 2, "M": 0}, "subjects": 3}})}
    assert lines == {"dm.by_SEX": True, "dm.subjects": False}


def test_a_part_that_is_expected_and_not_found_is_a_difference():
    found = {"dm.per_site": {"10": {"screened": 3}}}
    expected = {"dm": {"per_site": {"10": {"screened": 3, "randomised": 2}}}}
    (line,) = compared(found, expected)
    assert not line.agrees
