"""Every address, asked and sent to by everybody, about records here and elsewhere.

Who is not signed in is led to the sign-in; who may not come in, or may not do it, is told why (403); what is out of
sight does not exist (404); and nothing that was refused has written anything.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django import forms
from django.conf import settings
from django.shortcuts import resolve_url

from subjects.domain.permissions import Perm
from tests.house import crawl, posting, walk
from tests.house.answers import Answer, answer, heard, unwritten
from tests.house.crawl import Address
from tests.house.world import World, undone

pytestmark = [pytest.mark.usefixtures("crawling"), pytest.mark.xdist_group("pages")]
#: Those whose rights differ: of the staff, of the sponsor, of another site, of nobody.
PEOPLE = (
    "anonymous",
    "coordinator",
    "investigator",
    "pharmacist",
    "monitor",
    "safety",
    "manager",
    "outsider",
    "assigned",
    "participant",
    "other_participant",
    "stranger",
)
#: Where everybody who is signed in may come in, one with rights stands for all who have some.
AT_OPEN_DOORS = ("anonymous", "coordinator", "participant", "stranger", "operator")
#: Of these, those who come past the gate and whose sight differs where the record is another site's.
FROM_AFAR = ("coordinator", "monitor", "outsider", "participant")
#: Whoever is asked for a form, in this order, until one is shown it.
DOERS = (
    "coordinator",
    "investigator",
    "manager",
    "pharmacist",
    "monitor",
    "safety",
    "unblinded_pharmacist",
    "participant",
    "operator",
    "anonymous",
)
OPENS = {200, 204, 302, 303}
REFUSES = {403, 404, 405, 410, 422}
#: Addresses that open for nobody here, and why.
OPEN_FOR_NOBODY = {"subjects:subject-move-enrol": "in a blinded study, as this one is, nobody is enrolled"}


class Case(NamedTuple):
    """A route with everything put in but the record."""

    route: walk.Route
    values: dict[str, Any]

    def __str__(self) -> str:
        return "-".join([self.route.name, *map(str, self.values.values())])

    @property
    def is_for_all_tables(self) -> bool:
        return "model" in self.route.arguments

    @property
    def people(self) -> tuple[str, ...]:
        return PEOPLE if self.route.gate and self.route.gate.permission else AT_OPEN_DOORS

    def near(self, world: World) -> list[Address]:
        """Addresses about records of site 701."""
        records = crawl.one_for_each_right(crawl.first_of(world.here)) if self.is_for_all_tables else world.here
        return crawl.with_records(self.route, self.values, records)

    def far(self, world: World) -> list[Address]:
        """Addresses about records of site 702, or of another study."""
        if "pk" not in self.route.arguments:
            return []
        every = crawl.one_for_each_right(crawl.first_of(world.elsewhere))
        records = every if self.is_for_all_tables else world.elsewhere
        found = crawl.with_records(self.route, self.values, records)
        return found if self.is_for_all_tables else found[:1]


class Sample(NamedTuple):
    """An address about a record here that somebody opened, and the form that they were shown there."""

    address: Address
    part: str
    form: forms.BaseForm | None
    takes_posts: bool


CASES = [Case(route, values) for route in crawl.routes() for values in crawl.other_values(route)]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)


def expected(world: World, part: str, address: Address) -> set[int]:
    """The statuses with which an address may answer somebody."""
    if crawl.gate_of(address).public:
        return OPENS | REFUSES | {401}
    if part == "anonymous":
        return {302}
    if not crawl.may_pass(world, part, address):
        # A method that the page never takes tells nothing either.
        return {403, 405}
    if not crawl.sees(world, part, address):
        # A method that no record takes tells nothing about this one.
        return {404, 405}
    return OPENS | REFUSES if may_be_missing(world, part, address) else OPENS | (REFUSES - {404})


def may_be_missing(world: World, part: str, address: Address) -> bool:
    """What is about no record, what waits for somebody no longer, and stories of which the trail holds some back."""
    is_over = bool(crawl.gate_of(address).personal)
    staff = crawl.scope_of(world.person(part)).anywhere(Perm.VIEW_SUBJECT)
    return address.record is None or is_over or not staff or "model" in address.route.arguments


def complaint(world: World, part: str, address: Address, response: Answer) -> str:
    """What is wrong with an answer, in words; empty when nothing is."""
    said = f"{part} gets {response.status_code} at {address}"
    wanted = expected(world, part, address)
    if response.status_code not in wanted:
        return f"{said}, not {sorted(wanted)}"
    if response.status_code == 302 and part == "anonymous" and not crawl.gate_of(address).public:
        return (
            ""
            if response.headers["Location"].startswith(resolve_url(settings.LOGIN_URL))
            else f"{said}, not to the sign-in"
        )
    if response.status_code == 403 and not response.reason:
        return f"{said} without a reason"
    return ""


@EVERY_CASE
def test_every_page_opens_for_those_only_who_may_and_changes_nothing(world: World, case: Case) -> None:
    sample = sample_of(world, case)
    near = case.near(world) if case.is_for_all_tables else [sample.address]
    asked = [
        *((part, to) for to in near for part in case.people),
        *((part, to) for to in case.far(world) for part in FROM_AFAR),
    ]
    complaints = [complaint(world, part, to, answer(world, part, to.url)) for part, to in asked]
    assert list(filter(None, complaints)) == []


@EVERY_CASE
def test_every_act_is_done_by_those_only_who_may(world: World, case: Case) -> None:
    sample = sample_of(world, case)
    if sample.takes_posts:
        asked = [*((part, sample.address) for part in case.people)]
        asked += [(part, to) for to in case.far(world)[:1] for part in FROM_AFAR]
        complaints = [complaint(world, part, to, sent(world, part, to, sample.form)) for part, to in asked]
        assert list(filter(None, complaints)) == []


def sent(world: World, part: str, to: Address, form: forms.BaseForm | None, **other: Any) -> Answer:
    """Send a form; when it was refused, nothing but the refusal's row may have been written."""
    client, typed = world.client(part), posting.typed(form) if form else {}
    return unwritten(
        lambda: heard(client.post(to.url, {**typed, **other})),
        lambda response: is_refusal(part, to, response),
        f"{part} at {to}",
    )


