"""The coordinator's day, put together from what the apps below can tell."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subjects import selectors
from subjects.selectors import Need
from trialcrm.core import clock
from trialcrm.core.figures import Bar, Sparkline, bars


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    value: int
    note: str
    url: str
    spark: Sparkline
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """What a coordinator sees first."""

    focus: selectors.Focus
    day: date
    tiles: list[Tile]
    needs: list[Need]
    visits: list[Any]
    names: dict[uuid.UUID, str]
    funnel: list[Bar]


def today(user: Any, focus: selectors.Focus) -> Today:
    """The coordinator's day at the sites in focus, in a fixed number of queries."""
    waiting, visits = selectors.needs(user, focus), selectors.visits_today(user, focus)
    subjects = {need.subject.pk for need in waiting} | {visit.subject_id for visit in visits}
    day = focus.today()
    return Today(
        focus=focus,
        day=day,
        tiles=_tiles(user, focus, day, waiting, visits),
        needs=waiting,
        visits=visits,
        names=selectors.names_of(user, subjects, where="today"),
        funnel=bars(selectors.funnel_rows(selectors.funnel(user, focus.site_ids), focus.query)),
    )


def _tiles(user: Any, focus: selectors.Focus, day: date, waiting: list[Need], visits: list[Any]) -> list[Tile]:
    counts = selectors.counts(user, focus)
    overdue = [need for need in waiting if need.kind == "visits" and need.rank == 0]
    closing = [need for need in waiting if need.kind == "visits" and need.rank in (1, 2)]
    opening = [need for need in waiting if need.kind == "visits" and need.rank == 4]
    calendar, screening = reverse("subjects:visits"), reverse("subjects:screening")
    query = focus.query or "?"
    return [
        Tile(
            _("Visits today"),
            len(visits),
            _done_note(visits),
            calendar + focus.query,
            selectors.visit_trend(user, focus, day),
        ),
        Tile(
            _("Overdue"),
            len(overdue),
            _oldest(overdue, day),
            f"{calendar}{query}&window=overdue",
            selectors.overdue_trend(user, focus, day),
            "critical" if overdue else "",
        ),
        Tile(
            _("Windows closing"),
            len(closing),
            _("within 3 days"),
            f"{calendar}{query}&window=closing",
            selectors.closing_trend(user, focus, day),
            "warning" if closing else "",
        ),
        Tile(
            _("To be booked"),
            len(opening),
            _("windows open or opening"),
            f"{calendar}{query}&status=planned",
            selectors.opening_trend(user, focus, day),
        ),
        Tile(
            _("In screening"),
            counts.screening,
            _screening_note(user, focus),
            screening + focus.query,
            selectors.screening_trend(user, focus, day),
        ),
    ]


def _done_note(visits: list[Any]) -> str:
    done = [visit for visit in visits if visit.started_on]
    coming = [
        visit for visit in visits if visit.scheduled_at and not visit.started_on and visit.scheduled_at > clock.now()
    ]
    parts = [ngettext("%(n)d done", "%(n)d done", len(done)) % {"n": len(done)}]
    if coming:
        first = clock.local(coming[0].scheduled_at, coming[0].site.time_zone)
        parts.append(_("next %(time)s") % {"time": f"{first:%H:%M}"})
    return " · ".join(parts)


def _oldest(overdue: list[Need], day: date) -> str:
    if not overdue:
        return _("nothing overdue")
    days = (day - min(need.due for need in overdue)).days
    return ngettext("oldest %(n)d day", "oldest %(n)d days", days) % {"n": days}


def _screening_note(user: Any, focus: selectors.Focus) -> str:
    oldest = selectors.oldest_attempt(user, focus)
    if oldest is None:
        return _("nobody waits")
    used = (clock.today(oldest.site.time_zone) - oldest.screening_date).days
    return _("oldest %(used)s of %(allowed)s days") % {"used": used, "allowed": oldest.study.max_screening_days}
