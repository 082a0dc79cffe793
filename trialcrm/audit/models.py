"""The log, the ledger, and the base of every record whose history is kept.

`AuditLog` says who meant what and why. History tables (django-simple-history) say what each row was. Both are
append-only in the database itself; `LedgerEntry` and `LedgerSeal` make any alteration provable.
"""

from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from functools import cache, partial
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.signals import ModelSignal
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused
from trialcrm.core.ids import new_id

from . import acts
from .changes import changed_untracked, changes_of, mutable_fields, stored_values
from .querysets import AuditedQuerySet


class AuditLog(models.Model):
    """One act, or one refusal, by one person or by the portal itself (21 CFR 11.10(e), ICH E6(R3) 4.2.2)."""

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.TextField()
    role = models.CharField(max_length=80, blank=True)
    action = models.CharField(max_length=80)
    entity_type = models.CharField(max_length=80, blank=True)
    entity_id = models.CharField(max_length=64, blank=True)
    study_id = models.UUIDField(null=True)
    site_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    summary = models.TextField()
    reason = models.TextField(blank=True)
    payload = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.DONE)
    request_id = models.UUIDField(null=True)
    address_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["entity_type", "entity_id", "-id"], name="audit_by_entity"),
            models.Index(fields=["subject_id", "-id"], name="audit_by_subject"),
            models.Index(fields=["site_id", "-id"], name="audit_by_site"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return self.summary


class LedgerEntry(models.Model):
    """The digest of one row of an append-only table, written by the database as the row is inserted."""

    id = models.BigAutoField(primary_key=True)
    transaction_id = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    columns = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["transaction_id", "id"], name="ledger_in_order"),
            models.Index(fields=["table_name", "row_id"], name="ledger_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class LedgerSeal(models.Model):
    """Closes the ledger up to a transaction and is chained to the seal before it."""

    id = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField(default=clock.now)
    from_transaction = models.BigIntegerField()
    to_transaction = models.BigIntegerField()
    entries = models.IntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"seal {self.id}"


class HistoryFacts(models.Model):
    """What each history row adds to simple-history's own columns: the act that made it."""

    act_id = models.UUIDField(null=True, db_index=True)

    class Meta:
        abstract = True


class KeptHistory(HistoryManager):
    """The manager of a history; its class, which the library makes anew at each access, is made once."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[models.QuerySet[Any]], class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


def kept_history(**options: Any) -> HistoricalRecords:
    """A history manager with the portal's settings."""
    return HistoricalRecords(
        bases=[HistoryFacts],
        history_manager=KeptHistory,
        history_id_field=models.UUIDField(default=new_id),
        history_change_reason_field=models.TextField(null=True),
        user_db_constraint=False,
        **options,
    )


@receiver(pre_create_historical_record)
def _bind_to_act(sender: ModelSignal, history_instance: Any, **kwargs: Any) -> None:
    act = acts.here()
    history_instance.act_id = act.id
    history_instance.history_date = act.at
    history_instance.history_change_reason = act.reason or None
    history_instance.history_user_id = act.actor.pk


class AuditedBase(models.Model):
    """A record that is written only in the course of a recorded act and never deleted.

    Saving without a change writes nothing, and a save writes only what changed. `IDENTIFYING` names the fields whose
    values never enter the log; `UNTRACKED` those whose changes are not part of the trail (each with its reason where it
    is declared).
    """

    IDENTIFYING: ClassVar[frozenset[str]] = frozenset()
    UNTRACKED: ClassVar[frozenset[str]] = frozenset()
    # Values as the database holds them, by column; never changed in place, because copies of a record share it.
    _stored: dict[str, Any] = {}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Write what changed, with a history row that is bound to the act under way.

        Raises:
            UnrecordedWrite: there is no act.
            TypeError: history was to be left out.
        """
        if args or "skip_history_when_saving" in self.__dict__:
            raise TypeError("Options of save() are named, and history is never left out.")
        self.derive()
        wanted = options.get("update_fields")
        changes = [change for change in self.changes() if _is_wanted(self, change["field"], wanted)]
        if self._state.adding:
            self._write(changes, None, options)
            return
        untracked = changed_untracked(self, wanted)
        if changes:
            self.updated_at = acts.here().at
            names = {*(change["field"] for change in changes), *untracked, "updated_at"}
            self._write(changes, names, {**options, "update_fields": names})
        elif untracked:
            self._write_untracked(untracked)

    @classmethod
    def from_db(cls, db: Any, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        record = super().from_db(db, field_names, values, **options)
        record._stored = stored = dict(zip(field_names, values, strict=False))
        for name in mutable_fields(cls) & stored.keys():
            stored[name] = deepcopy(stored[name])
        return record

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        self._remember(None if fields is None else set(fields))

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise Refused(refused(_("Nothing that was recorded is ever deleted.")))

    def derive(self) -> None:
        """Fill in columns that follow from other records; called before every write, one by one or in bulk."""

    def changes(self) -> list[acts.Change]:
        """The tracked fields whose values differ from what is stored, with old and new value.

        Raises:
            TypeError: a value is a database expression; the trail must say what was written.
        """
        return changes_of(self)

    def _write(self, changes: list[acts.Change], names: set[str] | None, options: dict[str, Any]) -> None:
        act, forget = acts.here(), self.forgetting()
        super().save(**options)
        act.written.append(acts.Written(self, changes, is_new=names is None))
        self.note_written(act, names, forget)

    def _write_untracked(self, names: set[str]) -> None:
        self.skip_history_when_saving = True
        try:
            super().save(update_fields=names)
        finally:
            del self.skip_history_when_saving
        self._remember(names)

    def note_written(self, act: acts.Act, names: set[str] | None, forget: Callable[[], None]) -> None:
        """Take the named fields (None: all) as stored, until the act is undone. For this package's own writers."""
        self._remember(names)
        act.undo.append(forget)

    def forgetting(self) -> Callable[[], None]:
        """What brings the record in memory back to how it stands now, for an act that is undone."""
        return partial(self._forget, self._stored, self._state.adding)

    def _forget(self, stored: dict[str, Any], adding: bool) -> None:
        self._stored, self._state.adding = stored, adding

    def _remember(self, names: set[str] | None) -> None:
        self._stored = {**self._stored, **stored_values(self, names)}


def _is_wanted(record: AuditedBase, attname: str, wanted: Iterable[str] | None) -> bool:
    return wanted is None or not {attname, record._meta.get_field(attname).name}.isdisjoint(wanted)


class AuditedModel(AuditedBase):
    history = kept_history(inherit=True)

    class Meta:
        abstract = True
