"""Pages, REST and GraphQL show the same person the same records.

A list page is opened with its filters wide, page after page; every key that it names is one that REST lists, and the
other way round. What has no list of its own is read off the pages of what it belongs to.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from subjects.models import Appointment
from tests.house import crawl
from tests.house.world import EVERYBODY, World
from trialcrm.api.selectors.publishing import published
from trialcrm.api.views.graphql.naming import list_name

pytestmark = [pytest.mark.usefixtures("crawling"), pytest.mark.xdist_group("entrances")]
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
STAFF = (
    "coordinator",
    "investigator",
    "pharmacist",
    "unblinded_pharmacist",
    "monitor",
    "safety",
    "manager",
    "inspector",
    "assigned",
    "outsider",
    "stranger",
)
PARTICIPANTS = ("participant", "other_participant")
QUERY = """query($after: String) {
  %s(first: 50, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
}"""
#: The link to the next page of a list.
NEXT = re.compile(r'href="(\?[^"]*page=[^"]*)"[^>]*rel="next"')


def weeks_of(times: Iterable[datetime]) -> list[dict[str, str]]:
    """Every week in which something is booked, and the ones beside it: days differ from place to place."""
    beside = (timedelta(days=-1), timedelta(0), timedelta(days=1))
    return [{"week": week} for week in sorted({f"{time + by:%G-W%V}" for time in times for by in beside})]


@dataclass(frozen=True)
class Shown:
    """Where a class is listed: pages, with what opens their filters wide; or a page of each record that it belongs to.

    Of some records a page shows the words and not the key: those whose field `but` says so, or where there is nothing
    to be done with them (`has_words_only`).
    """

    name: str
    pages: tuple[str, ...]
    wide: tuple[dict[str, str], ...] = ({},)
    in_weeks: bool = False
    of_each: str = ""
    people: tuple[str, ...] = STAFF
    but: str = ""
    has_words_only: bool = False

    def __str__(self) -> str:
        return f"{self.name} for {'participants' if self.people == PARTICIPANTS else 'staff'}"


LISTS = (
    Shown("studies", ("subjects:studies",)),
    Shown("subjects", ("subjects:subjects",)),
    Shown("screenings", ("subjects:screening",), ({"status": "all"},)),
    Shown("visits", ("subjects:visits",), ({"status": "all"},)),
    Shown("appointments", ("subjects:appointments",), ({"status": "all"},), in_weeks=True),
    Shown("deviations", ("subjects:deviations",), ({"status": "all"},)),
    Shown("notes", ("subjects:subject-notes",), of_each="subjects", but="addendum_to_id"),
    Shown("orders", ("medications:orders",)),
    Shown("distributions", ("medications:distributions",)),
    Shown("kits", ("medications:kits",)),
    Shown("adverse-events", ("safety:events",)),
    Shown("conversations", ("messaging:conversations",)),
    Shown("messages", ("messaging:conversation",), of_each="conversations"),
    Shown("notifications", ("messaging:notifications",)),
    Shown("notifications", ("messaging:my-notifications",), people=PARTICIPANTS),
    Shown("appointments", ("subjects:my-appointments",), people=PARTICIPANTS, has_words_only=True),
    Shown("conversations", ("messaging:my-messages",), people=PARTICIPANTS),
    Shown("messages", ("messaging:my-conversation",), of_each="conversations", people=PARTICIPANTS),
)


@pytest.mark.parametrize("shown", LISTS, ids=str)
def test_a_page_rest_and_graphql_show_the_same(world: World, shown: Shown) -> None:
    item = published(shown.name)
    every = {pk for part in EVERYBODY if part != "anonymous" for pk in keys_in_sight(world, part, item)}
    for part in shown.people:
        rows = rows_of_rest(world, part, shown.name)
        assert keys_of_graphql(world, part, shown.name) == {row["id"] for row in rows}, f"{part}: REST and GraphQL"
        named = {row["id"] for row in rows if not (shown.but and row[shown.but])}
        on_pages = keys_of_pages(world, part, shown, every)
        assert on_pages == named or (shown.has_words_only and on_pages < named), f"{part}: page and REST"


def keys_in_sight(world: World, part: str, item: Any) -> set[str]:
    return {str(pk) for pk in item.rows(world.person(part)).values_list("pk", flat=True)}


def rows_of_rest(world: World, part: str, name: str) -> list[dict[str, Any]]:
    """Every row that REST lists, page after page; none where the class is closed to the person."""
    found: list[dict[str, Any]] = []
    address: str | None = f"/api/v1/{name}?limit=20"
    while address:
        answer = world.client(part).get(address)
        if answer.status_code == 403:
            return []
        found += answer.json()["items"]
        address = answer.json()["next"]
    return found


def keys_of_graphql(world: World, part: str, name: str) -> set[str]:
    """Every key that GraphQL lists, page after page; none where the class is closed to the person."""
    root, found, after = list_name(published(name)), set(), None
    while True:
        sent = {"query": QUERY % root, "variables": {"after": after}}
        answer = world.client(part).post("/graphql", sent, content_type="application/json").json()
        if answer.get("errors"):
            assert answer["errors"][0]["extensions"]["status"] == 403, answer
            return set()
        connection = answer["data"][root]
        found |= {edge["node"]["id"] for edge in connection["edges"]}
        after = connection["pageInfo"]["endCursor"]
        if not connection["pageInfo"]["hasNextPage"]:
            return found


def keys_of_pages(world: World, part: str, shown: Shown, every: set[str]) -> set[str]:
    """The keys, of those that anybody sees, that the pages name."""
    parents: list[dict[str, Any]] = [{}]
    if shown.of_each:
        parents = [{"pk": row["id"]} for row in rows_of_rest(world, part, shown.of_each)]
    weeks = weeks_of(Appointment.objects.values_list("starts_at", flat=True)) if shown.in_weeks else [{}]
    found: set[str] = set()
    for name, wide, parent, week in product(shown.pages, shown.wide, parents, weeks):
        found |= keys_on(world, part, reverse(name, kwargs=parent), wide | week)
    return found & every


def keys_on(world: World, part: str, address: str, wide: dict[str, str]) -> set[str]:
    """Every key on a list, page after page."""
    found: set[str] = set()
    query: str | None = "?" + urlencode(wide)
    while query is not None:
        answer = world.client(part).get(address + query)
        if answer.status_code in (403, 404):
            return found
        text = crawl.body_of(answer)
        found |= set(KEY.findall(text[text.index("<main") :]))
        further = NEXT.search(text)
        query = html.unescape(further[1]) if further else None
    return found
