"""The plans of participants: always the same, and everybody where the roster wants them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from trialcrm.demo.plans import plans
from trialcrm.demo.protocols import PROTOCOLS, Protocol
from trialcrm.demo.world import PLACES, World

MOMENT = datetime(2026, 11, 21, 22, tzinfo=UTC)
STUDY_OF = {place.number: PROTOCOLS[place.study] for place in PLACES}


def test_chance_is_the_same_each_time() -> None:
    assert list(plans(World(MOMENT))) == list(plans(World(MOMENT)))


@pytest.mark.parametrize("days", range(0, 400, 23))
def test_nobody_takes_part_before_the_study_recruits(days: int) -> None:
    world = World(MOMENT + timedelta(days=days))
    for plan in plans(world):
        recruits_since = world.now.date() - timedelta(days=STUDY_OF[plan.site].versions[0].days_ago - 10)
        assert plan.began_on > recruits_since
        assert plan.began_on <= world.today(plan.site)


def latest_opening(protocol: Protocol, number: str) -> int:
    """How long after the first dose a visit's window may open, when what it hangs on was as late as can be."""
    visit = protocol.visit(number)
    anchor = protocol.days_from_first_dose(visit.to) + protocol.visit(visit.to).after if visit.to else 0
    return anchor + visit.offset - visit.before


@pytest.mark.parametrize("days", range(0, 28, 3))
def test_what_comes_before_the_next_visit_can_be_done_by_yesterday(days: int) -> None:
    world = World(MOMENT + timedelta(days=days))
    for plan in plans(world):
        if plan.standing and plan.first_dose_on:
            protocol = STUDY_OF[plan.site]
            since = (world.today(plan.site) - plan.first_dose_on).days
            before = protocol.after_baseline(upto=plan.visit)
            assert all(latest_opening(protocol, number) < since for number in before), plan


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_windows_of_neighbouring_visits_do_not_overlap(protocol: Protocol) -> None:
    windows = [
        (days - visit.before, days + visit.after)
        for number in [protocol.baseline, *protocol.after_baseline()]
        for visit, days in [(protocol.visit(number), protocol.days_from_first_dose(number))]
    ]

    assert all(closes < opens for (_, closes), (opens, _) in pairwise(windows))


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_a_protocol_has_criteria_windows_and_calls_that_hang_on_other_visits(protocol: Protocol) -> None:
    assert 8 <= len(protocol.criteria) <= 12
    assert 10 <= len(protocol.visits) <= 14
    assert any(visit.kind == "phone" and visit.to for visit in protocol.visits)
