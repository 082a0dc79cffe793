"""What the search in the top bar looks through, group by group, always within the person's sight."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from medications import selectors as medications
from safety import selectors as safety
from subjects import selectors
from trialcrm.pages.frame.parts import answer_of

LIMIT = 8
SHORTEST = 2


class Hit(NamedTuple):
    label: str
    text: str
    url: str


class Group(NamedTuple):
    title: str
    icon: str
    hits: list[Hit]


def find(user: Any, words: str) -> list[Group]:
    """Groups with at least one hit; nothing for fewer than two letters."""
    if len(words) < SHORTEST:
        return []
    groups: list[tuple[str, str, Callable[[Any, str], list[Hit]]]] = [
        (_("Participants"), "users", _subjects),
        (_("Kits"), "package", _kits),
        (_("Adverse events"), "shield-alert", _events),
        (_("Studies"), "flask-conical", _studies),
        (_("People"), "contact", _people),
    ]
    found = [Group(title, icon, search(user, words)) for title, icon, search in groups]
    return [group for group in found if group.hits]


def _subjects(user: Any, words: str) -> list[Hit]:
    rows = list(selectors.matching(user, selectors.subject_list(user), words).order_by("subject_id")[:LIMIT])
    names = selectors.names_of(user, [row.pk for row in rows], where="search")
    return [Hit(row.subject_id, _subject_text(row, names), row.get_absolute_url()) for row in rows]


def _subject_text(subject: Any, names: dict[Any, str]) -> str:
    return " · ".join(part for part in (names.get(subject.pk, ""), subject.get_state_display()) if part)


def _kits(user: Any, words: str) -> list[Hit]:
    rows: list[Any] = answer_of(lambda: list(medications.kits_named(user, words)[:LIMIT]), [])
    return [Hit(str(row), row.get_state_display(), row.get_absolute_url()) for row in rows]


def _events(user: Any, words: str) -> list[Hit]:
    rows: list[Any] = answer_of(lambda: list(safety.events_named(user, words)[:LIMIT]), [])
    return [Hit(f"{row.subject} · {row.event_term}", row.get_status_display(), row.get_absolute_url()) for row in rows]


def _studies(user: Any, words: str) -> list[Hit]:
    return [
        Hit(item.protocol_id, item.title, item.get_absolute_url())
        for item in selectors.studies_named(user, words)[:LIMIT]
    ]


def _people(user: Any, words: str) -> list[Hit]:
    rows = selectors.people_named(user, words)[:LIMIT]
    return [
        Hit(row.user.name, f"{row.get_role_display()} · {row.site or row.study}", row.study.get_absolute_url())
        for row in rows
    ]
