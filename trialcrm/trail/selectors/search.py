"""Finding rows of the log: by subject, person, act, kind of record, day and outcome."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from subjects import selectors as subjects
from subjects.models import Site
from trialcrm.audit.acts import SAID
from trialcrm.audit.models import AuditedBase, AuditLog

from .lines import SYSTEM_ZONE
from .sight import Sight

SUBJECTS_AT_MOST = 200

# Every name once, by jumping from one to the next in the index instead of reading the whole log.
ACTIONS = """
WITH RECURSIVE name(action) AS (
    (SELECT action FROM audit_auditlog ORDER BY action LIMIT 1)
    UNION ALL
    SELECT (SELECT log.action FROM audit_auditlog log WHERE log.action > name.action ORDER BY log.action LIMIT 1)
    FROM name WHERE name.action IS NOT NULL
)
SELECT action FROM name WHERE action IS NOT NULL
"""


class Wanted(NamedTuple):
    """What to find; empty parts ask for nothing. Days are whole days in `zone`, both included."""

    subject: str = ""
    person: str = ""
    action: str = ""
    kind: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"


def rows_in_sight(sight: Sight, wanted: Wanted) -> QuerySet[AuditLog]:
    """Rows that the person may read and that match."""
    rows = _matching(sight, sight.rows(), wanted)
    return rows.filter(subject_id__in=_subjects(sight.user, wanted.subject)) if wanted.subject.strip() else rows


def rows_of_subject(sight: Sight, subject: uuid.UUID, wanted: Wanted) -> QuerySet[AuditLog]:
    """Everything about one subject, which the person may see, that matches."""
    return _matching(sight, AuditLog.objects.filter(subject_id=subject), wanted)


def _matching(sight: Sight, rows: QuerySet[AuditLog], wanted: Wanted) -> QuerySet[AuditLog]:
    exact = {"action": wanted.action, "entity_type": wanted.kind, "outcome": wanted.outcome}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since, wanted.zone))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1), wanted.zone))
    return rows.filter(_by(wanted.person)) if wanted.person.strip() else rows


def _by(person: str) -> Q:
    return Q(actor_name__icontains=person.strip())


def zone_of(user: Any) -> str:
    """The zone in which a person reads times of several places: their own, or that of all their sites, or UTC."""
    sites = Site.objects.visible_to(user).order_by().values_list("time_zone", flat=True).distinct()
    own = getattr(user, "time_zone", "")
    zones = [own] if own else list(sites[:2])
    return zones[0] if len(zones) == 1 else SYSTEM_ZONE


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))


def _subjects(user: Any, words: str) -> list[uuid.UUID]:
    """Subjects whose id, or name for those who may know it, holds the words."""
    found = subjects.matching(user, subjects.subject_list(user), words)
    return list(found.values_list("pk", flat=True)[:SUBJECTS_AT_MOST])


def people_of(rows: QuerySet[AuditLog]) -> list[str]:
    """Who acted in the rows, by name as it was then."""
    return sorted(set(rows.order_by().values_list("actor_name", flat=True).distinct()))


def actions() -> list[tuple[str, str]]:
    """Every act that the log knows, with its words."""
    with connection.cursor() as cursor:
        cursor.execute(ACTIONS)
        names = [name for (name,) in cursor.fetchall()]
    return sorted(((name, str(SAID.get(name) or _spoken(name))) for name in names), key=lambda pair: pair[1])


def _spoken(action: str) -> str:
    return capfirst(action.replace(".", ": ").replace("-", " "))


def kinds() -> list[tuple[str, str]]:
    """Every kind of record that has a story, with its word."""
    models: Iterable[Any] = (model for model in apps.get_models() if issubclass(model, AuditedBase))
    pairs = ((model._meta.label, capfirst(str(model._meta.verbose_name))) for model in models)
    return sorted(pairs, key=lambda pair: pair[1])
