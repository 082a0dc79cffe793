"""The OpenAPI document: what the library writes of the addresses, and what it cannot know of them."""

from typing import Any

from trialcrm.api.domain.problems import MEDIA_TYPE, TITLES

PLAIN = "application/json"
#: Stands for a reference to a class of this name.
CLASS = "x-class"
VERSION = {
    "description": "The version of the record, to send back as If-Match.",
    "schema": {"type": "string"},
}
PLACE = {"description": "The address of what was made.", "schema": {"type": "string"}}
REPLAYED = {"description": "Whether the call had been done before.", "schema": {"type": "string", "enum": ["true"]}}
WAIT = {"description": "Seconds until the next call is taken.", "schema": {"type": "integer"}}


class Document(dict[str, Any]):
    """The document of one API, finished in place."""

    def finished(self) -> "Document":
        for operations in self["paths"].values():
            for operation in operations.values():
                self._answers(operation["responses"])
        _refer(self["components"])
        return self

    def _answers(self, responses: dict[int, Any]) -> None:
        for status, told in responses.items():
            if int(status) >= 400:
                self._fault(int(status), told)
            elif "headers" not in told:
                self._headers(int(status), told)

    def _fault(self, status: int, told: dict[str, Any]) -> None:
        told["description"] = TITLES[status]
        if PLAIN in told.get("content", {}):
            content = told["content"].pop(PLAIN)
            example = {
                "type": "about:blank",
                "title": TITLES[status],
                "status": status,
                "detail": "A sentence that says why.",
            }
            told["content"][MEDIA_TYPE] = {**content, "example": example}
        if status == 429:
            told["headers"] = {"Retry-After": WAIT}

    def _headers(self, status: int, told: dict[str, Any]) -> None:
        told["description"] = {200: "As asked", 201: "Made", 204: "Done"}.get(status, told["description"])
        told["headers"] = {"ETag": VERSION, **({"Location": PLACE} if status == 201 else {})}


def _refer(part: Any) -> None:
    """Turn names of classes into references."""
    if isinstance(part, dict) and CLASS in part:
        part["$ref"] = f"#/components/schemas/{part.pop(CLASS)}"
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for each in inner:
        _refer(each)


def parameters_of(*, takes_key: bool, takes_version: bool, needs_version: bool) -> list[dict[str, Any]]:
    """The headers that an act heeds."""
    found = []
    if takes_key:
        words = "A word of your own for this call: sent again, it is not done twice."
        found.append(_header("Idempotency-Key", words, needed=False))
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
