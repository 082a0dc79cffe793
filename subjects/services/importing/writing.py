"""Bringing delivered records in: new ones are added, changed ones changed, all others left alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from subjects.domain.importing import Item, Key
from subjects.models import Study
from trialcrm.audit import acts, bulk
from trialcrm.core.decisions import Refused, refused

Records = Mapping[Any, Model]


class Unfit(Refused):
    """A delivered value that its column cannot hold, or that names a record which is not there."""

    def __init__(self, item: Item, name: str, reason: str) -> None:
        self.place, self.variable, self.reason = item.place, item.variables.get(name, name), reason
        super().__init__(refused(f"{item.place}, {self.variable}: {reason}"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the delivered records of one kind, each with the record that holds it now."""

    created: list[tuple[Item, Any]] = field(default_factory=list)
    changed: list[tuple[Item, Any]] = field(default_factory=list)
    unchanged: list[tuple[Item, Any]] = field(default_factory=list)

    def all(self) -> Iterator[tuple[Item, Any]]:
        yield from self.created
        yield from self.changed
        yield from self.unchanged

    def by_key(self) -> dict[Key, Any]:
        return {item.key: record for item, record in self.all()}


def bring_in(model: type[Any], key: tuple[str, ...], items: Iterable[Item], study: Study, **links: Records) -> Outcome:
    """Add or change the records of one kind in one study.

    Args:
        key: the fields that make up the key of an item, as in a lookup (`subject__unique_subject_id`).
        links: for each field that points to another record, the records by their own key.

    Every value is kept in the history with its file and row as the reason. Where nothing differs, nothing is written.

    Raises:
        Unfit: a value does not fit its column, or names a record that is not there.
    """
    related = {name.split("__")[0] for name in key if "__" in name}
    rows = model._default_manager.filter(study=study).select_related(*sorted(related))
    existing = {tuple(_value(record, name) for name in key): record for record in rows}
    found: dict[Key, tuple[Item, Any]] = {}
    for item in items:
        if item.key in found:
            raise Unfit(item, next(iter(item.variables), ""), _("This is there twice."))
        record = existing.get(item.key) or model()
        record.study = study
        take(item, record, links)
        found[item.key] = item, record
    return write(found.values())


def write(found: Iterable[tuple[Item, Any]]) -> Outcome:
    """Write records that carry delivered values, and tell the act under way from which files they come."""
    pairs = list(found)
    places = {record.pk: item.place for item, record in pairs}
    new = {record.pk for _item, record in pairs if record._state.adding}
    bulk.create((record for _item, record in pairs if record.pk in new), lambda record: str(places[record.pk]))
    old = [record for _item, record in pairs if record.pk not in new]
    changed = {record.pk for record in bulk.update(old, lambda record: str(places[record.pk]))}
    outcome = Outcome()
    for item, record in pairs:
        kind = outcome.created if record.pk in new else outcome.changed if record.pk in changed else outcome.unchanged
        kind.append((item, record))
    _tell_act(outcome)
    return outcome


def take(item: Item, record: Any, links: Mapping[str, Records]) -> None:
    """Set the delivered values on a record.

    Raises:
        Unfit: a value does not fit its column, or names a record that is not there.
    """
    for name, value in item.values.items():
        if name in links:
            setattr(record, name, _linked(item, name, value, links[name]))
        else:
            setattr(record, name, _fitting(item, name, value, type(record)))


def _linked(item: Item, name: str, key: Any, records: Records) -> Model | None:
    if key is None:
        return None
    if key not in records:
        raise Unfit(item, name, _("“%(key)s” is not known.") % {"key": key})
    return records[key]


def _fitting(item: Item, name: str, value: Any, model: type[Any]) -> Any:
    if value is None or value == "":
        return value
    try:
        model._meta.get_field(name).clean(value, None)
    except ValidationError as error:
        raise Unfit(item, name, " ".join(error.messages)) from error
    return value


def _value(record: Any, lookup: str) -> Any:
    for part in lookup.split("__"):
        record = getattr(record, part)
    return record


def _tell_act(outcome: Outcome) -> None:
    facts = acts.here().facts
    files = facts.setdefault("files", {})
    for item, _record in outcome.all():
        files.setdefault(item.place.file, item.place.sha256)
    facts["unchanged"] = facts.get("unchanged", 0) + len(outcome.unchanged)
