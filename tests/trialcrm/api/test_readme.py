"""The table of names in the README of the API is what both product briefs and what is published say."""

import json
import re

import pytest

from trialcrm.api.selectors.publishing import Published, everything
from trialcrm.api.views.graphql.naming import camel, type_name
from trialcrm.core.bootstrap.places import REPOSITORY

README = REPOSITORY / "trialcrm" / "api" / "README.md"
BRIEFS = REPOSITORY.parent / "shared" / "brief"
BEGIN, END = "<!-- names: begin -->\n", "<!-- names: end -->"
#: Classes whose fields stand elsewhere, as `class.field`; all others follow the rule.
ELSEWHERE = {
    "Subject.fullName": "patients.full_name",
    "Subject.dob": "patients.dob",
    "PatientProfile.contact": "patients.phone, email, address",
    "Message.from": "messages.sender_id",
    "Message.sender": "messages.sender_id",
    "Message.to": "messages.to",
    "Message.recipient": "messages.to",
    "AuditLog.payload": "audit-log.metadata",
}
#: What is published nowhere, and why.
UNPUBLISHED = {"User.password": "no password leaves the portal, not even its digest"}
SYSTEM = {"objectId": "id", "createdAt": "created_at", "updatedAt": "updated_at"}
#: A line of a brief's text like `1. Subject: subjectId (String, required), dob; objectId (system).`
IN_WORDS = re.compile(r"^\d+\. (\w+)(?: \([^)]*\))?: (.*)$", re.MULTILINE)

pytestmark = pytest.mark.skipif(not BRIEFS.exists(), reason="the product briefs are not beside the repository")


def fields_of(text: str) -> list[tuple[str, str]]:
    """Every class and field of a brief, in its order: those of its JSON, and those that only its text lists."""
    whole = json.JSONDecoder().raw_decode(text[text.index('{\n  "classes"') :])[0]
    found = [(item["className"], name) for item in whole["classes"] for name in item["fields"]]
    for name, fields in IN_WORDS.findall(text):
        plain = re.sub(r"\([^)]*\)", "", fields).replace(";", ",").rstrip(".")
        found += [(name, word.strip()) for word in plain.split(",")]
    return found


def wanted() -> list[tuple[str, str]]:
    briefs = sorted(BRIEFS.glob("*.txt"), reverse=True)
    return list(dict.fromkeys(pair for brief in briefs for pair in fields_of(brief.read_text())))


def by_brief() -> dict[str, Published]:
    return {item.brief: item for item in everything() if item.brief}


def place_of(name: str, field: str) -> str:
    """Where a field of a brief is published, like `visits.visit_status`; empty where it is not."""
    known = {item.name: {each.name for each in item.fields} for item in everything()}
    item = by_brief().get(name)
    if place := ELSEWHERE.get(f"{name}.{field}"):
        holder, _dot, names = place.partition(".")
        return place if set(names.split(", ")) <= known.get(holder, set()) else ""
    snake = SYSTEM.get(field) or re.sub(r"(?<!^)(?=[A-Z])", "_", field).lower()
    found = [each for each in (snake, f"{snake}_id") if item and each in known[item.name]]
    return f"{item.name}.{found[0]}" if item and found else ""


def table() -> str:
    lines = ["| brief | REST | GraphQL |", "|---|---|---|"]
    for name, field in wanted():
        place, reason = place_of(name, field), UNPUBLISHED.get(f"{name}.{field}", "")
        holder, _dot, names = place.partition(".")
        there = next((item for item in everything() if item.name == holder), None)
        both = ", ".join(camel(each) for each in names.split(", "))
        rest, graph = (f"`{place}`", f"`{type_name(there)}.{both}`") if there else (reason, "")
        lines.append(f"| {name}.{field} | {rest} | {graph} |")
    return "\n".join(lines) + "\n"


def test_every_class_and_field_of_both_briefs_is_published_or_says_why_not() -> None:
    missing = [f"{name}.{field}" for name, field in wanted() if not place_of(name, field)]
    assert [each for each in missing if each not in UNPUBLISHED] == []


def test_exceptions_are_still_exceptions() -> None:
    names = {f"{name}.{field}" for name, field in wanted()}
    assert set(ELSEWHERE) | set(UNPUBLISHED) <= names
    assert [each for each in UNPUBLISHED if place_of(*each.split("."))] == []


def test_the_readme_holds_the_table() -> None:
    before, _begin, rest = README.read_text().partition(BEGIN)
    told, _end, after = rest.partition(END)
    if told != table():
        README.write_text(f"{before}{BEGIN}{table()}{END}{after}")
    assert told == table(), "The table was written anew; read the difference and commit it."
