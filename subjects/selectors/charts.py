"""The head of a subject's chart: what everybody who opens it must see first."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404

from subjects.domain.consent import GIVEN
from subjects.domain.participation import ENDED
from subjects.domain.permissions import Perm
from subjects.domain.windows import study_day
from subjects.models import Consent, Screening, Subject, Visit
from trialcrm.core import clock

from .identities import names_of


@dataclass(frozen=True, slots=True)
class Chart:
    subject: Subject
    name: str
    today: date
    study_day: int | None
    consent: Consent | None
    screening: Screening | None
    next_visit: Visit | None
    overdue: int

    @property
    def zone(self) -> str:
        return self.subject.site.time_zone


def subject_for(user: Any, pk: uuid.UUID, permission: str = Perm.VIEW_SUBJECT) -> Subject:
    """One subject that the person may see under the permission, or 404."""
    related = ("study", "site__institution", "coordinator")
    return get_object_or_404(Subject.objects.visible_to(user, permission).select_related(*related), pk=pk)


def chart_for(user: Any, pk: uuid.UUID, where: str) -> Chart:
    """The head of one chart; 404 for what the person may not see. Reading the name is logged."""
    subject = subject_for(user, pk)
    today = clock.today(subject.site.time_zone)
    visits = Visit.objects.visible_to(user).filter(subject=subject).open()
    consents = Consent.objects.visible_to(user).filter(subject=subject).select_related("version")
    upcoming = list(visits.select_related("planned_visit").order_by("due_on", "visit_num")[:30])
    return Chart(
        subject=subject,
        name=names_of(user, [subject.pk], where).get(subject.pk, ""),
        today=today,
        study_day=None if subject.state in ENDED else study_day(today, subject.first_dose_on),
        consent=consents.filter(status__in=GIVEN).order_by("-signed_on", "-id").first(),
        screening=Screening.objects.visible_to(user).filter(subject=subject, is_current=True).first(),
        next_visit=upcoming[0] if upcoming else None,
        overdue=sum(1 for visit in upcoming if visit.closes_on and visit.closes_on < today),
    )
