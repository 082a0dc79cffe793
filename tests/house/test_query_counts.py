"""How many queries each page and fragment takes: as committed, and the same with ten rows as with five hundred.

`UPDATE_QUERY_COUNTS=1 python -m pytest tests/house/test_query_counts.py` writes the numbers anew; the difference is
then read before it is committed.
"""

import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.house import crawl, walk
from tests.house.answers import answer
from tests.house.growing import grow
from tests.house.world import World, undone
from trialcrm.access import scope

COMMITTED = Path(__file__).with_name("query_counts.json")
#: Lists are counted as staff of the site and as the sponsor's side; the rest are asked where neither may come in.
PEOPLE = ("coordinator", "monitor")
OTHERS = ("manager", "investigator", "pharmacist", "safety", "participant", "operator", "anonymous")
pytestmark = pytest.mark.xdist_group("pages")
PAGE, FRAGMENT = "page", "fragment"
KINDS = {PAGE: {}, FRAGMENT: crawl.HTMX}
ROUTES = crawl.routes()
#: Pages that ask once for each kind of record that they happen to show, and never more for more rows.
OF_MANY_KINDS = {"console:subjects_deviation_changelist", "safety:review", "trail:search", "trail:subject"}
Counts = dict[str, dict[str, int]]
Opened = dict[str, list[tuple[str, crawl.Address]]]


@pytest.fixture(scope="module")
def opened(built_world: World, uncopied: None) -> Opened:
    """Who opens which address; opening each once also brings to mind what is kept for good."""
    with pytest.MonkeyPatch.context() as patch:
        # Nobody's rights change here, and nothing is counted yet.
        patch.setattr(scope, "_resolve", functools.cache(scope._resolve))
        return {route.name: list(openers(built_world, route)) for route in ROUTES}


def openers(world: World, route: walk.Route) -> Iterator[tuple[str, crawl.Address]]:
    records = crawl.first_of(world.here) if "model" in route.arguments else world.here
    near = crawl.addresses(route, crawl.one_for_each_right(records))
    found = False
    for part in (*PEOPLE, *OTHERS):
        if part in PEOPLE or not found:
            for address in near:
                status = asked(world, part, address)
                if status == 405:
                    # Takes only what is sent to it, whoever asks for whatever record.
                    return
                if status == 200:
                    yield part, address
                    found = True
                    break


def asked(world: World, part: str, address: crawl.Address) -> int:
    """How an address answers those who may pass its gate; 403 for the others, who are not asked about again here."""
    allowed = crawl.gate_of(address).public or crawl.may_pass(world, part, address)
    return answer(world, part, address.url).status_code if allowed else 403


@pytest.fixture(scope="module")
def few(built_world: World, opened: Opened) -> Counts:
    """The counts of whole pages in the small world; a part of a page asks for nothing that the page does not."""
    return count_all(built_world, opened, with_parts=False)


@pytest.fixture(scope="module")
def many(built_world: World, opened: Opened, few: Counts) -> Counts:
    """The counts after hundreds of rows were added to every list."""
    with undone():
        grow(built_world)
        counts = count_all(built_world, opened)
    if os.environ.get("UPDATE_QUERY_COUNTS") == "1":
        COMMITTED.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
    return counts


def count_all(world: World, opened: Opened, *, with_parts: bool = True) -> Counts:
    """The counts of each route by who asks and for what; those that show nobody a page are left out."""
    return {name: dict(counted(world, found, with_parts)) for name, found in opened.items() if found}


def counted(world: World, found: list[tuple[str, crawl.Address]], with_parts: bool) -> Iterator[tuple[str, int]]:
    """Whole pages for everybody; parts of them, which are drawn alike, for the first who may."""
    for part, to in found:
        for kind in KINDS:
            if kind == PAGE or (with_parts and part == found[0][0]):
                yield f"{part} {kind}", queries(world, part, to, kind)


def queries(world: World, part: str, address: crawl.Address, kind: str) -> int:
    asked: list[str] = []

    def listen(execute: Any, sql: str, *given: Any) -> Any:
        asked.append(sql)
        return execute(sql, *given)

    client = world.client(part)
    with undone(), connection.execute_wrapper(listen):
        crawl.body_of(client.get(address.url, headers=KINDS[kind]))
    return len(asked)


@pytest.mark.parametrize("name", [route.name for route in ROUTES])
def test_a_page_takes_the_same_queries_with_five_hundred_rows(few: Counts, many: Counts, name: str) -> None:
    before, after = few.get(name, {}), many.get(name, {})
    grown = {who: (count, after.get(who)) for who, count in before.items() if after.get(who) != count}
    if name in OF_MANY_KINDS:
        grown = {who: (count, more) for who, (count, more) in grown.items() if more is None or more > count}
    assert grown == {}


@pytest.mark.parametrize("name", [route.name for route in ROUTES])
def test_a_page_takes_the_queries_that_are_committed(many: Counts, name: str) -> None:
    assert many.get(name) == json.loads(COMMITTED.read_text()).get(name), "see the top of this file"


def test_no_page_is_counted_that_is_gone(many: Counts) -> None:
    assert set(json.loads(COMMITTED.read_text())) == set(many)
