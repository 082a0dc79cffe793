"""Enrolment against plan, the screening funnel, the flow of participants, and both by site."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.studies import StudyStatus
from subjects.models import Site, StudyParameter
from trialcrm.core import clock
from trialcrm.core.figures import Bar, Curve, Flow, FlowArm, FlowCounts, Reason, bars, curve, flow
from trialcrm.core.figures.flows import DoesNotAddUp, FlowWords

from .people import UNDATED, People, named, reason_in_words, title_of

#: How long back the pace is measured from which the end of enrolment is foretold.
PACE_WEEKS = 8
END_OF_STUDY = "SENDTC"


@dataclass(frozen=True, slots=True)
class Month:
    """Who was enrolled in it, and until its end; `label` is like 2026-02, for tables, and `shown` for people."""

    label: str
    count: int
    total: int
    url: str

    @property
    def shown(self) -> str:
        return named(self.label)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The curve with its table. Without a planned number there is nothing to compare with: bars instead of a curve."""

    curve: Curve | None
    bars: list[Bar]
    months: list[Month]
    target: int | None
    has_plan: bool
    reached: int
    per_week: float
    reached_by: date | None


def enrolment(people: People) -> Enrolment:
    """Enrolled by month, against a plan that is straight from the first activation to the planned end of the study."""
    counts = people.beginning("month:")
    undated = counts.pop(UNDATED, 0)
    months = list(_months(people, dict(sorted(counts.items())), undated))
    target, end = _target(people), _planned_end(people)
    days = [person.enrolled_on for person in people.persons if person.was_randomised and person.enrolled_on]
    pace = _pace(days)
    return Enrolment(
        curve=_curve(people, days, target, end) if days and target else None,
        bars=bars((month.shown, month.count, month.url) for month in months),
        months=months,
        target=target,
        has_plan=end is not None,
        reached=people.count("randomised"),
        per_week=pace,
        reached_by=_reached_by(people, target, pace),
    )


def _months(people: People, counts: dict[str, int], undated: int) -> Iterator[Month]:
    total = 0
    for month, count in counts.items():
        total += count
        yield Month(month, count, total, people.url(f"month:{month}"))
    if undated:
        yield Month(_("not recorded"), undated, total + undated, people.url(f"month:{UNDATED}"))


def _target(people: People) -> int | None:
    place = people.place
    if place.site:
        return place.site.planned_subjects
    return place.study.planned_subjects or sum(site.planned_subjects or 0 for site in place.sites) or None


def _planned_end(people: People) -> date | None:
    rows = StudyParameter.objects.visible_to(people.place.user).filter(study=people.place.study, code=END_OF_STUDY)
    value = rows.values_list("value", flat=True).first()
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def _curve(people: People, days: list[date], target: int, end: date | None) -> Curve:
    days = sorted(days)
    start = min([days[0], *_activations(people.place.chosen)])
    last = _today(people) if people.place.study.status == StudyStatus.RECRUITING else days[-1]
    ends = [day for day in _month_ends(days[0], last) if day < last]
    points = [(day, sum(on <= day for on in days)) for day in [*ends, max(last, days[-1])]]
    actual = [(start, 0), *points] if start < points[0][0] else points
    if end and end > start:
        return curve(actual, [(start, 0), (end, target)])
    return curve(actual, [(start, target), (points[-1][0], target)])


def _activations(sites: list[Site]) -> list[date]:
    return [site.activated_on for site in sites if site.activated_on]


def _today(people: People) -> date:
    return clock.today(people.place.chosen[0].time_zone)


def _month_ends(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        day = day.replace(day=monthrange(day.year, day.month)[1])
        yield day
        day += timedelta(days=1)


def _pace(days: list[date]) -> float:
    since = clock.today("UTC") - timedelta(weeks=PACE_WEEKS)
    return sum(day > since for day in days) / PACE_WEEKS


def _reached_by(people: People, target: int | None, pace: float) -> date | None:
    missing = (target or 0) - people.count("randomised")
    if missing <= 0 or not pace or people.place.study.status != StudyStatus.RECRUITING:
        return None
    weeks = missing / pace
    return clock.today("UTC") + timedelta(weeks=weeks) if weeks < 52 * 50 else None


STEPS = ("assessed", "pending", "randomised", "received", "completed", "failed")


def funnel(people: People) -> list[Bar]:
    """From the assessed to the completed, and those who failed; each with a link to the people."""
    tones = {"failed": "warning"}
    return bars((title_of(key), people.count(key), people.url(key), tones.get(key, "")) for key in STEPS)


@dataclass(frozen=True, slots=True)
class Consort:
    """The flow diagram, or the sentence that says why it is not drawn; the table says the same numbers with links."""

    flow: Flow | None
    error: str
    rows: list[tuple[str, int, str]]


def consort(people: People) -> Consort:
    """The flow of all participants together: by arm it would break the blind (ICH E9 2.3.1)."""
    rows = [(title_of(key), people.count(key), people.url(key)) for key in _boxes(people)]
    try:
        return Consort(flow(_flow_counts(people), _words()), "", rows)
    except DoesNotAddUp as error:
        return Consort(None, str(error), rows)


def _boxes(people: People) -> Iterator[str]:
    yield "assessed"
    yield from ("excluded", *_keys(people, "excluded:"), "pending", "randomised", "received", "not-received")
    yield from ("stopped", *_keys(people, "stopped:"), "ongoing", "completed")


def _keys(people: People, prefix: str) -> list[str]:
    return [f"{prefix}{reason}" for reason, _count in people.beginning(prefix).most_common()]


def _flow_counts(people: People) -> FlowCounts:
    waiting = people.count("not-received")
    pooled = FlowArm(
        label=_("All arms together"),
        allocated=people.count("randomised"),
        received=people.count("received"),
        completed=people.count("completed"),
        ongoing=people.count("ongoing"),
        not_received=(Reason(_("No first dose recorded"), waiting),) if waiting else (),
        stopped=_reasons(people, "stopped:"),
    )
    return FlowCounts(
        assessed=people.count("assessed"),
        randomised=people.count("randomised"),
        excluded=_reasons(people, "excluded:"),
        arms=(pooled,) if pooled.allocated else (),
        pending=people.count("pending"),
    )


def _reasons(people: People, prefix: str) -> tuple[Reason, ...]:
    return tuple(Reason(reason_in_words(reason), n) for reason, n in people.beginning(prefix).most_common())


def _words() -> FlowWords:
    return FlowWords(
        assessed=_("Assessed for eligibility"),
        pending=_("Still in screening"),
        excluded=_("Excluded"),
        randomised=_("Enrolled or randomised"),
        allocated=_("Allocated"),
        received=_("Received treatment"),
        not_received=_("Did not receive it"),
        stopped=_("Stopped early"),
        completed=_("Completed"),
        ongoing=_("Ongoing"),
    )


SITE_COLUMNS = ("assessed", "failed", "randomised", "ongoing", "stopped", "completed")


def site_heads() -> list[str]:
    """The columns of the table by site, in short."""
    return [_("Assessed"), _("Failed"), _("Enrolled"), _("Ongoing"), _("Stopped"), _("Completed")]


def by_site(people: People) -> list[dict[str, Any]]:
    """Each site with its numbers, its plan, and links to its people."""
    counts = people.by_site()
    return [
        {
            "site": site,
            "cells": [
                (title_of(key), counts[site.pk][key], people.place.url(f"people:{key}", site.pk))
                for key in SITE_COLUMNS
            ],
        }
        for site in people.place.chosen
    ]
