"""The pages that explain REST and GraphQL and let somebody try them."""

import json
import shlex
from typing import Any

import pytest
from django.test import Client
from graphql import parse, validate

from tests.support.cast import Trial
from trialcrm.access import grants
from trialcrm.access.roles import Role
from trialcrm.api.views.flows import FLOWS
from trialcrm.api.views.graphql.schema import schema
from trialcrm.api.views.operations import curl, groups, operations

pytestmark = pytest.mark.django_db
ROOT = "/api/"


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def signed_in(client: Client, trial: Trial) -> Client:
    client.force_login(trial.coordinator)
    return client


@pytest.mark.parametrize(
    "name", ["", "rest/", "rest/visits_create/", "rest/events_listen/", "graphql/", "graphql/schema/"]
)
def test_every_page_opens_for_whoever_is_signed_in_and_for_nobody_else(client: Client, trial: Trial, name: str) -> None:
    assert client.get(ROOT + name).status_code == 302
    client.force_login(trial.stranger)
    assert text(client.get(ROOT + name))


def test_a_search_finds_calls_by_class_and_by_act(signed_in: Client) -> None:
    found = text(signed_in.get(ROOT + "rest/", {"q": "visit complete"}))
    assert "/api/v1/visits/{pk}/complete" in found
    assert "/api/v1/notes" not in found
    assert "Nothing is called so" in text(signed_in.get(ROOT + "rest/", {"q": "unicorn\0"}))


def test_what_somebody_may_not_call_comes_last_and_says_why(trial: Trial) -> None:
    subject = trial.registered()
    grants.enrol(trial.stranger, Role.PART, subject)
    (mine,) = [group for group in groups(trial.stranger) if group.name == "Visit"]
    assert {call.id for call in mine.open} >= {"visits_list", "visits_one"}
    assert "visits_complete" in {call.id for call in mine.closed}
    assert mine.why.startswith("Your role does not include")
    (theirs,) = [group for group in groups(trial.coordinator) if group.name == "Visit"]
    assert "visits_complete" in {call.id for call in theirs.open}


def test_a_page_of_a_call_shows_its_parameters_an_example_and_how_to_call_it(signed_in: Client) -> None:
    found = text(signed_in.get(ROOT + "rest/visits_create/"))
    for words in ("Idempotency-Key", "unscheduled_reason", "adverse_event", "curl -X POST", "Bearer $TOKEN"):
        assert words in found
    assert signed_in.get(ROOT + "rest/unicorns_list/").status_code == 404


def test_a_call_for_a_command_line_is_one_call_whatever_stands_in_it() -> None:
    body, address = """{"body": "I don't; $(reboot)"}""", "https://portal.test/api/v1/messages?a=b&c='d'"
    words = shlex.split(curl("POST", address, body))
    assert words[:3] == ["curl", "-X", "POST"]
    assert words[3] == address
    assert words[-1] == body


def test_whoever_may_not_call_is_given_no_button(client: Client, trial: Trial) -> None:
    client.force_login(trial.stranger)
    found = text(client.get(ROOT + "rest/visits_create/"))
    assert 'type="submit"' not in found.partition('id="call"')[2].partition("</form>")[0]
    assert "Your role does not include" in found


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_ready_queries_are_queries_of_the_schema(flow: Any) -> None:
    assert validate(schema._schema, parse(flow.query)) == []
    assert isinstance(json.loads(flow.variables), dict)


def test_types_are_found_by_what_stands_in_them(signed_in: Client) -> None:
    found = text(signed_in.get(ROOT + "graphql/schema/", {"q": "unscheduledReason"}, headers={"HX-Request": "true"}))
    assert "CreateVisitInput" in found
    assert "<html" not in found
    assert "CreateMessageInput" not in found


def test_every_call_has_a_page_of_its_own_and_examples_that_are_json(signed_in: Client) -> None:
    assert all(json.loads(call.body) is not None for call in operations().values() if call.body)
    for name in list(operations())[::7]:
        assert signed_in.get(f"{ROOT}rest/{name}/").status_code == 200
