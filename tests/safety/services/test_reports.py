"""Reports are frozen when they are sent; the sponsor receives, acknowledges and judges beside the site."""

import pytest

from safety import services
from safety.domain.assessments import Causality
from safety.models import SafetyReport
from tests.support.safety import followed, recorded, serious, told
from trialcrm.audit import bulk
from trialcrm.audit.recording import recorded as recorded_act
from trialcrm.core.decisions import Refused


@pytest.fixture
def event(trial):
    return followed(trial.investigator, serious(trial.coordinator, trial.on_treatment(first_dose_days_ago=20)))


@recorded_act("test.tampered-with-report", "Tampered with")
def tamper(*, by, report, in_bulk=False, **changed):
    for name, value in changed.items():
        setattr(report, name, value)
    if in_bulk:
        bulk.update([report])
    else:
        report.save()
    return report


def test_a_report_holds_all_that_was_known_and_never_changes(trial, event) -> None:
    report = services.send_report(by=trial.coordinator, event=event)
    assert report.snapshot["event_term"]["shown"] == "Syncope"
    assert report.snapshot["assessment 2 causality Study drug"]["value"] == Causality.POSSIBLE
    for changed in ({"new_information": "Other"}, {"is_on_time": False}, {"snapshot": {}}):
        for in_bulk in (False, True):
            with pytest.raises(Refused):
                tamper(by=trial.coordinator, report=SafetyReport.objects.get(), in_bulk=in_bulk, **changed)


def test_new_information_is_a_follow_up_that_says_what_changed(trial, event) -> None:
    services.send_report(by=trial.coordinator, event=event)
    with pytest.raises(Refused):
        services.send_report(by=trial.coordinator, event=event)
    services.change_event(
        by=trial.coordinator, event=event, told=told(event.subject, event_term="Fall"), reason="Letter of the hospital"
    )
    second = services.send_report(by=trial.coordinator, event=event)
    third = services.send_report(by=trial.coordinator, event=event, new_information="The hospital's letter came")
    assert [second.name, third.name] == ["Follow-up 1", "Follow-up 2"]
    assert "event_term" in second.changed
    assert third.changed == []


def test_only_serious_events_are_reported(trial) -> None:
    event = recorded(trial.coordinator, trial.on_treatment(first_dose_days_ago=3))
    with pytest.raises(Refused):
        services.send_report(by=trial.coordinator, event=event)


def test_a_final_report_follows_the_end_of_the_event(trial, event) -> None:
    services.send_report(by=trial.coordinator, event=event)
    with pytest.raises(Refused):
        services.send_report(by=trial.coordinator, event=event, is_final=True)


def test_the_sponsors_safety_staff_receives_and_acknowledges_once(trial, event) -> None:
    report = services.send_report(by=trial.coordinator, event=event)
    for part in ("coordinator", "monitor", "manager"):
        with pytest.raises(Refused):
            services.receive_report(by=getattr(trial, part), report=report)
    received = services.receive_report(by=trial.safety, report=report)
    acknowledged = services.acknowledge_report(by=trial.safety, report=received)
    assert acknowledged.acknowledged_by == trial.safety
    with pytest.raises(Refused):
        services.acknowledge_report(by=trial.safety, report=acknowledged)


def test_the_sponsors_judgement_stands_beside_the_investigators(trial, event) -> None:
    with pytest.raises(Refused):
        services.assess_as_sponsor(by=trial.safety, event=event, causality=Causality.NOT_RELATED, is_expected=True)
    services.send_report(by=trial.coordinator, event=event)
    own = services.assess_as_sponsor(by=trial.safety, event=event, causality=Causality.NOT_RELATED, is_expected=False)
    event.refresh_from_db()
    assert (own.causality, event.causality) == (Causality.NOT_RELATED, Causality.POSSIBLE)
