"""Numbers of events."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from safety.domain.assessments import BANDS, RELATEDNESS, Causality
from safety.domain.events import CONFIRMED, EventStatus
from safety.models import AdverseEvent
from subjects.models import Study
from subjects.selectors import Focus


@dataclass(frozen=True, slots=True)
class Matrix:
    """Events by highest severity (rows) and by causality (columns); each cell has what a list is filtered by."""

    columns: list[str]
    rows: list[tuple[str, list[tuple[int, str]]]]
    total: int


def relatedness(user: Any, focus: Focus) -> Matrix:
    """Confirmed events in the focus by severity and relatedness; what was not judged yet has its own column."""
    rows = AdverseEvent.objects.visible_to(user).counted().filter(site__in=focus.site_ids)
    counts = _counts(rows.values_list("max_severity", "causality").annotate(Count("pk")).order_by())
    groups = [*RELATEDNESS.items(), ("", frozenset({""}))]
    labels = [str(Causality(name).label) if name else _("Not judged") for name, _group in groups]
    lines = [
        (
            str(band.label),
            [
                (
                    sum(counts.get((s, c), 0) for s in severities for c in group),
                    f"severity={band}&causality={name or 'none'}",
                )
                for name, group in groups
            ],
        )
        for band, severities in BANDS.items()
    ]
    return Matrix(labels, lines, sum(counts.values()))


def _counts(found: Iterable[Any]) -> dict[tuple[str, str], int]:
    return {(severity, causality): number for severity, causality, number in found}


def events_by_severity(user: Any, study: Study) -> list[dict[str, Any]]:
    """Confirmed events of one study by highest severity, all and serious ones, with the subjects that had them."""
    rows = AdverseEvent.objects.visible_to(user).counted().filter(study=study)
    found = rows.aggregate(**{
        f"{band.name}_{name}": count
        for band, severities in BANDS.items()
        for name, count in _three(Q(max_severity__in=severities))
    })  # fmt: skip
    return [
        {
            "severity": band.value,
            "label": str(band.label),
            "events": found[f"{band.name}_events"],
            "serious": found[f"{band.name}_serious"],
            "subjects": found[f"{band.name}_subjects"],
        }
        for band in BANDS
    ]


def _three(condition: Q) -> list[tuple[str, Count]]:
    return [
        ("events", Count("pk", filter=condition)),
        ("serious", Count("pk", filter=condition & Q(is_serious=True))),
        ("subjects", Count("subject", filter=condition, distinct=True)),
    ]


def event_counts(user: Any, site_ids: Iterable[uuid.UUID]) -> dict[str, int]:
    """How many events the chips of the list would show."""
    rows = AdverseEvent.objects.visible_to(user).filter(site__in=list(site_ids))
    return rows.aggregate(
        all=Count("pk"),
        serious=Count("pk", filter=Q(is_serious=True, status__in=CONFIRMED)),
        draft=Count("pk", filter=Q(status=EventStatus.DRAFT)),
        under_review=Count("pk", filter=Q(status=EventStatus.UNDER_REVIEW)),
        follow_up=Count("pk", filter=Q(status=EventStatus.FOLLOW_UP)),
    )
