"""Departures from the protocol: recorded, assessed by the investigator, and closed once something was done."""

from datetime import timedelta

import pytest

from subjects import selectors, services
from subjects.domain.deviations import AutomaticRule
from subjects.models import Deviation
from subjects.services import Departure
from tests.support.cast import BUILDER
from tests.support.signing import proof_for
from trialcrm.core.decisions import Refused


@pytest.fixture
def subject(trial):
    return trial.on_treatment()


def departure(trial, **facts):
    facts = {"description": "Blood drawn after breakfast.", "category": "procedure", **facts}
    return Departure(**{"starts_on": trial.today(), **facts})


@pytest.fixture
def deviation(trial, subject):
    return services.record_deviation(by=trial.coordinator, subject=subject, departure=departure(trial))


def assessed(trial, deviation, importance="major"):
    return services.assess_deviation(
        by=trial.investigator,
        deviation=deviation,
        importance=importance,
        impact="Fasting glucose cannot be used.",
        immediate_hazard=False,
        serious_breach=False,
    )


def test_a_major_deviation_needs_an_action_and_the_investigators_signature(trial, deviation):
    item = assessed(trial, deviation)
    with pytest.raises(Refused, match="needs an action first"):
        services.close_deviation(by=trial.investigator, deviation=item)
    item = services.plan_action(
        by=trial.coordinator,
        deviation=item,
        root_cause="The reminder did not say fasting.",
        corrective_action="The reminder says it now.",
        action_owner=trial.coordinator,
        action_due_on=trial.today(),
    )
    with pytest.raises(Refused, match="principal investigator"):
        services.close_deviation(by=trial.coordinator, deviation=item)
    with pytest.raises(Refused, match="closed with a signature"):
        services.close_deviation(by=trial.investigator, deviation=item)
    item = selectors.deviation_for(trial.investigator, item.pk)
    proof = proof_for(trial.investigator, item)
    assert services.close_deviation(by=trial.investigator, deviation=item, proof=proof).status == "closed"


def test_a_minor_one_is_closed_by_the_coordinator(trial, deviation):
    item = assessed(trial, deviation, "minor")
    assert services.close_deviation(by=trial.coordinator, deviation=item).status == "closed"


def test_the_monitor_makes_it_major_and_nobody_makes_it_minor_again(trial, deviation):
    item = assessed(trial, deviation, "minor")
    item = services.upgrade_deviation(by=trial.monitor, deviation=item, reason="It touches the primary endpoint.")
    assert item.importance == "major"
    with pytest.raises(Refused, match="major already"):
        services.upgrade_deviation(by=trial.monitor, deviation=item, reason="Once more, to be sure.")


def test_what_a_rule_finds_is_proposed_once(trial, subject):
    facts = {"by": BUILDER, "subject": subject, "departure": departure(trial), "rule": AutomaticRule.PILL_COUNT}
    item = services.propose_deviation(**facts, occurrence="x")
    assert (item.status, item.rule) == ("candidate", "DV-AUTO-05")
    assert services.propose_deviation(**facts, occurrence="x") is None
    services.dismiss_deviation(by=trial.coordinator, deviation=item, reason="Counted wrongly.")
    assert services.propose_deviation(**facts, occurrence="x") is None


@pytest.mark.parametrize("part", ["pharmacist", "safety", "manager", "outsider", "inspector", "stranger"])
def test_only_those_who_may_record_deviations(trial, subject, part):
    with pytest.raises(Refused):
        services.record_deviation(by=getattr(trial, part), subject=subject, departure=departure(trial))


@pytest.mark.parametrize("part", ["coordinator", "subinvestigator", "monitor"])
def test_only_the_principal_investigator_assesses(trial, deviation, part):
    with pytest.raises(Refused, match="principal investigator"):
        services.assess_deviation(
            by=getattr(trial, part),
            deviation=deviation,
            importance="minor",
            impact="",
            immediate_hazard=False,
            serious_breach=False,
        )


def test_dates_and_names_are_checked(trial, subject):
    for facts, field in (
        ({"starts_on": trial.today() + timedelta(days=1)}, "starts_on"),
        ({"ends_on": trial.today() - timedelta(days=1)}, "ends_on"),
        ({"description": " "}, "description"),
        ({"category": "gossip"}, "category"),
        ({"description": "Grace Okafor came late."}, "description"),
    ):
        with pytest.raises(Refused) as refusal:
            services.record_deviation(by=trial.coordinator, subject=subject, departure=departure(trial, **facts))
        assert refusal.value.field == field
    assert not Deviation.objects.exists()
