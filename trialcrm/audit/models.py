"""The log, the ledger, and the base of every record whose history is kept.

`AuditLog` says who meant what and why. History tables (django-simple-history) say what each row was. Both are
append-only in the database itself; `LedgerEntry` and `LedgerSeal` make any alteration provable.
"""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.signals import ModelSignal
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused
from trialcrm.core.ids import new_id

from . import acts

JSON = dict[str, Any]


class AuditLog(models.Model):
    """One act, or one refusal, by one person or by the portal itself (21 CFR 11.10(e), ICH E6(R3) 4.2.2)."""

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.TextField()
    role = models.CharField(max_length=20, blank=True)
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


def kept_history(**options: Any) -> HistoricalRecords:
    """A history manager with the portal's settings."""
    return HistoricalRecords(
        bases=[HistoryFacts],
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

    Saving without a change writes nothing. `IDENTIFYING` names the fields whose values never enter the log;
    `UNTRACKED` those whose changes are not part of the trail (each with its reason where it is declared).
    """

    IDENTIFYING: ClassVar[frozenset[str]] = frozenset()
    UNTRACKED: ClassVar[frozenset[str]] = frozenset()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        record = super().from_db(db, field_names, values)
        record._stored = dict(zip(field_names, values, strict=False))
        return record

    def changes(self) -> list[JSON]:
        """The tracked fields whose values differ from what is stored, with old and new value."""
        stored = self.__dict__.get("_stored", {})
        return [
            {"field": name, **self._shown(name, stored.get(name), value)}
            for name, value in self._tracked_values()
            if self._state.adding or (name in stored and stored[name] != value)
        ]

    def _tracked_values(self) -> list[tuple[str, Any]]:
        skipped = {"id", "created_at", "updated_at"} | self.UNTRACKED
        names = [field.attname for field in self._meta.concrete_fields if field.attname not in skipped]
        return [(name, self.__dict__[name]) for name in names if name in self.__dict__]

    def _shown(self, name: str, old: Any, new: Any) -> JSON:
        if name.removesuffix("_id") in self.IDENTIFYING or name in self.IDENTIFYING:
            return {"withheld": True}
        return {"old": _plain(old), "new": _plain(new)}

    def save(self, *args: Any, **kwargs: Any) -> None:
        changes = self.changes()
        if not self._state.adding:
            if not changes:
                self._save_untracked(*args, **kwargs)
                return
            self.updated_at = acts.here().at
            kwargs = {**kwargs, "update_fields": [*(change["field"] for change in changes), "updated_at"]}
        act = acts.here()
        super().save(*args, **kwargs)
        act.written.append((self, changes))
        self._remember()

    def _save_untracked(self, *args: Any, **kwargs: Any) -> None:
        names = self.UNTRACKED & set(kwargs.get("update_fields") or self.UNTRACKED)
        if names:
            self.skip_history_when_saving = True
            try:
                super().save(update_fields=sorted(names))
            finally:
                del self.skip_history_when_saving

    def _remember(self) -> None:
        self._stored = {field.attname: self.__dict__.get(field.attname) for field in self._meta.concrete_fields}

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Refused(refused(_("Nothing that was recorded is ever deleted.")))


class AuditedModel(AuditedBase):
    history = kept_history(inherit=True)

    class Meta:
        abstract = True


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
