"""The story of one record: every version with who, when, what and why, and every act about it that changed nothing."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.http import Http404, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from trialcrm.audit import log
from trialcrm.audit.models import AuditedBase, AuditLog
from trialcrm.core import crypto
from trialcrm.core.decisions import require
from trialcrm.core.paging import Order, Page, page_of
from trialcrm.trail import policies
from trialcrm.trail.domain import Line

from .lines import SYSTEM_ZONE, lines_of
from .sight import Sight, is_scoped, model_of, site_text
from .words import EMPTY, Raw, RawRecord, Wording

NEWEST = Order(("-id",))
STORY_SIZE = 25
ERASED = _("erased")
# Written by the portal on every save; not part of the story.
_OWN_FIELDS = frozenset({"id", "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Story:
    """One page of the story of one record, newest first."""

    record: AuditedBase
    kind: str
    url: str
    zone: str
    page: Page[AuditLog]
    lines: list[Line]


def story_of(user: Any, label: str, pk: uuid.UUID, query: QueryDict) -> Story:
    """The story of a record that the person may see now. Identities are shown in clear to those who may see them.

    Raises:
        Http404: there is no such record in the person's sight.
        Refused: the person may see the record and not its history.
    """
    model, sight = _readable(label), Sight(user)
    record = _found(model, user, pk)
    if sight.hides(record):
        raise Http404
    require(policies.read_story(user, record))
    page = page_of(_acts_on(model, record), NEWEST, query, STORY_SIZE)
    versions = _versions(model, record, [row.pk for row in page.rows])
    return Story(
        record=record,
        kind=capfirst(str(model._meta.verbose_name)),
        url=record.get_absolute_url() if hasattr(record, "get_absolute_url") else "",
        zone=_zone(record),
        page=page,
        lines=_told(sight, record, page.rows, versions),
    )


def _readable(label: str) -> type[AuditedBase]:
    model = model_of(label)
    if model is None or not is_scoped(model):
        raise Http404
    return model


def _found(model: Any, user: Any, pk: uuid.UUID) -> Any:
    names = {field.name for field in model._meta.fields}
    near = [name for name in ("study", "site", "subject") if name in names]
    record = model.objects.visible_to(user).select_related(*near).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def _zone(record: Any) -> str:
    place = record if hasattr(record, "time_zone") else getattr(record, "site", None)
    return getattr(place, "time_zone", SYSTEM_ZONE)


def _acts_on(model: Any, record: AuditedBase) -> Any:
    wrote = model.history.filter(id=record.pk).values("act_id")
    return AuditLog.objects.filter(Q(entity_type=model._meta.label, entity_id=str(record.pk)) | Q(pk__in=wrote))


@dataclass(frozen=True, slots=True)
class Step:
    """What one act made of a record: the version before (None: it was new) and the last one after."""

    before: Any
    after: Any


def _versions(model: Any, record: AuditedBase, acts: list[uuid.UUID]) -> dict[uuid.UUID, Step]:
    """The steps that the acts made, by act; two queries."""
    history = model.history.filter(id=record.pk)
    earlier = history.filter(history_id__lt=OuterRef("history_id")).order_by("-history_id")
    rows = list(
        history.filter(act_id__in=acts)
        .annotate(before_id=Subquery(earlier.values("history_id")[:1]))
        .order_by(F("history_id"))
    )
    known = {row.pk: row for row in rows} | history.in_bulk([row.before_id for row in rows if row.before_id])
    by_act: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_act[row.act_id].append(row)
    return {act: Step(known.get(made[0].before_id), made[-1]) for act, made in by_act.items()}


def _told(sight: Sight, record: Any, rows: list[AuditLog], steps: dict[uuid.UUID, Step]) -> list[Line]:
    """The acts' lines with what they made of this record; what they made of others is told there."""
    clear, zone = _Clear(sight, record), _zone(record)
    made = {act: clear.record_of(step) for act, step in steps.items()}
    wording = Wording(made.values())
    told = []
    for line, row in zip(lines_of(sight, rows, with_changes=False), rows, strict=True):
        reason = steps[row.pk].after.history_change_reason or "" if row.pk in steps else row.reason
        reads = sight.reads_text(row)
        told.append(
            replace(
                line,
                zone=zone,
                url="",
                reason=reason if reads else "",
                is_reason_withheld=bool(reason) and not reads,
                records=[wording.tell(made[row.pk], zone)] if row.pk in made else [],
            )
        )
    return told


class _Clear:
    """Reads versions of one record as its reader may: sealed values are opened, free text may be held back."""

    def __init__(self, sight: Sight, record: Any) -> None:
        self.model: Any = type(record)
        self.record = record
        self.sealed = frozenset(getattr(self.model, "SEALED", ()))
        self.is_coded = not sight.knows_names(record)
        self.hidden = site_text(self.model) if self.is_coded else frozenset()
        self.key = self._key(sight) if self.sealed else None

    def _key(self, sight: Sight) -> bytes | None:
        log.note("identity.history-read", _("History of the identity read"), by=sight.user, about=self.record)
        try:
            return crypto.unwrap(self.record.subject.key.wrapped)
        except (crypto.Unreadable, AttributeError):
            return None

    def record_of(self, step: Step) -> RawRecord:
        return RawRecord(self.model, step.before is None, list(self._changes(step)))

    def _changes(self, step: Step) -> Iterator[Raw]:
        for name in self._names():
            old, new = self._value(step.before, name), self._value(step.after, name)
            if old == new or (step.before is None and new in EMPTY):
                continue
            raw = Raw(self.model, name, old, new, is_withheld=name in self.hidden, is_coded=self.is_coded)
            if raw.is_worth_telling:
                yield raw

    def _names(self) -> Iterable[str]:
        tracked = [field.attname for field in self.model.history.model.tracked_fields]
        skipped = _OWN_FIELDS | (self.model.IDENTIFYING - self.sealed)
        return [name for name in tracked if name not in skipped]

    def _value(self, version: Any, name: str) -> Any:
        value = getattr(version, name, None)
        if name not in self.sealed or not value:
            return value
        if self.key is None:
            return str(ERASED)
        try:
            return version.instance.open(self.key, name)
        except crypto.Unreadable:
            return str(ERASED)
