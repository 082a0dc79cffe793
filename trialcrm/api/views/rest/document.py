"""The OpenAPI document: what the library writes of the addresses, and what it cannot know of them."""

from typing import Any

from pydantic import BaseModel

from trialcrm.api.domain.problems import MEDIA_TYPE, TITLES
from trialcrm.api.selectors.publishing import everything

from .samples import WHOLE, body_example, example_of

PLAIN = "application/json"
PROBLEM = f"{WHOLE}ProblemShape"
#: Stands for a reference to a class of this name.
CLASS = "x-class"
VERSION = {
    "description": "The version of the record, to send back as If-Match.",
    "schema": {"type": "string"},
}
PLACE = {"description": "The address of what was made.", "schema": {"type": "string"}}
SESSION = "The session of the browser. What is not a GET carries the header X-CSRFToken besides."
REPLAYED = {
    "description": "There when the call had been done before, and this is its answer.",
    "schema": {"type": "string", "enum": ["true"]},
}
KEY = "Idempotency-Key"
WAIT = {"description": "Seconds until the next call is taken.", "schema": {"type": "integer"}}


class Document(dict[str, Any]):
    """The document of one API, finished in place."""

    def finished(self, problem: dict[str, Any]) -> "Document":
        """The whole document; `problem` is the shape of every refusal."""
        parts = self["components"]["schemas"]
        parts |= problem.pop("$defs", {}) | {"ProblemShape": problem}
        _refer(self["components"])
        for operations in self["paths"].values():
            for operation in operations.values():
                self._answers(operation)
                self._examples(operation)
        self["servers"] = [{"url": "/", "description": "The portal that serves this document"}]
        self["tags"] = [{"name": item.title, "description": item.doc} for item in everything()]
        self["components"]["securitySchemes"]["BrowserSession"]["description"] = SESSION
        return self

    def _examples(self, operation: dict[str, Any]) -> None:
        """What is sent and what comes back, once with everything filled in."""
        parts = self["components"]["schemas"]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            content.setdefault("example", body_example(operation.get("operationId", ""), content["schema"]))
        for status, told in operation["responses"].items():
            if int(status) < 400 and "schema" in told.get("content", {}).get(PLAIN, {}):
                content = told["content"][PLAIN]
                content.setdefault("example", example_of(content["schema"], parts))

    def _answers(self, operation: dict[str, Any]) -> None:
        is_act = any(item["name"] == KEY for item in operation.get("parameters", ()))
        for status, told in operation["responses"].items():
            if int(status) >= 400:
                self._fault(int(status), told)
            elif "headers" not in told:
                self._headers(int(status), told, is_act=is_act)

    def _fault(self, status: int, told: dict[str, Any]) -> None:
        told["description"] = TITLES[status]
        if MEDIA_TYPE not in told.get("content", {}):
            example: dict[str, Any] = {
                "type": "about:blank",
                "title": TITLES[status],
                "status": status,
                "detail": "A sentence that says why.",
            }
            if status == 422:
                example["errors"] = [{"field": "reason", "message": "This field is required."}]
            told["content"] = {MEDIA_TYPE: {"schema": {"$ref": PROBLEM}, "example": example}}
        if status == 429:
            told["headers"] = {"Retry-After": WAIT}

    def _headers(self, status: int, told: dict[str, Any], *, is_act: bool) -> None:
        told["description"] = {200: "As asked", 201: "Made", 204: "Done"}.get(status, told["description"])
        schema = told.get("content", {}).get(PLAIN, {}).get("schema", {})
        told["headers"] = {"ETag": VERSION} if schema.get("$ref") in _records() else {}
        if status == 201:
            told["headers"]["Location"] = PLACE
        if is_act:
            told["headers"]["Idempotent-Replayed"] = REPLAYED


def _records() -> set[str]:
    """The shapes of single records, which have versions where lists of them have none."""
    return {WHOLE + item.title for item in everything()}


def _refer(part: Any) -> None:
    """Turn names of classes into references."""
    if isinstance(part, dict) and CLASS in part:
        part["$ref"] = f"{WHOLE}{part.pop(CLASS)}"
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for each in inner:
        _refer(each)


def asked_by(query: type[BaseModel]) -> list[dict[str, Any]]:
    """The parameters of an address, as the model that checks them tells."""
    found = []
    for name, schema in query.model_json_schema().get("properties", {}).items():
        # Left out is not the same as null, which an address cannot say.
        told = {word: value for word, value in schema.items() if (word, value) != ("default", None)}
        about = {"required": False, "description": schema["description"], "schema": told}
        found.append({"name": name, "in": "query", **about})
    return found


def parameters_of(*, takes_version: bool, needs_version: bool) -> list[dict[str, Any]]:
    """The headers that an act heeds."""
    words = "A word of your own for this call: sent again, it is not done twice."
    found = [_header(KEY, words, needed=False)]
    if takes_version:
        words = "The ETag of the record as you read it: nothing is written over somebody else's change."
        found.append(_header("If-Match", words, needed=needs_version))
    return found


def _header(name: str, words: str, *, needed: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": needed,
        "description": words,
        "schema": {"type": "string", "maxLength": 120},
    }
