"""The trail as files: comma-separated and JSON, sent as they are read."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from trialcrm.audit.models import AuditLog, LedgerSeal
from trialcrm.core import clock
from trialcrm.trail.domain import Line

from .lines import lines_of
from .sight import Sight
from .words import WITHHELD

CHUNK = 500
COLUMNS = (
    "at_utc",
    "act",
    "action",
    "outcome",
    "person",
    "role",
    "study",
    "site",
    "participant",
    "record_type",
    "record_id",
    "text",
    "changes",
    "reason",
    "refusal",
    "request",
)


def csv_lines(sight: Sight, rows: QuerySet[AuditLog]) -> Iterator[list[Any]]:
    """The rows as cells under `COLUMNS`; several changes share a cell, one a line."""
    for record in _records(sight, rows):
        changes = [f"{item['record']} {item['field']}: {item['old']} → {item['new']}" for item in record["changes"]]
        told = record | {"changes": "\n".join(changes)}
        yield [told[name] for name in COLUMNS]


def json_text(sight: Sight, rows: QuerySet[AuditLog], wanted: dict[str, str]) -> Iterator[str]:
    """One JSON object: who exported what and when, the last seal of the ledger, and the rows."""
    head = {
        "exported_at": clock.now().isoformat(),
        "exported_by": str(sight.user),
        "filters": wanted,
        "last_seal": last_seal(),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
    between = ""
    for record in _records(sight, rows):
        yield between + "\n" + json.dumps(record, ensure_ascii=False)
        between = ","
    yield "\n]}\n"


def last_seal() -> str:
    """The newest seal of the ledger: printed on exports, it is known outside of the database."""
    seal = LedgerSeal.objects.order_by("id").last()
    return seal.seal if seal else ""


def _records(sight: Sight, rows: QuerySet[AuditLog]) -> Iterator[dict[str, Any]]:
    found = rows.order_by("-id").iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield from map(_record, lines_of(sight, chunk))


def _record(line: Line) -> dict[str, Any]:
    return {
        "at_utc": line.at.isoformat(),
        "act": str(line.act),
        "action": line.action,
        "outcome": "refused" if line.refused else "done",
        "person": line.who,
        "role": line.role,
        "study": line.study,
        "site": line.site,
        "participant": line.subject,
        "record_type": line.entity_type,
        "record_id": line.entity_id,
        "text": line.text,
        "changes": [
            {"record": record.kind, "field": change.label, "old": change.old, "new": change.new}
            for record in line.records
            for change in record.changes
        ],
        "reason": str(WITHHELD) if line.is_reason_withheld else line.reason,
        "refusal": line.refusal,
        "request": str(line.request_id or ""),
        "token": line.through,
    }
