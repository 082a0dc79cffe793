"""The signatures under a record, and whether they still hold."""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from trialcrm.core.templatetags.show import day, moment
from trialcrm.users.domain.signatures import Change, Item, changes_since, digest_of
from trialcrm.users.models import Signature


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature with what has changed since; no changes means that it holds."""

    signature: Signature
    changes: list[Change]


def content_of(record: Any) -> list[Item]:
    """What is signed of a record: its `signed_content()`, or the fields that it names in `SIGNED`, in that order."""
    own = getattr(record, "signed_content", None)
    return list(own()) if own else [item_of(record, name) for name in record.SIGNED]


def item_of(record: Any, name: str) -> Item:
    """One field of a record as a line to sign: the stored value, and the words that a page shows."""
    field = record._meta.get_field(name)
    value = getattr(record, field.attname)
    return Item(name, capfirst(str(field.verbose_name)), _plain(value), _shown(record, field, value))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool) else json.loads(json.dumps(value, default=str))


def _shown(record: Any, field: Any, value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.ForeignKey):
        return str(getattr(record, field.name))
    if field.choices:
        return str(getattr(record, f"get_{field.name}_display")())
    return _in_words(record, value)


def _in_words(record: Any, value: Any) -> str:
    if isinstance(value, datetime.datetime):
        site = getattr(record, "site", None)
        return str(moment(value, site.time_zone if site else "UTC"))
    if isinstance(value, datetime.date):
        return str(day(value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def digest_of_record(record: Any) -> str:
    """The digest of what a page shows of the record for signing, now."""
    return digest_of(f"{record._meta.label} {record.pk}", content_of(record))


def _under(record: Any) -> models.QuerySet[Signature]:
    # Whoever sees the record sees who signed it: a signature has to be readable with it (21 CFR 11.50(b)).
    return Signature.objects.filter(entity_type=record._meta.label, entity_id=record.pk)


def signatures_of(record: Any) -> list[Signed]:
    """Every signature under a record that the caller may see, the first one first, with what changed since each."""
    found = list(_under(record))
    now = content_of(record) if found else []
    return [Signed(item, changes_since(item.items, now)) for item in found]


def last_signature(record: Any, meaning: str) -> Signature | None:
    """The newest signature with that meaning under the record."""
    return _under(record).filter(meaning=meaning).order_by("-signed_at", "-id").first()


def is_valid(signature: Signature, record: Any) -> bool:
    """Whether the record is still as it was signed."""
    return not changes_since(signature.items, content_of(record))
