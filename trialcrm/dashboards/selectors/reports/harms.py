"""Adverse events by severity and seriousness, of all arms together."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from safety.domain.assessments import BANDS, Severity
from safety.domain.events import CONFIRMED
from safety.domain.permissions import Perm
from safety.models import AdverseEvent
from safety.selectors import event_list
from subjects.models import Subject
from subjects.selectors import subject_list
from trialcrm.access.scope import scope_of
from trialcrm.core.figures import Bar, bars

from .place import Place

PREFIX = "events"
#: The people who had them.
PEOPLE = "harmed"
NOT_GRADED = "not-graded"
ALL, SERIOUS, OTHER = "all", "serious", "other"
KINDS = {ALL: Q(), SERIOUS: Q(is_serious=True), OTHER: Q(is_serious=False)}


@dataclass(frozen=True, slots=True)
class Row:
    """Events of one highest severity: all, serious, not serious (each with a link), and how many people had them."""

    label: str
    cells: list[tuple[int, str]]
    people: int
    people_url: str


@dataclass(frozen=True, slots=True)
class Events:
    """The table, and its first column as bars."""

    rows: list[Row]
    bars: list[Bar]


def may_see(place: Place) -> bool:
    return scope_of(place.user).anywhere(Perm.VIEW_EVENT)


def events(place: Place) -> Events | None:
    """Confirmed events by highest severity, never by arm (ICH E9 2.3.1); nothing for who may not see events."""
    if not may_see(place):
        return None
    rows = _table(place)
    return Events(rows, bars((row.label, *row.cells[0]) for row in rows[:-1]))


def _table(place: Place) -> list[Row]:
    severities = {**{band.value: _in_band(band.value) for band in BANDS}, NOT_GRADED: _in_band(NOT_GRADED), ALL: Q()}
    counted = {
        f"{severity}_{kind}": Count("pk", filter=condition & also)
        for severity, condition in severities.items()
        for kind, also in KINDS.items()
    }
    people = {
        f"{severity}_people": Count("subject", filter=condition, distinct=True)
        for severity, condition in severities.items()
    }
    found = _rows(place).aggregate(**counted, **people)
    return [
        Row(
            severity_in_words(severity),
            [(found[f"{severity}_{kind}"], place.url(f"{PREFIX}:{severity}:{kind}")) for kind in KINDS],
            found[f"{severity}_people"],
            place.url(f"{PEOPLE}:{severity}"),
        )
        for severity in severities
        if severity != NOT_GRADED or found[f"{severity}_{ALL}"]
    ]


def _rows(place: Place) -> QuerySet[AdverseEvent]:
    return event_list(place.user).filter(site__in=place.site_ids, status__in=CONFIRMED).select_related(None)


def _in_band(severity: str) -> Q:
    if severity == NOT_GRADED:
        return Q(max_severity="")
    return Q(max_severity__in=BANDS[Severity(severity)])


def severity_in_words(severity: str) -> str:
    words = {ALL: _("All events"), NOT_GRADED: _("Not graded")}
    return words.get(severity) or str(Severity(severity).label)


def events_under(place: Place, key: str) -> QuerySet[AdverseEvent] | None:
    """The events behind a number; None when there is no such number."""
    severity, _colon, kind = key.partition(":")
    known = {ALL, NOT_GRADED, *(band.value for band in BANDS)}
    if severity not in known or kind not in KINDS:
        return None
    rows = _rows(place).filter(KINDS[kind])
    return rows if severity == ALL else rows.filter(_in_band(severity))


def people_under(place: Place, key: str) -> QuerySet[Subject] | None:
    """Who had the events of a row; None when there is no such row."""
    rows = events_under(place, f"{key}:{ALL}")
    if rows is None:
        return None
    return subject_list(place.user).filter(pk__in=list(rows.values_list("subject", flat=True))).select_related(None)


def people_title_of(key: str) -> str:
    return _("Participants with events: %(events)s") % {"events": severity_in_words(key)}


def title_of(key: str) -> str:
    severity, _colon, kind = key.partition(":")
    kinds = {ALL: "", SERIOUS: _("serious"), OTHER: _("not serious")}
    return ", ".join(filter(None, [severity_in_words(severity), kinds[kind]]))
