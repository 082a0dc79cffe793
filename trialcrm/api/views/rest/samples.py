"""Examples for the document: made from the types alone, so that two documents of one version never differ."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

WHOLE = "#/components/schemas/"
DAY, MOMENT = "2026-11-23", "2026-11-23T09:00:00Z"
#: What a person would write into a field of this name.
WORDS: dict[str, Any] = {
    "full_name": "Grace Okafor",
    "display_name": "Grace Okafor",
    "name": "Nora Lindqvist",
    "email": "nora.lindqvist@example.org",
    "phone": "+1 555 0100",
    "password": "your password",
    "protocol_id": "TX-301",
    "subject_id": "701-021",
    "subject_key": "701-021",
    "visit_type": "Week 4",
    "location": "Room 2",
    "event_term": "Headache",
    "term": "Headache",
    "body": "The skin under the patch is red. What shall I do?",
    "note_text": "Called about the visit on Monday; will come at nine.",
    "reason": "At the participant's wish",
    "wish": "Could it be in the afternoon?",
    "wish_answer": "At three, on the same day.",
    "description": "The visit took place two days after its window.",
    "died_on": DAY,
    "drug": "Rivaxine 9.5 mg patch",
    "medication_name": "Rivaxine 9.5 mg patch",
    "dose": "9.5 mg",
    "dosage": "9.5 mg",
    "frequency": "once a day",
    "instructions": "One patch in the morning, on another place every day.",
    "randomisation_number": "R-0117",
    "medical_record_number": "00418273",
}
#: What is filled in besides what is needed, for calls that are made often.
ALSO = {
    "visits_create": ("minutes",),
    "messages_create": (),
    "conversations_create": ("topic",),
    "adverse_events_create": ("severity", "serious", "onset_date"),
}


def example_of(schema: dict[str, Any], parts: dict[str, Any] | None = None, name: str = "", depth: int = 0) -> Any:
    """A value of the type, as a person would write it into a field of that name."""
    known = parts or {}
    if "$ref" in schema:
        return example_of(known.get(schema["$ref"].removeprefix(WHOLE), {}), known, name, depth + 1)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _one_of(schema[choice], known, name, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return _by_type(schema, known, name, depth)


def body_example(operation: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A body with what is needed, and what is usual."""
    wanted = {*schema.get("required", ()), *ALSO.get(operation, ())}
    fields = schema.get("properties", {})
    chosen = [name for name in fields if name in wanted] or list(fields)[:3]
    return {name: example_of(fields[name], name=name) for name in chosen}


def _one_of(choices: list[dict[str, Any]], parts: dict[str, Any], name: str, depth: int) -> Any:
    real = [each for each in choices if each.get("type") != "null"]
    # What a record points to stands beside it only where it was asked for.
    if not real or (depth and any("$ref" in each for each in real)):
        return None
    return example_of(real[0], parts, name, depth)


def _by_type(schema: dict[str, Any], parts: dict[str, Any], name: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        fields = schema.get("properties", {})
        return {each: example_of(fields[each], parts, each, depth + 1) for each in fields}
    if kind == "array":
        return [example_of(schema.get("items", {}), parts, name.removesuffix("s"), depth + 1)]
    if kind == "boolean":
        return bool(schema.get("default", False))
    if kind in ("integer", "number"):
        return _figure(schema)
    return _text(schema, name) if kind == "string" else None


def _figure(schema: dict[str, Any]) -> Any:
    default = schema.get("default")
    return default if default is not None else max(1, schema.get("minimum", 1))


def _text(schema: dict[str, Any], name: str) -> str:
    made = {"uuid": str(uuid5(NAMESPACE_URL, name or "record")), "date": DAY, "date-time": MOMENT}
    if schema.get("format") in made:
        return made[schema["format"]]
    if "pattern" in schema and "d{4}" in schema["pattern"]:
        return DAY
    words = str(WORDS.get(name, name.replace("_", " ").strip().capitalize() or "A word"))
    if "digest" in name or name == "shown":
        words = "what GET of this address gave as shown"
    return words[: schema.get("maxLength") or 300].ljust(schema.get("minLength") or 0, ".")
