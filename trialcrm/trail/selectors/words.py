"""Fields and values of records in words."""

import uuid
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects.models import Membership
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.trail.domain import Change, Touched

WITHHELD = gettext_lazy("withheld")
# Said by the heading of the line already.
_PLACES = frozenset({"study_id", "site_id", "subject_id"})
EMPTY: tuple[Any, ...] = (None, "", [])
_DAY, _MOMENT = "j M Y", "j M Y H:i"
# Written as text where the log keeps them.
_TYPED = (models.DateField, models.DecimalField, models.BooleanField, models.UUIDField)


@dataclass(frozen=True, slots=True)
class Raw:
    """A change as it is kept: a field of a kind of record, with old and new value.

    What is withheld still shows whether there was a value, unless the log itself keeps that back (`is_sealed`). Who
    reads a coded change does not learn the name of a participant's account.
    """

    model: type[models.Model]
    name: str
    old: Any = None
    new: Any = None
    is_withheld: bool = False
    is_sealed: bool = False
    is_coded: bool = False

    @property
    def field(self) -> Any:
        try:
            return self.model._meta.get_field(self.name)
        except FieldDoesNotExist:
            return None

    @property
    def is_worth_telling(self) -> bool:
        """Where a record belongs is told only when that changed."""
        return self.name not in _PLACES or bool(self.old)


@dataclass(frozen=True, slots=True)
class RawRecord:
    """What one act changed in one record."""

    model: type[models.Model]
    is_new: bool
    changes: list[Raw]


class Wording:
    """Puts changes into words; what they point to is looked up with one query for each kind of record."""

    def __init__(self, records: Iterable[RawRecord], accounts: Iterable[Any] = ()) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for change in (change for record in records for change in record.changes):
            target = getattr(change.field, "related_model", None)
            if target and not change.is_withheld and not change.is_sealed:
                wanted[target] |= {_key(change.field, value) for value in (change.old, change.new) if value}
        self.names = {model: _names(model, keys) for model, keys in wanted.items()}
        wanted[get_user_model()] |= set(accounts)
        self.participants = _participants(wanted)

    def tell(self, record: RawRecord, zone: str) -> Touched:
        kind = capfirst(str(record.model._meta.verbose_name))
        return Touched(kind, record.is_new, [self._say(change, zone) for change in record.changes])

    def _say(self, change: Raw, zone: str) -> Change:
        field = change.field
        label = capfirst(str(field.verbose_name)) if field else change.name
        old, new = (self._shown(change, value, zone) for value in (change.old, change.new))
        return Change(label, old, new)

    def _shown(self, change: Raw, value: Any, zone: str) -> str:
        if change.is_sealed or (change.is_withheld and value not in EMPTY):
            return str(WITHHELD)
        if change.is_coded and value and _key(change.field, value) in self.participants:
            return _("Participant")
        return "" if change.is_withheld else self._value(change.field, value, zone)

    def _value(self, field: Any, value: Any, zone: str) -> str:
        if value is None or value == "":
            return ""
        target = getattr(field, "related_model", None)
        if target:
            return self.names[target].get(_key(field, value), str(value))
        choices = dict(getattr(field, "flatchoices", None) or ())
        if isinstance(value, Hashable) and value in choices:
            return str(choices[value])
        return plain(typed(field, value), zone)


def typed(field: Any, value: Any) -> Any:
    """A value of the log as its field has it."""
    if not isinstance(value, str) or not isinstance(field, _TYPED):
        return value
    try:
        return field.to_python(value)
    except ValidationError:
        return value


def plain(value: Any, zone: str) -> str:
    """A value as people write it; times in the zone."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.date_format(clock.local(value, zone), _MOMENT)
    if isinstance(value, date):
        return formats.date_format(value, _DAY)
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return str(value)


def _key(field: Any, value: Any) -> Any:
    if not isinstance(field, models.ForeignKey):
        return None
    try:
        return field.target_field.to_python(value)
    except ValidationError:
        return value


def _names(model: type[models.Model], keys: set[Any]) -> dict[Any, str]:
    rows = model._base_manager.filter(pk__in=[key for key in keys if isinstance(key, uuid.UUID | int)])
    if any(field.name == "subject" for field in model._meta.fields):
        rows = rows.select_related("subject")
    return {row.pk: str(row) for row in rows}


def _participants(wanted: dict[type[models.Model], set[Any]]) -> frozenset[Any]:
    """Those of the accounts that are a participant's: their names would say who takes part."""
    accounts = next((keys for model, keys in wanted.items() if model._meta.label == settings.AUTH_USER_MODEL), None)
    if not accounts:
        return frozenset()
    rows = Membership.objects.filter(role=Role.PART, user__in=accounts)
    return frozenset(rows.values_list("user", flat=True))
