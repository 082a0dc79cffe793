"""Rows of the log in words, as far as one person may read them."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst

from subjects.models import Site, Study, Subject
from trialcrm.access.roles import Role
from trialcrm.audit.models import AuditLog
from trialcrm.trail.domain import Line

from .sight import Sight, model_of, site_text
from .words import Raw, RawRecord, Wording

SYSTEM_ZONE = "UTC"


class Places(NamedTuple):
    """Names of the studies, sites and subjects that a page of rows belongs to, and the sites' time zones."""

    studies: dict[Any, str]
    sites: dict[Any, str]
    zones: dict[Any, str]
    subjects: dict[Any, str]


def places_of(rows: Sequence[AuditLog]) -> Places:
    """Looked up with three queries. The rows are in their reader's sight, so their places may be named."""
    sites = list(Site.objects.filter(pk__in={row.site_id for row in rows if row.site_id}))
    studies = Study.objects.filter(pk__in={row.study_id for row in rows if row.study_id})
    subjects = Subject.objects.filter(pk__in={row.subject_id for row in rows if row.subject_id})
    return Places(
        studies=dict(studies.values_list("pk", "protocol_id")),
        sites={site.pk: site.number for site in sites},
        zones={site.pk: site.time_zone for site in sites},
        subjects=dict(subjects.values_list("pk", "subject_id")),
    )


def lines_of(sight: Sight, rows: Sequence[AuditLog], *, with_changes: bool = True) -> list[Line]:
    """Lines for rows that are in sight; the number of queries does not grow with the rows."""
    kept = {row.pk: list(_records(sight, row)) if with_changes else [] for row in rows}
    wording = Wording((record for records in kept.values() for record in records), accounts_in(rows))
    places = places_of(rows)
    return [_line(sight, row, kept[row.pk], wording, places) for row in rows]


def _line(sight: Sight, row: AuditLog, records: Iterable[RawRecord], wording: Wording, places: Places) -> Line:
    zone = places.zones.get(row.site_id, SYSTEM_ZONE)
    model = model_of(row.entity_type)
    return Line(
        act=row.pk,
        at=row.at,
        zone=zone,
        action=row.action,
        text=text_of(sight, row, wording),
        who=row.actor_name,
        role=roles_in_words(row.role),
        refused=row.outcome == AuditLog.Outcome.REFUSED,
        refusal=row.payload.get("refused", ""),
        through=row.payload.get("token", ""),
        reason=row.reason if sight.reads_text(row) else "",
        is_reason_withheld=bool(row.reason) and not sight.reads_text(row),
        records=[wording.tell(record, zone) for record in records],
        kind=capfirst(str(model._meta.verbose_name)) if model else "",
        entity_type=row.entity_type,
        entity_id=row.entity_id,
        url=_url(row) if model and sight.reads_story(model, row) else "",
        study=places.studies.get(row.study_id, ""),
        site=places.sites.get(row.site_id, ""),
        subject=places.subjects.get(row.subject_id, ""),
        request_id=row.request_id,
    )


def accounts_in(rows: Sequence[AuditLog]) -> set[Any]:
    """The accounts that rows are about."""
    return {uuid.UUID(row.entity_id) for row in rows if row.entity_type == settings.AUTH_USER_MODEL and row.entity_id}


def text_of(sight: Sight, row: AuditLog, wording: Wording) -> str:
    """What was done; without what it was done to, where that would name a participant or tell of a record that its
    reader may not open.
    """
    names_a_participant = row.entity_id in {str(pk) for pk in wording.participants} and not sight.is_own(row)
    if names_a_participant or sight.is_anonymous(row) or not sight.reads_summary(row):
        return row.summary.partition(": ")[0]
    where = row.payload.get("where")
    return f"{row.summary} ({where})" if where and sight.knows_names(row) else row.summary


def roles_in_words(roles: str) -> str:
    known = {str(role): str(role.label) for role in Role}
    return ", ".join(known.get(role, "") for role in roles.split(",") if role in known)


def _url(row: AuditLog) -> str:
    app, _, name = row.entity_type.lower().partition(".")
    return reverse("trail:record", args=[app, name, row.entity_id])


def _records(sight: Sight, row: AuditLog) -> Iterator[RawRecord]:
    if sight.is_anonymous(row):
        return
    for record in row.payload.get("records", ()):
        model = model_of(record["type"])
        place = _place(record, row)
        if model and sight.reads(model, place):
            coded = not sight.knows_names(place)
            raws = (_raw(model, change, coded) for change in record["changes"])
            told = [raw for raw in raws if raw.is_worth_telling]
            if told:
                yield RawRecord(model, record.get("new", False), told)


def _place(record: dict[str, Any], row: AuditLog) -> AuditLog:
    """Where a record of an act belongs: with the act, where it does not say otherwise or belongs to no study."""
    own = record.get("place")
    return AuditLog(**{name: uuid.UUID(value) for name, value in own.items()}) if own else row


def _raw(model: Any, change: dict[str, Any], coded: bool) -> Raw:
    name = change["field"]
    old, new = change.get("old"), change.get("new")
    hidden, is_sealed = coded and name in site_text(model), change.get("withheld", False)
    return Raw(model, name, old, new, is_withheld=hidden, is_sealed=is_sealed, is_coded=coded)
