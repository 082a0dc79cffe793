"""What participants see of their own: appointments, visits to be booked, and everything as plain data."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from subjects.domain.consent import ConsentStatus
from subjects.domain.permissions import Perm
from subjects.domain.visits import AWAITED, AppointmentStatus, VisitStatus
from subjects.models import Appointment, Consent, Subject, Visit
from trialcrm.core import clock

from .appointments import RELATED

PAST_SHOWN = 30
UNBOOKED_SHOWN = 3


def own_subjects(user: Any) -> list[Subject]:
    """Whom the person takes part as; one in each study. Granted on the subject itself, not through a site."""
    rows = Subject.objects.visible_to(user, Perm.OWN_VISITS)
    return list(rows.select_related("study", "site__institution", "coordinator").order_by("created_at", "id"))


def _own(user: Any) -> Any:
    return Appointment.objects.visible_to(user, Perm.OWN_VISITS).select_related(*RELATED)


def own_appointment_for(user: Any, pk: uuid.UUID) -> Appointment:
    """One appointment of the participant who asks, or 404."""
    return get_object_or_404(_own(user), pk=pk)


class OwnConsent(NamedTuple):
    """A signed version of the consent document, by its local date."""

    study: str
    version: str
    signed_on: date | None
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class OwnAppointments:
    """A participant's appointments to come, visits still to be booked, and what is past."""

    coming: list[Appointment]
    to_book: list[Visit]
    past: list[Appointment]


def own_appointments(user: Any) -> OwnAppointments:
    """The participant's own appointments: what is to come first, then visits that will be booked, then the past."""
    now = clock.now()
    ended = (AppointmentStatus.FULFILLED, AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)
    past = _own(user).filter(status__in=ended) | _own(user).filter(status__in=AWAITED, ends_at__lte=now)
    return OwnAppointments(own_times(user), own_unbooked(user), list(past.order_by("-starts_at", "-id")[:PAST_SHOWN]))


def own_times(user: Any) -> list[Appointment]:
    """The times that the participant is booked for and that are not over."""
    rows = _own(user).filter(status__in=[*AWAITED, AppointmentStatus.ARRIVED], ends_at__gt=clock.now())
    return list(rows.order_by("starts_at", "id")[:50])


def own_unbooked(user: Any) -> list[Visit]:
    """The participant's next visits for which a time is still to be agreed on."""
    rows: QuerySet[Visit] = Visit.objects.visible_to(user, Perm.OWN_VISITS).filter(status=VisitStatus.PLANNED)
    # What was not done in its window is for the site to settle, and no news for the participant. A day's play, because
    # each site has its own calendar.
    since = clock.today("UTC") - timedelta(days=1)
    rows = rows.filter(Q(closes_on__gte=since) | Q(closes_on=None, due_on__gte=since))
    related = ("study", "site__institution", "planned_visit", "subject")
    return list(rows.select_related(*related).order_by("due_on", "id")[:UNBOOKED_SHOWN])


def own_visit_lines(user: Any) -> list[dict[str, Any]]:
    """The participant's own visits as plain data."""
    rows = Visit.objects.visible_to(user, Perm.OWN_VISITS).select_related("study", "site").order_by("due_on", "id")
    return [
        {
            "study": visit.study.protocol_id,
            "visit": visit.visit_type,
            "status": visit.status,
            "from": visit.opens_on.isoformat() if visit.opens_on else "",
            "until": visit.closes_on.isoformat() if visit.closes_on else "",
            "booked_for": _local(visit.scheduled_at, visit.site.time_zone),
            "took_place_on": visit.started_on.isoformat() if visit.started_on else "",
        }
        for visit in rows
    ]


def own_appointment_lines(user: Any) -> list[dict[str, Any]]:
    """The participant's own appointments as plain data, with what they asked for and how it was answered."""
    return [
        {
            "study": item.study.protocol_id,
            "what_for": item.purpose,
            "starts_at": _local(item.starts_at, item.site.time_zone),
            "ends_at": _local(item.ends_at, item.site.time_zone),
            "with": item.provider.name,
            "place": item.location,
            "status": item.status,
            "asked_for_another_time": item.wish,
            "answer": item.wish_answer,
        }
        for item in _own(user).order_by("starts_at", "id")
    ]


def own_consents(user: Any) -> list[OwnConsent]:
    """Which versions of the consent document the participant signed, and when."""
    rows = Consent.objects.visible_to(user, Perm.OWN_VISITS).exclude(status=ConsentStatus.INVALID)
    return [
        OwnConsent(
            study=item.study.short_title or item.study.protocol_id,
            version=str(item.version or ""),
            signed_on=clock.local(item.signed_at, item.site.time_zone).date() if item.signed_at else item.signed_on,
            withdrawn_on=item.withdrawn_on,
        )
        for item in rows.select_related("study", "version", "site").order_by("signed_on", "id")
    ]


def _local(at: datetime | None, zone: str) -> str:
    return clock.local(at, zone).isoformat(timespec="minutes") if at else ""


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""