def is_refusal(part: str, to: Address, response: Answer) -> bool:
    return (response.status_code in REFUSES or part == "anonymous") and not crawl.gate_of(to).public


_samples: dict[tuple[int, str], Sample] = {}


def sample_of(world: World, case: Case) -> Sample:
    """The first address about a record here that one of the doers is shown, those with a form before others."""
    key = (id(world), str(case))
    if key not in _samples:
        found = list(_opened(world, case))
        assert bool(found) != (str(case) in OPEN_FOR_NOBODY), f"{case} opens for {found or 'nobody'}"
        found = found or [Sample(case.near(world)[0], "anonymous", None, True)]
        _samples[key] = next((sample for sample in found if sample.form), found[0])
    return _samples[key]


def _opened(world: World, case: Case) -> Iterator[Sample]:
    """What each of the doers is shown, until a form is among it."""
    for address in case.near(world):
        for part in DOERS:
            if crawl.gate_of(address).public or crawl.may_pass(world, part, address):
                response = answer(world, part, address.url)
                form = response.form
                if response.status_code in OPENS | {405} or address.record is None:
                    yield Sample(address, part, form, form is not None or response.status_code == 405)
                if form is not None or response.status_code == 405 or address.record is None:
                    return
                if response.status_code == 200 and not takes_posts(world, part, address):
                    return


def takes_posts(world: World, part: str, address: Address) -> bool:
    """Whether something can be sent to a page that shows no form; a page that is the same again takes nothing."""
    with undone():
        return world.client(part).post(address.url).status_code not in (200, 405)


@EVERY_CASE
def test_no_form_accepts_the_records_of_another_site(world: World, case: Case) -> None:
    """A choice of records offers those in sight; the id of another one is no valid choice."""
    sample = sample_of(world, case)
    fields = sample.form.fields if sample.form else {}
    strangers = [world.outsider.pk, world.other_site.pk, world.other_study.pk]
    wrong = {name: posting.foreign(field, strangers) for name, field in fields.items()}
    assert [name for name, value in wrong.items() if value and not is_refused(world, sample, name, value)] == []


def is_refused(world: World, sample: Sample, name: str, value: Any) -> bool:
    assert sample.form is not None
    changed = {sample.form.add_prefix(name): str(value)}
    response = sent(world, sample.part, sample.address, sample.form, **changed)
    return response.status_code == 422 and response.form is not None and name in response.form.errors


@pytest.mark.parametrize("case", [case for case in CASES if "pk" not in case.route.arguments], ids=str)
def test_no_filter_in_an_address_reaches_another_site(world: World, case: Case) -> None:
    """Study and site in an address narrow what is shown; they never widen it."""
    address = sample_of(world, case).address
    for name, place in (("site", world.other_site), ("study", world.other_study)):
        response = world.client("coordinator").get(address.url, {name: str(place.pk)})
        assert response.status_code < 500
        # A participant's id, and not a part of a key.
        other = re.compile(rf"(?<![0-9a-f]){world.other_site.number}-0\d\d(?![0-9a-f])")
        assert not other.search(crawl.body_of(response)), f"{address}?{name}="
