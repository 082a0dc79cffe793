"""Values of a record in words, for readers who know participants by their ids alone."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from subjects.models import Membership
from trialcrm.access.roles import Role
from trialcrm.core.templatetags.show import day, moment

from .fields import shown_fields

#: Says where a record stands in the console; nothing for what has no page there.
UrlOf = Callable[[models.Model], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """Puts values into words. Accounts of participants have no name here."""

    participants: frozenset[uuid.UUID]

    def words(self, record: Any, name: str) -> Any:
        """A value as a page shows it."""
        field = record._meta.get_field(name)
        value = getattr(record, field.attname)
        if value in (None, "", []):
            return "—"
        if isinstance(field, models.ForeignKey):
            return self._related(record, field)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field.choices:
            return getattr(record, f"get_{name}_display")()
        return _plain_words(record, field, value)

    def coded(self, record: Any, name: str) -> Any:
        """A value as a file has it: codes and ISO 8601."""
        field = record._meta.get_field(name)
        value = getattr(record, field.attname)
        if isinstance(field, models.ForeignKey):
            return self._related(record, field) if value else ""
        if isinstance(value, list):
            return " ".join(map(str, value))
        return value.isoformat() if isinstance(value, datetime) else value

    def url(self, record: Any, name: str, url_of: UrlOf) -> str:
        """Where the record that a field points to stands in the console."""
        field = record._meta.get_field(name)
        if not isinstance(field, models.ForeignKey) or _is_person(field) or not getattr(record, field.attname):
            return ""
        return url_of(getattr(record, name))

    def _related(self, record: Any, field: Any) -> str:
        if _is_person(field) and getattr(record, field.attname) in self.participants:
            return _("Participant")
        return str(getattr(record, field.name))


def _plain_words(record: Any, field: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value, _zone(record))
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        words = dict(getattr(field, "base_field", field).choices or ())
        return ", ".join(str(words.get(item, item)) for item in value)
    return value


def _zone(record: Any) -> str:
    place = record if hasattr(record, "time_zone") else getattr(record, "site", None)
    return getattr(place, "time_zone", None) or "UTC"


def _is_person(field: Any) -> bool:
    return isinstance(field, models.ForeignKey) and field.related_model._meta.label == settings.AUTH_USER_MODEL


def wording(records: Iterable[Any]) -> Wording:
    """The words for some records, after one query that tells participants' accounts from those of staff."""
    people = {
        getattr(record, field.attname)
        for record in records
        for field in record._meta.concrete_fields
        if _is_person(field)
    }
    return Wording(participants_among(people))


def file_of(rows: QuerySet[Any], order: Sequence[str]) -> tuple[list[str], Iterator[list[Any]]]:
    """All the records as a table of coded values: one column for each field that the console shows."""
    model: Any = rows.model
    names = shown_fields(model)
    everybody = Wording(frozenset(Membership.objects.filter(role=Role.PART).values_list("user", flat=True)))
    lines = (
        [str(row.pk), *(everybody.coded(row, name) for name in names)]
        for row in rows.order_by(*order).iterator(chunk_size=1000)
    )
    return ["id", *names], lines


def participants_among(people: Iterable[Any]) -> frozenset[uuid.UUID]:
    """Those of the accounts that were given to a participant; staff may be assigned to one as well, and have names."""
    rows = Membership.objects.filter(role=Role.PART, user__in=[pk for pk in people if pk])
    return frozenset(rows.values_list("user", flat=True))
