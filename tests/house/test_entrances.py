"""Every entrance for other programs, asked by everybody, about records here and elsewhere.

Who shows neither token nor session is told so (401); who may not is told why (403); what is out of sight does not
exist (404); what is refused writes nothing; and nobody reads of the canary what their pages would not show them.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.urls import reverse

from subjects.domain.permissions import Perm
from tests.house import crawl, walk
from tests.house import test_access_matrix as matrix
from tests.house.answers import unwritten
from tests.house.test_canary import EVERYBODY, READ_AS, found_in
from tests.house.world import World, undone
from trialcrm.api.selectors.publishing import Published, everything, published
from trialcrm.api.views.graphql.naming import camel, input_name, mutation_name
from trialcrm.api.views.graphql.schema import schema
from trialcrm.api.views.rest.samples import body_example
from trialcrm.api.views.rest.shapes import includes_of
from trialcrm.api.views.verbs.acting import Act, acts
from trialcrm.api.views.verbs.bodies import schema_of

pytestmark = [pytest.mark.usefixtures("crawling"), pytest.mark.xdist_group("entrances")]
CLASSES = pytest.mark.parametrize("item", everything(), ids=lambda item: item.name)
ACTS = pytest.mark.parametrize("act", acts(), ids=lambda act: act.operation)
REFUSED = {400, 401, 403, 404, 405, 409, 412, 415, 422, 428}
#: Said before anything of what was sent is looked at.
KEPT_OUT = {401, 403, 404}
#: Whose rights to read differ, and whose rights to do something.
READERS = ("anonymous", *(part for part in EVERYBODY if part not in READ_AS))
ACTORS = (*matrix.PEOPLE, "unblinded_pharmacist", "operator")
#: Those of them who also ask over GraphQL, which does what REST does.
ASKERS = ("anonymous", "pharmacist", "monitor", "outsider", "participant", "stranger")
#: How many rows of one kind are opened one by one.
OPENED = 3


def test_every_entrance_says_what_it_is() -> None:
    entrances = walk.entrances()
    assert entrances
    for route in entrances:
        assert route.gate is not None
        assert len(route.gate.machine.split()) >= 4
        assert route.view.login_required is False


def ask(world: World, part: str, item: Published, pk: Any = None, **asked: str) -> HttpResponse:
    address = f"/api/v1/{item.name}" + (f"/{pk}" if pk else "")
    return world.client(part).get(address, asked)


def everywhere(world: World, item: Published) -> list[Any]:
    """The keys of what the staff of each site, and each participant, sees: every record that somebody sees."""
    found: dict[Any, None] = {}
    for part in ("coordinator", "monitor", "outsider", "participant", "other_participant", "unblinded_pharmacist"):
        found.update(dict.fromkeys(item.rows(world.person(part)).values_list("pk", flat=True)))
    return list(found)


@CLASSES
def test_a_list_holds_what_is_in_sight_and_one_of_them_opens_alike(world: World, item: Published) -> None:
    for part in READERS:
        # Looked up before: that something is read is a row of the trail, which is read here too.
        seen = set() if part == "anonymous" else set(item.rows(world.person(part)).values_list("pk", flat=True))
        answer = ask(world, part, item, limit="200")
        if part == "anonymous":
            assert answer.status_code == 401
        elif not item.may_be_read_by(world.person(part)):
            assert answer.status_code == 403, part
            assert answer.json()["detail"]
        else:
            assert answer.json()["total"] == len(seen), part
            assert {UUID(row["id"]) for row in answer.json()["items"]} <= seen


@CLASSES
def test_what_is_out_of_sight_does_not_exist(world: World, item: Published) -> None:
    every = everywhere(world, item)
    for part in READERS:
        if part != "anonymous" and item.may_be_read_by(world.person(part)):
            seen = set(item.rows(world.person(part)).values_list("pk", flat=True))
            hidden = some_of([pk for pk in every if pk not in seen])
            assert [ask(world, part, item, pk).status_code for pk in hidden] == [404] * len(hidden), part
            shown = some_of([pk for pk in every if pk in seen])
            assert [ask(world, part, item, pk).status_code for pk in shown] == [200] * len(shown), part


def some_of(keys: list[Any]) -> list[Any]:
    """A few from the whole of the list, which holds one state after the other."""
    return keys[:: max(1, len(keys) // OPENED)][:OPENED]


@CLASSES
def test_filters_by_place_never_widen_what_is_seen(world: World, item: Published) -> None:
    names = {each.name for each in item.filters} & {"study", "site", "subject"}
    foreign = {"study": world.other_study.pk, "site": world.other_site.pk, "subject": foreign_subject(world)}
    for name in names:
        answer = ask(world, "coordinator", item, **{name: str(foreign[name])})
        assert answer.json().get("total", 0) == 0, name


def foreign_subject(world: World) -> Any:
    return world.other_site.subjects.first().pk


@pytest.mark.parametrize("part", READERS)
def test_nobody_reads_of_the_canary_what_they_may_not(world: World, part: str) -> None:
    texts = ((address, crawl.text_of(answer)) for address, answer in _everything_about_the_canary(world, part))
    assert [leak for address, text in texts for leak in found_in(world, part, address, text)] == []


def _everything_about_the_canary(world: World, part: str) -> Iterator[tuple[str, HttpResponse]]:
    for item in everything():
        asked = {"limit": "200", "include": ",".join(includes_of(item))}
        yield f"api:{item.name}", ask(world, part, item, **{name: value for name, value in asked.items() if value})


@ACTS
def test_an_act_is_done_by_those_only_who_may(world: World, act: Act) -> None:
    """Sent empty: refused for its fields by those who may, and before that by everybody else."""
    item = published(act.on)
    near = _one_here(world, item) if act.has_record else None
    for part in ACTORS:
        answer = unwritten(partial(_send, world, part, act, near), _is_refusal, part)
        wanted = _expected(world, part, act, item, near)
        assert answer.status_code in wanted, f"{part} gets {answer.status_code}: {answer.content[:300]!r}"
        assert not _is_refusal(answer) or answer.json()["status"] == answer.status_code
        if answer.status_code in KEPT_OUT and part in ASKERS:
            told = unwritten(partial(_mutate, world, part, act, near), lambda _answer: True, part)
            assert _status_of(told) == answer.status_code, part


def _is_refusal(response: Any) -> bool:
    return response.status_code in REFUSED


def _expected(world: World, part: str, act: Act, item: Published, pk: Any) -> set[int]:
    if part == "anonymous":
        return {401}
    if not act.may_be_done_by(world.person(part)):
        return {403}
    if pk is not None and not item.rows(world.person(part)).filter(pk=pk).exists():
        # An act may also ask for its version before it looks for its record.
        return {404, 403}
    return {200, 201, 204, 403, 404, 409, 422}


def _send(world: World, part: str, act: Act, pk: Any) -> Any:
    client = world.client(part)
    method = client.patch if act.is_changing else client.post
    record = f"/{pk}" if act.has_record else ""
    tail = record if act.is_changing or act.name == "create" else f"{record}/{act.name}"
    headers = {"If-Match": "*"} if act.is_changing else {}
    return method(f"/api/v1/{act.on}{tail}", "{}", content_type="application/json", headers=headers)


def _mutate(world: World, part: str, act: Act, pk: Any) -> Any:
    """The same act over GraphQL, with a body that it can read."""
    name, title = mutation_name(act), input_name(act)
    body = in_camel(body_example(act.operation, schema_of(act.body)))
    known = {"id": ("UUID!", str(pk)), "ifMatch": ("String!", "*"), "input": (f"{title}!", body)}
    taken = {word: known[word] for word in schema._schema.mutation_type.fields[name].args if word in known}
    if not act.is_changing:
        taken.pop("ifMatch", None)
    heads = ", ".join(f"${word}: {kind}" for word, (kind, _value) in taken.items())
    given = ", ".join(f"{word}: ${word}" for word in taken)
    query = f"mutation({heads}) {{ {name}({given}) {{ __typename }} }}".replace("()", "")
    sent = {"query": query, "variables": {word: value for word, (_kind, value) in taken.items()}}
    return world.client(part).post("/graphql", sent, content_type="application/json")


def in_camel(sent: Any) -> Any:
    if isinstance(sent, list):
        return [in_camel(each) for each in sent]
    return {camel(name): in_camel(value) for name, value in sent.items()} if isinstance(sent, dict) else sent


def _status_of(response: Any) -> int:
    """What a program reads of why nothing came of its only mutation."""
    (error,) = response.json()["errors"]
    return error["extensions"]["status"]


def _one_here(world: World, item: Published) -> Any:
    """A record of site 701, or of its study."""
    for part in ("coordinator", "pharmacist", "manager", "monitor", "participant", "operator"):
        found = item.rows(world.person(part)).values_list("pk", flat=True).first()
        if found:
            return found
    raise AssertionError(f"there is no record of {item.name} in the world")


@ACTS
def test_an_act_on_a_record_out_of_sight_finds_nothing(world: World, act: Act) -> None:
    if not act.has_record:
        return
    item = published(act.on)
    elsewhere = list(item.rows(world.outsider).values_list("pk", flat=True))
    seen = set(item.rows(world.coordinator).values_list("pk", flat=True))
    for pk in [pk for pk in elsewhere if pk not in seen][:2]:
        for part in ("coordinator", "investigator", "pharmacist", "participant"):
            with undone():
                told = _send(world, part, act, pk).status_code
                assert told in {403, 404}
                assert _status_of(_mutate(world, part, act, pk)) == told


def test_the_document_names_every_address() -> None:
    document = json.loads(json.dumps(_document(), default=str))
    described = {path.replace("{pk}", "<pk>") for path in document["paths"]}
    assert described
    assert reverse("v1:visits") in document["paths"]


def _document() -> Any:
    from trialcrm.api.views.rest.entrances import api

    return api.get_openapi_schema(path_prefix="/api/v1/")


def test_identities_are_only_where_they_belong(world: World) -> None:
    """No class but that of participants' identities is open by the right to see who somebody is."""
    assert [item.name for item in everything() if item.permission == Perm.VIEW_IDENTITY] in ([], ["patients"])
