"""Who looked at a participant's record and who changed it, in words for the participant.

Staff of the site, whom the participant knows, by name; the sponsor's side by what they are (GDPR Article 15(1)(c)).
What staff say among themselves and what an act held is not told here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.access.roles import SITE_ROLES, Role
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock

READINGS = ("identity.read", "identity.history-read")
#: What a kind of record is about, by how its label begins; the first that fits counts.
AREAS = (
    ("subjects.Appointment", gettext_lazy("your appointments")),
    ("subjects.Visit", gettext_lazy("your visits")),
    ("subjects.Consent", gettext_lazy("your consent")),
    ("subjects.SubjectIdentity", gettext_lazy("your name and contact details")),
    ("subjects.SubjectNote", gettext_lazy("notes about you")),
    ("subjects.Screening", gettext_lazy("whether you can take part")),
    ("subjects.Membership", gettext_lazy("who has access to the portal for you")),
    ("medications.", gettext_lazy("your medicine")),
    ("safety.", gettext_lazy("your health during the study")),
)


@dataclass(slots=True)
class OwnLine:
    """What one person did on one day with one part of the record; `times` how often, `at` the last time."""

    at: datetime
    who: str
    role: str
    what: str
    is_reading: bool
    times: int = 1
    tone: str = "neutral"
    url: str = ""

    @property
    def icon(self) -> str:
        return "eye" if self.is_reading else "pencil"

    @property
    def title(self) -> str:
        return f"{self.who}, {self.role}" if self.role else self.who

    @property
    def text(self) -> str:
        if self.times == 1:
            return self.what
        return _("%(what)s, %(times)s times") % {"what": self.what, "times": self.times}


def zone_of_own(user: Any, subjects: Sequence[Any]) -> str:
    """The zone in which a participant reads times: their own, or that of their site."""
    return user.time_zone or (subjects[0].site.time_zone if subjects else "UTC")


def rows_about(subjects: Iterable[Any]) -> QuerySet[AuditLog]:
    """Acts about the participant's own record, and readings of it among others'."""
    found = Q(pk__in=[])
    for subject in subjects:
        found |= Q(subject_id=subject.pk) | Q(action__in=READINGS, payload__subjects__contains=[str(subject.pk)])
    done = AuditLog.objects.filter(found, outcome=AuditLog.Outcome.DONE)
    return done.exclude(entity_type__startswith="messaging.")


def own_lines(user: Any, rows: Iterable[AuditLog], zone: str) -> list[OwnLine]:
    """The rows, newest first, with what one person did on a day with one part put into one line."""
    found: dict[tuple[date, str, str], OwnLine] = {}
    for row in rows:
        who, role = _who(user, row)
        what = _what(row)
        key = (clock.local(row.at, zone).date(), f"{who} {role}", what)
        if key in found:
            found[key].times += 1
        else:
            found[key] = OwnLine(row.at, who, role, what, row.action in READINGS)
    return list(found.values())


def _who(user: Any, row: AuditLog) -> tuple[str, str]:
    if row.actor_id is None:
        return _("The portal"), ""
    if row.actor_id == user.pk:
        return _("You"), ""
    roles = [Role(name) for name in row.role.split(",") if name in Role.values]
    label = ", ".join(str(role.label) for role in roles)
    if SITE_ROLES.intersection(roles):
        return row.actor_name, label
    return label or _("Somebody of the study"), ""


def _what(row: AuditLog) -> str:
    area = next((words for start, words in AREAS if row.entity_type.startswith(start)), _("your record"))
    if row.action in READINGS:
        return _("Looked at your name and record")
    if row.action.endswith((".exported", "-read", ".read", ".opened")):
        return _("Looked at %(what)s") % {"what": area}
    return _("Wrote in %(what)s") % {"what": area}
