"""What is done with a visit: book, move, begin, complete, miss, cancel, add one that nobody planned."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.visits import HOLDING, AppointmentStatus, VisitKind, VisitStatus
from subjects.models import Appointment, Subject, Visit
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused, require

from . import schedule
from .identity import refuse_identity_in
from .locking import locked

RELATED = ("subject__site", "subject__study", "study", "site", "coordinator", "planned_visit")


@dataclass(frozen=True, slots=True)
class Booking:
    """When (aware) and where a visit is to take place, with whom, for how many minutes."""

    scheduled_at: datetime
    coordinator: Any
    location: str = ""
    minutes: int = 30


@recorded("visit.scheduled", gettext_lazy("Visit booked"))
def schedule_visit(*, by: Any, visit: Visit, booking: Booking, out_of_window_reason: str = "") -> Visit:
    """Book a planned visit.

    A time outside the window is allowed with a reason; target and window do not move.

    Raises:
        Refused: the time is past, outside the window without a reason, or the coordinator is busy then.
    """
    visit = locked(visit, *RELATED)
    require(policies.schedule_visit(by, visit))
    visit.status = VisitStatus.SCHEDULED
    _book(visit, booking, out_of_window_reason)
    return _saved(visit)


@recorded("visit.rescheduled", gettext_lazy("Visit moved"))
def reschedule_visit(
    *, by: Any, visit: Visit, booking: Booking, move_reason: str, reason: str, out_of_window_reason: str = ""
) -> Visit:
    """Move a booked visit to another time; its target and window stay where they are."""
    visit = locked(visit, *RELATED)
    require(policies.reschedule_visit(by, visit))
    refuse_identity_in(visit.subject, reason=reason)
    old = visit.appointments.filter(status__in=HOLDING).first()
    schedule.release_booking(visit, reason, AppointmentStatus.RESCHEDULED)
    visit.status, visit.move_reason = VisitStatus.RESCHEDULED, move_reason
    new = _book(visit, booking, out_of_window_reason)
    if old:
        old.refresh_from_db()
        old.successor = new
        old.save()
    return _saved(visit)


def _book(visit: Visit, booking: Booking, out_of_window_reason: str) -> Appointment:
    _require_bookable(visit, booking, out_of_window_reason)
    visit.scheduled_at, visit.location, visit.coordinator = booking.scheduled_at, booking.location, booking.coordinator
    visit.out_of_window_reason = out_of_window_reason
    appointment = Appointment(
        subject=visit.subject,
        visit=visit,
        provider=booking.coordinator,
        starts_at=booking.scheduled_at,
        ends_at=booking.scheduled_at + timedelta(minutes=booking.minutes),
        location=booking.location,
    )
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        raise Refused(refused(_busy(booking), "scheduled_at")) from error
    return appointment


def _busy(booking: Booking) -> str:
    return _("%(name)s has another appointment at this time.") % {"name": booking.coordinator}


def _require_bookable(visit: Visit, booking: Booking, out_of_window_reason: str) -> None:
    if booking.scheduled_at < clock.now() - timedelta(hours=1):
        require(refused(_("This time is past. Complete the visit instead."), "scheduled_at"))
    on = clock.local(booking.scheduled_at, visit.subject.site.time_zone).date()
    refuse_identity_in(visit.subject, out_of_window_reason=out_of_window_reason, location=booking.location)
    if visit.window and not visit.window.contains(on) and not out_of_window_reason:
        require(refused(out_of_window_words(visit, on), "out_of_window_reason"))


def out_of_window_words(visit: Visit, on: date) -> str:
    """The warning for a date outside the window: how far, and where the window is."""
    window = visit.window
    days = abs(window.deviation_days(on)) if window else 0
    early = window is not None and on < window.opens
    words = {"days": days, "opens": visit.opens_on, "closes": visit.closes_on}
    if early:
        return _("%(days)s days before the window (%(opens)s to %(closes)s). Say why it is booked there.") % words
    return _("%(days)s days after the window (%(opens)s to %(closes)s). Say why it is booked there.") % words


@recorded("visit.started", gettext_lazy("Visit began"))
def start_visit(*, by: Any, visit: Visit) -> Visit:
    """The participant arrived, now."""
    visit = locked(visit, *RELATED)
    require(policies.start_visit(by, visit))
    visit.status, visit.arrived_at = VisitStatus.IN_PROGRESS, clock.now()
    _settle_booking(visit, AppointmentStatus.ARRIVED)
    return _saved(visit)


@recorded("visit.completed", gettext_lazy("Visit completed"))
def complete_visit(
    *, by: Any, visit: Visit, started_on: date, kind: str = "", ended_on: date | None = None, reason: str = ""
) -> Visit:
    """Record that the visit took place; computes study day and days out of window.

    Raises:
        Refused: the date lies in the future, or the end before the start.
    """
    visit = locked(visit, *RELATED)
    require(policies.complete_visit(by, visit))
    if started_on > clock.today(visit.subject.site.time_zone):
        require(refused(_("This date lies in the future."), "started_on"))
    if ended_on and ended_on < started_on:
        require(refused(_("The visit cannot end before it begins."), "ended_on"))
    refuse_identity_in(visit.subject, reason=reason)
    visit.status, visit.started_on, visit.ended_on = VisitStatus.COMPLETED, started_on, ended_on
    visit.kind = kind or visit.kind
    _settle_booking(visit, AppointmentStatus.FULFILLED)
    _saved(visit)
    schedule.move_what_follows(visit)
    return visit


@recorded("visit.missed", gettext_lazy("Visit missed"))
def miss_visit(*, by: Any, visit: Visit, reason: str) -> Visit:
    """Confirm that the visit did not take place in its window; only a person decides this.

    Raises:
        Refused: its window, or its booked time, is not over yet.
    """
    visit = locked(visit, *RELATED)
    require(policies.miss_visit(by, visit))
    today = clock.today(visit.subject.site.time_zone)
    booked_before = visit.scheduled_at is not None and visit.scheduled_at < clock.now()
    if not booked_before and not (visit.closes_on and visit.closes_on < today):
        require(refused(_("Neither the booked time nor the window is over yet.")))
    return _not_done(visit, VisitStatus.MISSED, AppointmentStatus.NO_SHOW, reason)


@recorded("visit.cancelled", gettext_lazy("Visit cancelled"))
def cancel_visit(*, by: Any, visit: Visit, reason: str) -> Visit:
    """Take a visit off the plan. Somebody who did not come is a missed visit, not a cancelled one."""
    visit = locked(visit, *RELATED)
    require(policies.cancel_visit(by, visit))
    return _not_done(visit, VisitStatus.CANCELLED, AppointmentStatus.CANCELLED, reason)


def _not_done(visit: Visit, status: str, appointment: str, reason: str) -> Visit:
    refuse_identity_in(visit.subject, reason=reason)
    visit.status, visit.not_done_reason = status, reason
    schedule.release_booking(visit, reason, appointment)
    return _saved(visit)


@recorded("visit.added", gettext_lazy("Unscheduled visit added"))
def add_unscheduled_visit(
    *, by: Any, subject: Subject, started_on: date, unscheduled_reason: str, visit_type: str, kind: str = VisitKind.CLINIC
) -> Visit:
    """Record a visit that the protocol did not plan; it has no window and never counts as an expected visit."""
    subject = locked(subject, "study", "site")
    require(policies.add_unscheduled_visit(by, subject))
    refuse_identity_in(subject, visit_type=visit_type)
    if started_on > clock.today(subject.site.time_zone):
        require(refused(_("This date lies in the future."), "started_on"))
    visit = Visit(
        subject=subject,
        visit_num=schedule.next_unscheduled_number(subject, started_on),
        visit_type=visit_type,
        kind=kind,
        status=VisitStatus.COMPLETED,
        is_unscheduled=True,
        unscheduled_reason=unscheduled_reason,
        started_on=started_on,
        coordinator=subject.coordinator,
    )
    return _saved(visit)


def _settle_booking(visit: Visit, status: str) -> None:
    for appointment in visit.appointments.filter(status__in=HOLDING):
        appointment.status = status
        appointment.save()


def _saved(visit: Visit) -> Visit:
    schedule.settle(visit)
    visit.save()
    schedule.publish_change(visit)
    return visit
