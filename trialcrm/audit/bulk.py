"""Writing many audited records in a few statements, each with its history row, inside a recorded act.

Of an import and the like, the log says how many records of each kind were created and changed; every value is in the
history, with the act, its date, its person and a reason for each record. Of a handful it may tell each value too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import transaction

from . import acts
from .models import AuditedBase

R = TypeVar("R", bound=AuditedBase)
ReasonOf = Callable[[Any], str]
BATCH = 500


def create(records: Iterable[R], reason_of: ReasonOf | None = None, *, told: bool = False) -> list[R]:
    """Insert new records with their history, kind by kind in the order given.

    Args:
        records: unsaved records; those that others point to come first.
        reason_of: the reason to keep with each record, for example file and row; the act's own where not given.
        told: whether the log names each record with its values, as if it were saved by itself, or only counts them.

    Raises:
        UnrecordedWrite: there is no act.
    """
    acts.here()
    made = list(records)
    with transaction.atomic():
        for rows in _alike(made, type):
            for record in rows:
                record.derive()
            with _Writing(rows, "created", reason_of, told=told) as writing:
                writing.queryset.bulk_create(rows, BATCH)
    return made


def update(records: Iterable[R], reason_of: ReasonOf | None = None) -> list[R]:
    """Write those records that changed, only the fields that changed, with their history.

    Fields outside of the trail are left alone. Returns the records that were written.

    Raises:
        UnrecordedWrite: there is no act.
    """
    act = acts.here()
    rows = list(records)
    changed = {id(record): names for record in rows if (names := _changed_fields(record))}
    found = [record for record in rows if id(record) in changed]
    with transaction.atomic():
        for group in _alike(found, lambda record: (type(record), changed[id(record)])):
            names = changed[id(group[0])] | {"updated_at"}
            with _Writing(group, "changed", reason_of, names) as writing:
                for record in group:
                    record.updated_at = act.at
                writing.queryset.bulk_update(group, sorted(names), BATCH)
    return found


def _changed_fields(record: AuditedBase) -> frozenset[str]:
    record.derive()
    return frozenset(change["field"] for change in record.changes())


def _alike(records: Iterable[R], key: Callable[[R], Any]) -> Iterable[list[R]]:
    groups: dict[Any, list[R]] = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    return groups.values()


class _Writing:
    """Around one statement that writes records of one kind: adds their history, and tells the act."""

    def __init__(
        self,
        rows: list[Any],
        what: str,
        reason_of: ReasonOf | None,
        names: frozenset[str] | None = None,
        told: bool = False,
    ) -> None:
        self.act, self.rows, self.what, self.reason_of, self.names = acts.here(), rows, what, reason_of, names
        self.told = [acts.Written(record, record.changes(), is_new=names is None) for record in rows if told]
        self.model: Any = type(rows[0])
        self.queryset = self.model._base_manager.all()

    def __enter__(self) -> "_Writing":
        self.forgetting = [record.forgetting() for record in self.rows]
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            self._keep_history()
            self._tell_act()

    def _keep_history(self) -> None:
        history = self.model.history.model
        columns = [field.attname for field in history.tracked_fields]
        act, reason_of = self.act, self.reason_of
        history.objects.bulk_create(
            (
                history(
                    act_id=act.id,
                    history_date=act.at,
                    history_type="+" if self.names is None else "~",
                    history_user_id=act.actor.pk,
                    history_change_reason=(reason_of(record) if reason_of else act.reason) or None,
                    **{name: getattr(record, name) for name in columns},
                )
                for record in self.rows
            ),
            BATCH,
        )

    def _tell_act(self) -> None:
        self.act.written.extend(self.told)
        if not self.told:
            counts = self.act.counts.setdefault(self.model._meta.label, {})
            counts[self.what] = counts.get(self.what, 0) + len(self.rows)
            self.act.written_in_bulk.extend(self.rows)
        names = None if self.names is None else set(self.names)
        for record, forget in zip(self.rows, self.forgetting, strict=True):
            record.note_written(self.act, names, forget)
