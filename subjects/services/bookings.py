"""The times that appointments hold: one provider is in one place at a time."""

from datetime import date
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from subjects.domain.visits import AWAITED, HOLDING, AppointmentStatus, Booking
from subjects.events import AppointmentChanged
from subjects.models import Appointment, Subject, Visit
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused
from trialcrm.core.events import publish

NO_OVERLAP = "provider_in_one_place"


def book(by: Any, subject: Subject, booking: Booking, *, visit: Visit | None = None, reason: str = "") -> Appointment:
    """Hold the provider's time for a visit, or for what the reason says.

    The database excludes two appointments of one provider at one time, whoever came first.

    Raises:
        Refused: the provider is busy then.
    """
    appointment = Appointment(
        subject=subject,
        visit=visit,
        provider=booking.coordinator,
        starts_at=booking.scheduled_at,
        ends_at=booking.ends_at,
        location=booking.location,
        reason=reason,
    )
    try:
        with transaction.atomic():
            appointment.save()
    except (IntegrityError, OperationalError) as error:
        if not _is_overlap(error):
            raise
        raise Refused(refused(_busy(by, appointment), "scheduled_at")) from error
    publish_change(appointment)
    return appointment


def _is_overlap(error: Exception) -> bool:
    # Two that book the same time at the same moment may also wait for each other until the database ends one.
    cause = error.__cause__
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", "")
    return constraint == NO_OVERLAP or isinstance(cause, DeadlockDetected)


def _busy(by: Any, wanted: Appointment) -> str:
    """Who is busy and when; with whom only as far as the person may see it."""
    zone = wanted.subject.site.time_zone
    others = Appointment.objects.filter(
        provider=wanted.provider, status__in=HOLDING, starts_at__lt=wanted.ends_at, ends_at__gt=wanted.starts_at
    )
    other = others.order_by("starts_at").first()
    if other is None:
        return _("%(name)s was booked by somebody else just now. Choose another time.") % {"name": wanted.provider}
    words = {
        "name": wanted.provider,
        "start": f"{clock.local(other.starts_at, zone):%H:%M}",
        "end": f"{clock.local(other.ends_at, zone):%H:%M}",
    }
    seen = Appointment.objects.visible_to(by).filter(pk=other.pk).select_related("subject").first()
    if seen:
        text = _("%(name)s is with %(subject)s from %(start)s to %(end)s.")
        return text % {**words, "subject": seen.subject}
    return _("%(name)s is busy elsewhere from %(start)s to %(end)s.") % words


def is_same(appointment: Appointment, booking: Booking) -> bool:
    """Whether the booking asks for what is booked already."""
    booked = (appointment.starts_at, appointment.ends_at, appointment.provider_id, appointment.location)
    return booked == (booking.scheduled_at, booking.ends_at, booking.coordinator.pk, booking.location)


def end(appointment: Appointment, status: str, reason: str = "", *, cancelled_by: str = "") -> Appointment:
    """Free the provider's time, and say why; whoever asked for another time has the answer with it."""
    if appointment.has_wish:
        appointment.wish_answered_at = clock.now()
    appointment.status, appointment.ended_reason, appointment.cancelled_by = status, reason, cancelled_by
    appointment.save()
    publish_change(appointment)
    return appointment


def follow(old: Appointment, new: Appointment) -> None:
    """The moved appointment points to the one that took its place."""
    old.refresh_from_db()
    old.successor = new
    old.save()


def settle(visit: Visit, status: str, on: date) -> None:
    """The appointment of a visit that took place: kept, or freed where the participant came on an earlier day."""
    zone = visit.subject.site.time_zone
    for appointment in visit.appointments.filter(status__in=HOLDING):
        is_later = clock.local(appointment.starts_at, zone).date() > on
        if is_later and appointment.status in AWAITED:
            end(appointment, AppointmentStatus.CANCELLED, _("Came on an earlier day."))
        else:
            keep(appointment, status)


def keep(appointment: Appointment, status: str) -> Appointment:
    """The participant arrived for it, or it took place."""
    appointment.status = status
    appointment.save()
    publish_change(appointment)
    return appointment


def publish_change(appointment: Appointment) -> None:
    place = (appointment.study_id, appointment.site_id, appointment.subject_id)
    publish(AppointmentChanged(*place, appointment.pk, appointment.status))
