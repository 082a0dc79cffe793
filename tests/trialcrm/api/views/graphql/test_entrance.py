"""The address of GraphQL: who comes in, how often, and what is told of a fault."""

import logging
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from graphql import get_introspection_query

from trialcrm.api.views.graphql import queries

from .asking import ADDRESS, Asker

WHO = "{ __typename }"


@pytest.fixture
def nora(trial: Any) -> Asker:
    return Asker(trial.coordinator)


def test_without_a_token_or_a_session_nothing_opens(trial: Any) -> None:
    for asker in (Asker(), Asker(token="trialcrm_" + "x" * 43)):
        answer = asker.send(WHO)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["errors"][0]["extensions"]["status"] == 401


def test_a_session_needs_the_mark_against_forged_calls(trial: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(trial.coordinator)
    answer = client.post(ADDRESS, {"query": WHO}, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_only_post_is_answered(nora: Asker, method: str) -> None:
    answer = getattr(nora.client, method)(ADDRESS + "?query={__typename}")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
def test_only_json_is_taken(nora: Asker, kind: str) -> None:
    assert nora.client.post(ADDRESS, '{"query": "{ __typename }"}', content_type=kind).status_code == 415


def test_an_answer_is_kept_by_nobody(nora: Asker) -> None:
    answer = nora.send(WHO)
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer["Cache-Control"] == "no-store"


def test_the_schema_describes_itself(nora: Asker) -> None:
    told = nora.ask(get_introspection_query(input_value_deprecation=True))["__schema"]
    assert {"Visit", "VisitConnection", "CancelVisitInput"} <= {each["name"] for each in told["types"]}


def test_calls_are_counted_together_with_those_of_rest(trial: Any, nora: Asker, settings: Any) -> None:
    settings.API_RATE = "2/m"
    caches["calls"].clear()
    assert nora.get("visits").status_code == nora.send(WHO).status_code == 200
    refused = nora.send(WHO)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    caches["calls"].clear()


def test_a_fault_of_the_portal_is_noted_and_not_told(
    nora: Asker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*given: Any) -> None:
        raise KeyError("a secret of the tables")

    monkeypatch.setattr(queries, "one_row", broken)
    with caplog.at_level(logging.ERROR):
        answer = nora.send('{ visit(id: "018f0000-0000-7000-8000-000000000000") { id } }')
    assert answer.status_code == 200
    assert "secret" not in answer.content.decode()
    assert answer.json()["errors"][0]["extensions"]["status"] == 500
    assert "a secret of the tables" in caplog.text
