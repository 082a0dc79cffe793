"""What is somebody's own, or was assigned to them, opens for them and for nobody else who holds the same role.

A participant sees one participant, themselves; a colleague to whom one participant was assigned sees only that one.
Here nothing is asked of the filter that the portal itself uses: whose record it is stands in the record.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.house import crawl, posting, walk
from tests.house.answers import answer
from tests.house.crawl import OWN, Address
from tests.house.world import World, undone

pytestmark = [pytest.mark.usefixtures("crawling"), pytest.mark.xdist_group("pages")]
ABOUT_RECORDS = [
    route
    for route in crawl.routes()
    if "pk" in route.arguments and "model" not in route.arguments and route.gate and route.gate.permission
]
OF_PARTICIPANTS = [route for route in ABOUT_RECORDS if route.gate and route.gate.permission.startswith(OWN)]
EVERY_ROUTE = pytest.mark.parametrize("route", ABOUT_RECORDS, ids=lambda route: route.name)
EVERY_OWN_ROUTE = pytest.mark.parametrize("route", OF_PARTICIPANTS, ids=lambda route: route.name)


def of_the_canary(world: World, route: walk.Route) -> Iterator[Address]:
    """The route with each record of the canary, at most one for each state."""
    for values in crawl.other_values(route)[:1]:
        for address in crawl.with_records(route, values, world.here):
            if owner_of(address.record) == world.canary.pk:
                yield address


def owner_of(record: Any) -> Any:
    return record.pk if record._meta.label == "subjects.Subject" else getattr(record, "subject_id", None)


def answers(world: World, part: str, address: Address) -> set[int]:
    """How the address answers when it is opened, and when something is sent to it."""
    with undone():
        sent = world.client(part).post(address.url, {"reason": posting.WORDS})
    return {answer(world, part, address.url).status_code, sent.status_code}


@EVERY_OWN_ROUTE
def test_a_participant_opens_what_is_their_own_and_nobody_elses(world: World, route: walk.Route) -> None:
    own = list(of_the_canary(world, route))
    assert own
    assert any(answer(world, "participant", to.url).status_code in (200, 302, 405, 422) for to in own)
    assert [str(to) for to in own[:2] if answers(world, "other_participant", to) - {404, 405}] == []


@EVERY_OWN_ROUTE
def test_staff_do_not_come_in_by_the_doors_of_participants(world: World, route: walk.Route) -> None:
    for to in list(of_the_canary(world, route))[:1]:
        assert [
            part for part in ("coordinator", "investigator", "monitor") if answers(world, part, to) - {403, 405}
        ] == []


@EVERY_ROUTE
def test_a_colleague_sees_only_whom_they_were_assigned(world: World, route: walk.Route) -> None:
    wrong = [
        str(to) for to in list(of_the_canary(world, route))[:1] if answers(world, "assigned", to) - {403, 404, 405}
    ]
    assert wrong == []


def test_a_colleague_does_open_the_chart_of_whom_they_were_assigned(world: World) -> None:
    other = world.site.subjects.filter(state="on_treatment").exclude(pk=world.canary.pk).first()
    client = world.client("assigned")
    assert client.get(other.get_absolute_url()).status_code == 200
    listed = crawl.body_of(client.get("/subjects/"))
    assert other.subject_id in listed
    assert world.canary.subject_id not in listed


LISTS = [route for route in crawl.routes() if not route.arguments and route.gate and route.gate.permission]


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.name)
def test_no_list_tells_a_colleague_or_a_participant_of_the_canary(world: World, route: walk.Route) -> None:
    """The canary's code stands on no page of somebody who was assigned another participant, or is one."""
    (address,) = crawl.with_records(route, {}, world.here)
    for part in ("assigned", "other_participant"):
        assert world.canary.subject_id not in answer(world, part, address.url).text, part
