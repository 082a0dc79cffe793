"""What happened to one subject, from every record of theirs, as one story."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subjects.domain.consent import ConsentStatus
from subjects.domain.screening import ScreeningStatus
from subjects.domain.visits import DONE, VisitStatus
from subjects.models import Consent, Disposition, Screening, Subject, SubjectNote, Visit
from trialcrm.core import clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the overview's timeline."""

    at: datetime
    icon: str
    tone: str
    title: str
    text: str
    url: str


Source = Callable[[Any, Subject], Iterable[Entry]]
_contributed: list[Source] = []


def contribute_timeline(source: Source) -> Source:
    """Let an app above add its entries; a source starts from what the person may see, like everything else."""
    _contributed.append(source)
    return source


VISIT_ICONS = {
    VisitStatus.COMPLETED: ("calendar-check", "good"),
    VisitStatus.SIGNED: ("calendar-check", "good"),
    VisitStatus.MISSED: ("calendar-x", "critical"),
    VisitStatus.CANCELLED: ("calendar-off", "neutral"),
}


def timeline(user: Any, subject: Subject, limit: int = 60) -> list[Entry]:
    """Everything that happened to one subject, newest first, from what the person may see."""
    zone = subject.site.time_zone
    entries = [
        *_consents(user, subject),
        *_attempts(user, subject),
        *_visits(user, subject),
        *_dispositions(user, subject),
        *_notes(user, subject),
        *(entry for source in _contributed for entry in source(user, subject)),
    ]
    ordered = sorted(entries, key=lambda entry: clock.local(entry.at, zone), reverse=True)
    return ordered[:limit]


def _consents(user: Any, subject: Subject) -> Iterator[Entry]:
    for item in Consent.objects.visible_to(user).filter(subject=subject).select_related("version"):
        at = item.signed_at or clock.at_noon(item.signed_on, subject.site.time_zone) or item.created_at
        version = str(item.version) if item.version else _("not recorded")
        title = _("Consent signed, version %(version)s")
        if item.status == ConsentStatus.INVALID:
            title = _("Consent recorded in error, version %(version)s")
        yield Entry(at, "file-pen-line", "info", title % {"version": version}, item.get_status_display(), "")


def _attempts(user: Any, subject: Subject) -> Iterator[Entry]:
    for item in Screening.objects.visible_to(user).filter(subject=subject):
        day = item.decided_on or item.screening_date
        tones = {ScreeningStatus.PASSED: "good", ScreeningStatus.FAILED: "critical"}
        words = {"attempt": item.attempt, "status": item.get_status_display().lower()}
        title = _("Screening attempt %(attempt)s: %(status)s") % words
        text = item.get_fail_reason_display() if item.fail_reason else ""
        at = clock.at_noon(day, subject.site.time_zone) or item.created_at
        yield Entry(at, "clipboard-check", tones.get(item.status, "info"), title, text, item.get_absolute_url())


def _visits(user: Any, subject: Subject) -> Iterator[Entry]:
    rows = Visit.objects.visible_to(user).filter(subject=subject, status__in=[*DONE, VisitStatus.MISSED])
    for item in rows.exclude(started_on=None) | rows.filter(status=VisitStatus.MISSED):
        icon, tone = VISIT_ICONS.get(item.status, ("calendar", "neutral"))
        off = item.deviation_days or 0
        text = _off_words(off) if off else ""
        title = f"{item.visit_type} · {item.get_status_display().lower()}"
        at = clock.at_noon(item.started_on or item.closes_on or item.due_on, subject.site.time_zone) or item.created_at
        yield Entry(at, icon, "warning" if off else tone, title, text, item.get_absolute_url())


def _off_words(days: int) -> str:
    """How far outside of its window a visit took place."""
    if days < 0:
        return ngettext("%(n)d day early", "%(n)d days early", -days) % {"n": -days}
    return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}


def _dispositions(user: Any, subject: Subject) -> Iterator[Entry]:
    for item in Disposition.objects.visible_to(user).filter(subject=subject):
        at = clock.at_noon(item.starts_from, subject.site.time_zone) or item.created_at
        text = item.term if item.term != item.decoded else ""
        yield Entry(at, "milestone", "neutral", item.decoded.capitalize(), text, "")


def _notes(user: Any, subject: Subject) -> Iterator[Entry]:
    for item in SubjectNote.objects.visible_to(user).filter(subject=subject, addendum_to=None).select_related("author"):
        title = _("%(type)s note") % {"type": item.get_note_type_display()}
        text = item.note_text[:160]
        yield Entry(item.created_at, "notebook-pen", "neutral", title, f"{text} · {item.author}", "")
