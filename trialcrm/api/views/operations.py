"""The operations of REST as pages show them, read from the document, each with whether its reader may call it."""

import json
from dataclasses import dataclass
from functools import cache
from shlex import quote
from typing import Any

from django.utils.translation import gettext as _

from trialcrm.api.selectors.publishing import everything
from trialcrm.core.decisions import ALLOWED, Decision, refused

from .rest.entrances import api
from .rest.samples import WHOLE
from .verbs.acting import acts

PREFIX = "/api/v1/"
TONES = {"GET": "info", "POST": "good", "PATCH": "warning"}
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Value:
    """One parameter, or one field of a body or of an answer."""

    name: str
    kind: str
    words: str
    place: str = ""
    is_needed: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call."""

    id: str
    method: str
    path: str
    title: str
    doc: str
    group: str
    parameters: tuple[Value, ...]
    sent: tuple[Value, ...]
    returned: tuple[Value, ...]
    statuses: tuple[tuple[int, str], ...]
    body: str = ""

    @property
    def tone(self) -> str:
        return TONES.get(self.method, "neutral")

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def is_tried_here(self) -> bool:
        """Streams and files have no end, or are no text."""
        return bool(self.returned) or self.writes

    def may_be_called_by(self, user: Any) -> Decision:
        """Whether the person's rights reach this call anywhere."""
        rule = _rules().get(self.id)
        return rule(user) if rule else ALLOWED


@dataclass(frozen=True, slots=True)
class Group:
    """The operations on one class, those for its reader apart from the others, which say why."""

    name: str
    doc: str
    open: list[Operation]
    closed: list[Operation]
    why: str


def curl(method: str, address: str, body: str = "") -> str:
    """A call for a command line, with the token in a variable."""
    sent = f" -H 'Content-Type: application/json' -d {quote(body)}" if body else ""
    return f"""curl -X {method} {quote(address)} -H "Authorization: Bearer $TOKEN"{sent}"""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of REST."""
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX), default=str))
    return found


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = {act.operation: act.may_be_done_by for act in acts()}
    rules |= {f"{act.operation}_shown": act.may_be_done_by for act in acts()}
    for item in everything():
        for way in ("list", "one"):
            rules[f"{item.name}_{way}".replace("-", "_")] = item.may_be_read_by
    return rules


@cache
def operations() -> dict[str, Operation]:
    """Every operation by its name, in the order of the document."""
    told = document()
    found = [
        _operation(path, method, each, told["components"]["schemas"])
        for path, methods in told["paths"].items()
        for method, each in methods.items()
    ]
    return {each.id: each for each in found}


def groups(user: Any, query: str = "") -> list[Group]:
    """What a search finds, by class; whatever is open to nobody of the person's roles comes last in its group."""
    words = query.casefold().split()
    docs = {item.title: item.doc for item in everything()}
    found: dict[str, list[Operation]] = {}
    for each in operations().values():
        text = f"{each.id} {each.path} {each.title} {each.doc} {each.group}".casefold()
        if all(word in text for word in words):
            found.setdefault(each.group, []).append(each)
    return [_group(user, name, docs.get(name, ""), calls) for name, calls in found.items()]


def _group(user: Any, name: str, doc: str, calls: list[Operation]) -> Group:
    decided = [(each, each.may_be_called_by(user)) for each in calls]
    reasons = [str(decision.reason) for _each, decision in decided if not decision]
    return Group(
        name,
        doc,
        [each for each, decision in decided if decision],
        [each for each, decision in decided if not decision],
        reasons[0] if reasons else "",
    )


def decision_on(user: Any, call: Operation) -> Decision:
    """Whether the page offers to try it: what gives no text back is told about only."""
    if not call.is_tried_here:
        return refused(_("This gives back a stream or a file, which is not shown here. Use the call below."))
    return call.may_be_called_by(user)


def _operation(path: str, method: str, told: dict[str, Any], parts: dict[str, Any]) -> Operation:
    content = told.get("requestBody", {}).get("content", {}).get(JSON, {})
    good = [each for status, each in told["responses"].items() if int(status) < 400]
    answer = good[0].get("content", {}).get(JSON, {}).get("schema", {}) if good else {}
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        title=told.get("summary", ""),
        doc=told.get("description", ""),
        group=(told.get("tags") or ["Other"])[0],
        parameters=tuple(_parameter(each) for each in told.get("parameters", ())),
        sent=_fields(content.get("schema", {}), parts),
        returned=_fields(_row_of(answer, parts), parts),
        statuses=tuple((int(status), each.get("description", "")) for status, each in told["responses"].items()),
        body=json.dumps(content["example"], indent=2, ensure_ascii=False) if content else "",
    )


def _parameter(told: dict[str, Any]) -> Value:
    schema = told["schema"]
    words = told.get("description") or schema.get("description", "")
    plain = _plain(schema)
    default = "" if schema.get("default") in (None, "") else str(schema["default"])
    choices = tuple(map(str, plain.get("enum", ())))
    if plain.get("type") == "boolean":
        choices = ("true", "false")
    place, needed = told["in"], bool(told.get("required"))
    return Value(told["name"], kind_of(schema, {}), words, place, needed, choices, default)


def _fields(schema: dict[str, Any], parts: dict[str, Any]) -> tuple[Value, ...]:
    needed = set(schema.get("required", ()))
    return tuple(
        Value(name, kind_of(each, parts), each.get("description", ""), is_needed=name in needed)
        for name, each in schema.get("properties", {}).items()
    )


def _row_of(schema: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """The record that an answer holds, whether alone or in a list."""
    whole = parts.get(schema.get("$ref", "").removeprefix(WHOLE), schema)
    items = whole.get("properties", {}).get("items", {}).get("items")
    return parts.get(items.get("$ref", "").removeprefix(WHOLE), items) if items else whole


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The type without the choice to leave it empty."""
    real = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return real[0] if real else schema


def kind_of(schema: dict[str, Any], parts: dict[str, Any]) -> str:
    """The type in a few words, like `date or null` or `planned, scheduled, …`."""
    if "anyOf" in schema:
        return _(" or ").join(kind_of(each, parts) for each in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"].removeprefix(WHOLE))
    if "enum" in schema or "const" in schema:
        return ", ".join(map(str, schema.get("enum") or [schema["const"]]))
    if schema.get("type") == "array":
        return _("list of %(kind)s") % {"kind": kind_of(schema.get("items", {}), parts)}
    is_partial = schema.get("pattern", "").startswith(r"^\d{4}")
    return _("date, also partial") if is_partial else str(schema.get("format") or schema.get("type") or _("any"))
