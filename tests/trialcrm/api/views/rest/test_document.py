"""The OpenAPI document: valid, the same every time, for whoever is known, with an example for everything."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis.specs.openapi.definitions import OPENAPI_31

from tests.support.api import Caller
from tests.support.cast import Trial
from trialcrm.api.selectors.publishing import everything
from trialcrm.api.views.playground import document
from trialcrm.api.views.rest.entrances import api
from trialcrm.api.views.verbs.acting import acts

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return document()


def operations(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in told["paths"].values() for operation in path.values()]


def test_it_is_given_to_whoever_is_known_and_to_nobody_else(trial: Trial) -> None:
    response = Caller(trial.coordinator).get("openapi.json")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response.json()["openapi"].startswith("3.1")
    assert Caller().get("openapi.json").status_code == 401


def test_it_is_valid_openapi(trial: Trial) -> None:
    assert list(Draft202012Validator(OPENAPI_31).iter_errors(Caller(trial.monitor).get("openapi.json").json())) == []


def test_every_class_and_act_is_in_it_once(told: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(told)]
    assert len(names) == len(set(names))
    assert {act.operation for act in acts()} <= set(names)
    for item in everything():
        assert {f"{item.name}_list".replace("-", "_"), f"{item.name}_one".replace("-", "_")} <= set(names)
        assert {"name": item.title, "description": item.doc} in told["tags"]


def test_every_body_and_answer_has_an_example_of_its_type(told: dict[str, Any]) -> None:
    wrong = []
    for operation in operations(told):
        contents = [*operation.get("requestBody", {}).get("content", {}).items()]
        contents += [part for each in operation["responses"].values() for part in each.get("content", {}).items()]
        for media, content in contents:
            if "json" in media:
                schema = {**content["schema"], "components": told["components"]}
                validator = Draft202012Validator(schema, format_checker=FormatChecker())
                wrong += [
                    (operation["operationId"], error.message) for error in validator.iter_errors(content["example"])
                ]
    assert wrong == []


def test_it_says_who_may_call_and_how_problems_look(told: dict[str, Any]) -> None:
    assert set(told["components"]["securitySchemes"]) == {"BearerToken", "BrowserSession"}
    problem = told["paths"]["/api/v1/visits"]["post"]["responses"]["422"]["content"]["application/problem+json"]
    assert problem["schema"]["$ref"].endswith("ProblemShape")
    assert problem["example"]["errors"][0]["field"]


def good(told: dict[str, Any]) -> dict[str, tuple[int, dict[str, Any]]]:
    """What comes of every operation when all is well."""
    return {
        operation["operationId"]: (int(status), answer)
        for operation in operations(told)
        for status, answer in operation["responses"].items()
        if int(status) < 400
    }


def test_an_act_of_which_no_record_comes_back_is_said_to_answer_nothing(told: dict[str, Any]) -> None:
    outcomes = good(told)
    silent = {act.operation for act in acts() if act.made is None}
    assert "adverse_events_report" in silent
    assert {act.operation for act in acts() if outcomes[act.operation][0] == 204} == silent


def test_versions_and_places_are_told_of_single_records_alone(told: dict[str, Any]) -> None:
    records = {f"#/components/schemas/{item.title}" for item in everything()}
    for name, (status, answer) in good(told).items():
        schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
        assert ("ETag" in answer["headers"]) == (schema.get("$ref") in records), name
        assert ("Location" in answer["headers"]) == (status == 201), name


def test_two_documents_of_one_version_are_equal() -> None:
    assert api.get_openapi_schema(path_prefix="/api/v1/") == api.get_openapi_schema(path_prefix="/api/v1/")
