"""The records behind a number of the report: exactly those that were counted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.audit.log import note
from trialcrm.core.paging import Order

from . import doses, harms, people, visits
from .place import Place


class Record(NamedTuple):
    """One line: where it is, whose it is, what it is, its date as it is known, and how it stands."""

    url: str
    participant: str
    site: str
    what: str
    when: str
    status: str


class Kind(NamedTuple):
    """A kind of record: how those behind a number are found, what they have in common, their order, and a line."""

    under: Callable[[Place, str], QuerySet[Any] | None]
    title_of: Callable[[str], str]
    order: Order
    related: tuple[str, ...]
    line: Callable[[Any], Record]


def _person(subject: Any) -> Record:
    on = _day(subject.ended_on or subject.first_dose_on or subject.consented_on)
    what = people.reason_in_words(subject.end_reason) if subject.end_reason else ""
    state = str(subject.get_state_display())
    return Record(subject.get_absolute_url(), subject.subject_id, subject.site.number, what, on, state)


def _visit(visit: Any) -> Record:
    off = visit.deviation_days
    status = str(visit.get_status_display()) + (f" ({off:+d} d)" if off else "")
    on = _day(visit.started_on or visit.due_on)
    return Record(visit.get_absolute_url(), visit.subject.subject_id, visit.site.number, visit.visit_type, on, status)


def _event(event: Any) -> Record:
    words = [event.get_max_severity_display() or _("Not graded"), _("serious") if event.is_serious else ""]
    status = ", ".join(filter(None, [*words, event.get_status_display()]))
    return Record(
        event.get_absolute_url(), event.subject.subject_id, event.site.number, event.event_term, event.onset, status
    )


def _day(day: date | None) -> str:
    return formats.date_format(day, "j M Y") if day else ""


_BY_ID = Order(("subject_id", "id"))
_BY_VISIT = Order(("subject__subject_id", "visit_num", "id"))
_BY_EVENT = Order(("subject__subject_id", "number", "id"))
KINDS = {
    people.PREFIX: Kind(people.people_under, people.title_of, _BY_ID, ("site",), _person),
    harms.PEOPLE: Kind(harms.people_under, harms.people_title_of, _BY_ID, ("site",), _person),
    doses.PREFIX: Kind(doses.people_under, doses.title_of, _BY_ID, ("site",), _person),
    visits.PREFIX: Kind(visits.visits_under, visits.title_of, _BY_VISIT, ("site", "subject"), _visit),
    harms.PREFIX: Kind(harms.events_under, harms.title_of, _BY_EVENT, ("site", "subject"), _event),
}


@dataclass(frozen=True, slots=True)
class Records:
    """What stands behind one number: the rows, in which order they are paged, and what they have in common."""

    title: str
    rows: QuerySet[Any]
    kind: Kind

    @property
    def order(self) -> Order:
        return self.kind.order

    def lines(self, rows: Any) -> Iterator[Record]:
        return map(self.kind.line, rows)


def records_behind(place: Place, of: str) -> Records:
    """The records that were counted for a number of the report.

    Raises:
        Http404: the report has no such number.
    """
    prefix, _colon, key = of.partition(":")
    kind = KINDS.get(prefix)
    rows = kind.under(place, key) if kind else None
    if kind is None or rows is None:
        raise Http404
    return Records(kind.title_of(key), rows.select_related(*kind.related), kind)


COLUMNS = ("participant", "site", "what", "date", "status")


def record_lines(place: Place, records: Records) -> Iterator[list[str]]:
    """The records as a table of coded data; the export is logged."""
    note_export(place, records.title, records.rows.count())
    rows = records.rows.order_by(*records.order.fields).iterator(chunk_size=1000)
    return ([item.participant, item.site, item.what, item.when, item.status] for item in records.lines(rows))


def note_export(place: Place, what: str, rows: int) -> None:
    """Log that a part of a report was taken out of the portal (GDPR Article 5(2))."""
    facts = {"what": what, "rows": rows, "site": place.site.number if place.site else ""}
    note("report.exported", gettext_lazy("Report exported"), by=place.user, about=place.study, facts=facts)
