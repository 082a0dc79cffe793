"""Which version of a record somebody has read: the key of its newest history row, as an entity tag (RFC 9110)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from trialcrm.audit import context
from trialcrm.audit.models import AuditedBase, AuditLog


def version_of(record: Any) -> str:
    """The tag of the record as it stands; empty for what has no history of its own."""
    if not isinstance(record, AuditedBase) or not hasattr(record, "history"):
        return ""
    newest = record.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return f'"{newest.hex}"' if newest else ""


def versions_of(records: Sequence[Any]) -> dict[Any, str]:
    """The tags of records of one table, by their keys, with one query."""
    first = records[0] if records else None
    if not isinstance(first, AuditedBase) or not hasattr(type(first), "history"):
        return {}
    history: Any = type(first).history  # type: ignore[attr-defined]
    newest = history.filter(id__in=[record.pk for record in records]).order_by("id", "-history_id").distinct("id")
    return {pk: f'"{version.hex}"' for pk, version in newest.values_list("id", "history_id")}


def was_changed_by_others(record: Any, version: str) -> bool:
    """Whether anybody but this very request has changed the record since the version that is named.

    Asked after the writing, when the record is locked: of two writers with one version the second finds the first.
    """
    since = UUID(version.strip('"'))
    acts = record.history.filter(history_id__gt=since).values_list("act_id", flat=True)
    own = AuditLog.objects.filter(request_id=context.facts().request_id, pk__in=list(acts)).values_list("pk", flat=True)
    return bool(set(acts) - set(own))
