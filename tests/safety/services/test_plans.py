"""A study records severity or a grade, never both."""

import pytest

from safety import services
from tests.support.safety import recorded
from trialcrm.core.decisions import Refused


def test_the_manager_settles_the_scale_before_the_first_event(trial) -> None:
    with pytest.raises(Refused):
        services.settle_plan(by=trial.investigator, study=trial.study, severity_scale="grade", follow_up_days=7)
    services.settle_plan(by=trial.manager, study=trial.study, severity_scale="grade", follow_up_days=7)
    subject = trial.on_treatment(first_dose_days_ago=20)
    with pytest.raises(Refused) as refusal:
        recorded(trial.coordinator, subject)
    assert refusal.value.field == "severity"
    assert recorded(trial.coordinator, subject, seen_as={"severity": "3"}).max_severity == "3"
    with pytest.raises(Refused):
        services.settle_plan(by=trial.manager, study=trial.study, severity_scale="severity", follow_up_days=7)
