"""How far the people of a study came: everybody is sorted once, and each number is how many fell under its key."""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from subjects.domain.participation import ON_STUDY, EndReason, SubjectState
from subjects.domain.screening import FailReason, ScreeningStatus
from subjects.models import Screening, Subject
from subjects.selectors import subject_list
from trialcrm.core import clock

from .place import Place

PREFIX = "people"
UNDATED = "undated"
_NOT_ASSESSED = {SubjectState.PRESCREEN}
_STILL_SCREENED = {SubjectState.SCREENING, SubjectState.RESCREEN, SubjectState.ELIGIBLE}


class Person(NamedTuple):
    """What of one subject decides where they are counted."""

    pk: uuid.UUID
    site: uuid.UUID
    state: str
    enrolled_on: date | None
    first_dose_on: date | None
    was_randomised: bool
    end_reason: str
    fail_reason: str


@dataclass(frozen=True, slots=True)
class People:
    """The people of a place, with the keys under which each is counted."""

    place: Place
    keys: dict[uuid.UUID, tuple[str, ...]]
    persons: list[Person]

    def count(self, key: str) -> int:
        return sum(key in keys for keys in self.keys.values())

    def under(self, key: str) -> list[uuid.UUID]:
        """Who is counted under a key."""
        return [pk for pk, keys in self.keys.items() if key in keys]

    def beginning(self, prefix: str) -> Counter[str]:
        """How many are counted under each key that begins so, without the beginning."""
        found = (key.removeprefix(prefix) for keys in self.keys.values() for key in keys if key.startswith(prefix))
        return Counter(found)

    def by_site(self) -> dict[uuid.UUID, Counter[str]]:
        counts: dict[uuid.UUID, Counter[str]] = {site: Counter() for site in self.place.site_ids}
        for person in self.persons:
            counts[person.site].update(self.keys[person.pk])
        return counts

    def url(self, key: str) -> str:
        return self.place.url(f"{PREFIX}:{key}")


def people_of(place: Place) -> People:
    """Everybody at the place whom the reader sees; two queries."""
    persons = list(_persons(place))
    return People(place, {person.pk: tuple(keys_of(person)) for person in persons}, persons)


def _persons(place: Place) -> Iterator[Person]:
    rows = Subject.objects.visible_to(place.user).filter(site__in=place.site_ids)
    failed = Screening.objects.visible_to(place.user).filter(site__in=place.site_ids, is_current=True)
    reasons = dict(failed.filter(status=ScreeningStatus.FAILED).values_list("subject", "fail_reason"))
    columns = rows.values_list("pk", "site", "state", "randomised_at", "first_dose_on", "end_reason")
    for pk, site, state, randomised_at, first_dose_on, end_reason in columns:
        came = clock.local(randomised_at, place.zones[site]).date() if randomised_at else first_dose_on
        took_part = bool(came) or state in {*ON_STUDY, SubjectState.COMPLETED}
        yield Person(pk, site, state, came, first_dose_on, took_part, end_reason, reasons.get(pk, ""))


def keys_of(person: Person) -> Iterator[str]:
    """Under which numbers of the report somebody is counted (CONSORT 2025, items 22a and 22b).

    Assessed is excluded, still in screening, or randomised; randomised is ongoing, stopped or completed, and has or has
    not received treatment. Each of these holds exactly once, so that the boxes add up.
    """
    if person.state in _NOT_ASSESSED:
        return
    yield "assessed"
    if not person.was_randomised:
        yield from _before(person)
        return
    yield "randomised"
    yield f"month:{person.enrolled_on:%Y-%m}" if person.enrolled_on else f"month:{UNDATED}"
    yield "received" if person.first_dose_on else "not-received"
    if person.state in ON_STUDY:
        yield "ongoing"
    elif person.state == SubjectState.COMPLETED:
        yield "completed"
    else:
        yield from ("stopped", f"stopped:{person.end_reason or EndReason.OTHER}")


def _before(person: Person) -> Iterator[str]:
    if person.state in _STILL_SCREENED:
        yield "pending"
    elif person.state == SubjectState.SCREEN_FAILED:
        yield from ("excluded", "failed", f"excluded:{person.fail_reason or FailReason.NOT_RECORDED}")
    else:
        yield from ("excluded", f"excluded:{person.end_reason or EndReason.OTHER}")


def reason_in_words(reason: str) -> str:
    """Why somebody was excluded or stopped, as people say it."""
    words = {**dict(EndReason.choices), **dict(FailReason.choices)}
    return str(words.get(reason, reason.capitalize()))


def people_under(place: Place, key: str) -> QuerySet[Subject] | None:
    """The people behind a number; None when there is no such number."""
    if not title_of(key):
        return None
    return subject_list(place.user).filter(pk__in=people_of(place).under(key)).select_related(None)


def named(month: str) -> str:
    """A month like 2026-02 as people write it, Feb 2026; what is none stays as it is."""
    try:
        return formats.date_format(date.fromisoformat(f"{month}-01"), "M Y")
    except ValueError:
        return month


def title_of(key: str) -> str:
    """What the people under a key have in common, in words."""
    head, found, rest = key.partition(":")
    if head == "month" and found:
        return (
            _("Enrolled, date not recorded") if rest == UNDATED else _("Enrolled in %(month)s") % {"month": named(rest)}
        )
    words = {
        "assessed": _("Assessed for eligibility"),
        "pending": _("Still in screening"),
        "failed": _("Screen failed"),
        "excluded": _("Excluded"),
        "randomised": _("Enrolled or randomised"),
        "received": _("Received treatment"),
        "not-received": _("Did not receive treatment"),
        "ongoing": _("Ongoing"),
        "completed": _("Completed"),
        "stopped": _("Stopped early"),
    }
    label = words.get(head, "")
    return f"{label}: {reason_in_words(rest)}" if label and found else label
