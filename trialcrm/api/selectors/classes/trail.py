"""The log of what was done, as far as each person may read it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from trialcrm.access.scope import Limit, limit_of
from trialcrm.api.selectors.publishing import (
    AT_SITE,
    Field,
    Link,
    Published,
    between,
    choices_of,
    columns,
    computed,
    exact,
    loaded,
    places,
    publish,
)
from trialcrm.audit.models import AuditLog
from trialcrm.core.paging import Order
from trialcrm.trail import selectors, services
from trialcrm.trail.domain import Line

Rows = list[Any]


class FieldChange(TypedDict):
    """One value that an act changed, in words; withheld where its reader may not know it."""

    record: str
    field: str
    old: str
    new: str


class Metadata(TypedDict):
    """What an act did beside its summary."""

    changes: list[FieldChange]
    refusal: str
    token: str


def _log(user: Any) -> Any:
    """What the trail shows the person; with a token for certain places, what was done there."""
    rows = selectors.Sight(user).rows()
    is_limited = limit_of(user) != Limit()
    return rows.exclude(study_id=None, site_id=None, subject_id=None) if is_limited else rows


def _lines(user: Any, rows: Rows) -> dict[UUID, Line]:
    """The rows in words, made once for a page."""
    if not all(hasattr(row, "_line") for row in rows):
        for row, line in zip(rows, selectors.lines_of(selectors.Sight(user), rows), strict=True):
            row._line = line
    return {row.pk: row._line for row in rows}


def _note_reading(user: Any, rows: Rows) -> None:
    """Taking rows out of the portal is an act of its own, and logged."""
    keys = sorted(str(row.pk) for row in rows)
    services.note_export(by=user, form="api", wanted={"first": keys[0], "last": keys[-1], "rows": str(len(keys))})


def _said(name: str, kind: Any, doc: str, attribute: str = "") -> Field:
    wanted = attribute or name
    return loaded(
        name, kind, lambda user, rows: {pk: getattr(line, wanted) for pk, line in _lines(user, rows).items()}, doc
    )


def _metadata(user: Any, rows: Rows) -> dict[UUID, Metadata]:
    lines = _lines(user, rows)
    return {row.pk: _told(lines[row.pk]) for row in rows}


def _told(line: Line) -> Metadata:
    changes = [
        FieldChange(record=record.kind, field=change.label, old=change.old, new=change.new)
        for record in line.records
        for change in record.changes
    ]
    return Metadata(changes=changes, refusal=line.refusal, token=line.through)


LOG = publish(
    Published(
        name="audit-log",
        title="AuditLog",
        brief="AuditLog",
        doc="Who did what, when and why, in the words of the trail and as far as you may read it. Reading is logged.",
        permission="",
        rows=_log,
        noting=_note_reading,
        fields=(
            *columns(AuditLog, "id", "action", "entity_type", "entity_id", "actor_id"),
            _said("actor_name", str, "Who did it, by name at that time; participants by what they are", "who"),
            _said("role", str, "In which role"),
            _said("summary", str, "What was done", "text"),
            _said("reason", str, "Why, in the words of who did it"),
            _said("is_reason_withheld", bool, "Whether there is a reason that you may not read"),
            *columns(AuditLog, "outcome"),
            loaded("metadata", Metadata, _metadata, "What changed, why it was refused, with which token it was done"),
            *columns(AuditLog, "study_id", "site_id", "subject_id", "request_id", "at"),
            computed("created_at", datetime, "at", "When it was done"),
            computed("updated_at", datetime, "at", "The same: what was logged never changes"),
        ),
        links=(
            Link("actor", "users"),
            *AT_SITE,
            Link("subject", "subjects"),
        ),
        filters=(
            *places(),
            exact("actor", UUID, "actor_id", "Key of who did it"),
            exact("action", str, doc="The name of the act, like visit.completed"),
            exact("entity_type", str, doc="The kind of record, like subjects.Visit"),
            exact("entity_id", str, doc="The key of the record"),
            exact("outcome", choices_of(AuditLog.Outcome)),
            *between("at", "at", datetime, "By the time when it was done"),
        ),
        orders={"-id": selectors.NEWEST, "id": Order(("id",))},
    )
)
