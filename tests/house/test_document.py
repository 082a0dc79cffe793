"""The document of REST, tried out: whatever it allows and forbids is sent by everybody, and answered as it says.

No call ends in an error of the portal, and none in a status or a shape that the document does not name.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.house.world import World, undone
from trialcrm.api.selectors.publishing import everything, published
from trialcrm.api.views.rest.entrances import api

pytestmark = [pytest.mark.usefixtures("crawling"), pytest.mark.xdist_group("entrances")]
PEOPLE = ("coordinator", "investigator", "pharmacist", "monitor", "safety", "manager", "participant", "stranger")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
DOCUMENT.app = WSGIHandler()
#: Each example is sent by a share of the cast; in four turns everybody has had theirs.
SHARE = 4
TURNS = 4
#: The live stream has no end, and tests of its own.
OPERATIONS = [
    found.ok() for found in DOCUMENT.get_all_operations() if found.ok().definition.raw["operationId"] != "events_listen"
]


@pytest.fixture(autouse=True)
def _open_connection() -> Iterator[None]:
    """The portal's handler keeps the connection of the test, as Django's own client sees to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.label)
def test_every_call_is_answered_as_the_document_says(world: World, operation: Any) -> None:
    """Everybody sends something that is made up; every second time about a record that is there."""
    turns = itertools.count()

    @settings(
        max_examples=TURNS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def tried(case: Any) -> None:
        turn = next(turns)
        if turn % 2:
            put_in(world, case)
        for part in PEOPLE[turn % SHARE :: SHARE]:
            with undone():
                answer = case.call(cookies=cookies(world, part))
                case.validate_response(answer, checks=CHECKS)

    tried()


def put_in(world: World, case: Any) -> None:
    """Take the key of a record that somebody sees in place of one that is made up."""
    name = case.path.split("/")[3]
    if "pk" in (case.path_parameters or {}) and name in {item.name for item in everything()}:
        item = published(name)
        found = [pk for part in PEOPLE for pk in item.rows(world.person(part)).values_list("pk", flat=True)[:1]]
        case.path_parameters["pk"] = str(found[0])


def cookies(world: World, part: str) -> dict[str, str]:
    return {name: morsel.value for name, morsel in world.client(part).cookies.items()}
