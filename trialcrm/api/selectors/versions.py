"""Which version of a record somebody has read: the key of its newest history row, as an entity tag (RFC 9110)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from trialcrm.audit import context
from trialcrm.audit.models import AuditedBase, AuditLog

from .publishing import Published


def version_of(item: Published, row: Any) -> str:
    """The tag of the record as it stands; empty for what has no history of its own."""
    return versions_of(item, [row]).get(row.pk, "")


def versions_of(item: Published, rows: Sequence[Any]) -> dict[Any, str]:
    """The tags of the rows of one class, by their keys, with one query for each kind of record that they consist of."""
    newest: dict[Any, UUID] = {}
    for history, column, rows_by_key in _histories(item, rows):
        found = history.order_by(column, "-history_id").distinct(column).values_list(column, "history_id")
        for key, version in found:
            pk = rows_by_key[key]
            newest[pk] = max(version, newest.get(pk, version))
    return {pk: f'"{version.hex}"' for pk, version in newest.items()}


def _histories(item: Published, rows: Sequence[Any]) -> Iterator[tuple[Any, str, Mapping[Any, Any]]]:
    """The histories that tell of the rows, each with its column of keys, and the keys of the rows by those."""
    kept = {record.pk: row.pk for row in rows if _has_history(record := item.kept_in(row))}
    if not kept:
        return
    yield type(item.kept_in(rows[0])).history.filter(id__in=list(kept)), "id", kept
    for part in item.parts:
        own = {row.pk: row.pk for row in rows}
        model: Any = part.model
        yield model.history.filter(**{f"{part.column}__in": list(own)}), part.column, own


def _has_history(record: Any) -> bool:
    return isinstance(record, AuditedBase) and hasattr(record, "history")


def was_changed_by_others(item: Published, row: Any, version: str) -> bool:
    """Whether anybody but this very request has changed the record since the version that is named.

    Asked after the writing, when the record is locked: of two writers with one version the second finds the first.
    """
    since = UUID(version.strip('"'))
    histories = [history for history, _column, _keys in _histories(item, [row])]
    acts = {act for history in histories for act in _acts(history.filter(history_id__gt=since))}
    own = AuditLog.objects.filter(request_id=context.facts().request_id, pk__in=acts).values_list("pk", flat=True)
    return bool(acts - set(own))


def _acts(history: Any) -> Any:
    return history.values_list("act_id", flat=True)
