"""What is done with a visit: book, move, begin, complete, miss, cancel, add one that nobody planned."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.visits import (
    HOLDING,
    AppointmentStatus,
    Booking,
    MoveReason,
    UnscheduledReason,
    VisitKind,
    VisitStatus,
    out_of_window_words,
)
from subjects.models import Appointment, Subject, Visit
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require

from . import bookings, schedule
from .identity import refuse_identity_in
from .locking import locked, locked_row

LATEST_ENTRY = timedelta(hours=1)


def _locked(visit: Visit) -> Visit:
    """The visit as it is now. The subject is held first, so that acts on one person's visits follow one another."""
    subject = locked_row(Subject, visit.subject_id, "study", "site")
    visit = locked(visit)
    # One join with all of them takes the database longer to plan than to read.
    visit.subject, visit.study, visit.site = subject, subject.study, subject.site
    return visit


@recorded("visit.scheduled", gettext_lazy("Visit booked"))
def schedule_visit(*, by: Any, visit: Visit, booking: Booking, out_of_window_reason: str = "") -> Visit:
    """Book a planned visit.

    A time outside the window is allowed with a reason; target and window do not move.

    Raises:
        Refused: the time is past, outside the window without a reason, or the coordinator is busy then or does not
            record visits at the site.
    """
    visit = _locked(visit)
    require(policies.schedule_visit(by, visit))
    visit.status = VisitStatus.SCHEDULED
    _book(by, visit, booking, out_of_window_reason)
    return _saved(visit)


@recorded("visit.rescheduled", gettext_lazy("Visit moved"))
def reschedule_visit(
    *, by: Any, visit: Visit, booking: Booking, move_reason: str, reason: str, out_of_window_reason: str = ""
) -> Visit:
    """Move a booked visit to another time; its target and window stay where they are.

    The former appointment is kept and points to its successor.

    Raises:
        Refused: as for booking; or nothing moves; or the reason is “other” and not said in words.
    """
    visit = _locked(visit)
    require(policies.reschedule_visit(by, visit))
    refuse_identity_in(visit.subject, reason=reason)
    _require_move_reason(move_reason, reason)
    old = visit.appointments.filter(status__in=HOLDING).first()
    if old and bookings.is_same(old, booking):
        require(refused(_("This is the time, place and person that it is booked for already."), "scheduled_at"))
    schedule.release_booking(visit, reason, AppointmentStatus.RESCHEDULED)
    visit.status, visit.move_reason = VisitStatus.RESCHEDULED, move_reason
    new = _book(by, visit, booking, out_of_window_reason)
    if old:
        bookings.follow(old, new)
    return _saved(visit)


def _require_move_reason(move_reason: str, reason: str) -> None:
    if move_reason not in MoveReason.values:
        require(refused(_("Say why the visit is moved."), "move_reason"))
    if move_reason == MoveReason.OTHER and not reason:
        require(refused(_("Say in words why the visit is moved."), "reason"))


def _book(by: Any, visit: Visit, booking: Booking, out_of_window_reason: str) -> Appointment:
    outside = _require_bookable(visit, booking, out_of_window_reason)
    visit.scheduled_at, visit.location, visit.coordinator = booking.scheduled_at, booking.location, booking.coordinator
    visit.out_of_window_reason = out_of_window_reason if outside else ""
    return bookings.book(by, visit.subject, booking, visit=visit)


def _require_bookable(visit: Visit, booking: Booking, out_of_window_reason: str) -> bool:
    """Refuse what cannot be booked; whether the time lies outside the window."""
    if booking.scheduled_at < clock.now() - LATEST_ENTRY:
        require(refused(_("This time is past. Complete the visit instead."), "scheduled_at"))
    require(policies.conduct_visit(booking.coordinator, visit))
    refuse_identity_in(visit.subject, out_of_window_reason=out_of_window_reason, location=booking.location)
    on = clock.local(booking.scheduled_at, visit.subject.site.time_zone).date()
    outside = out_of_window_words(visit.window, on) if visit.window else ""
    if outside and not out_of_window_reason:
        require(refused(_("%(outside)s Say why it is booked there.") % {"outside": outside}, "out_of_window_reason"))
    return bool(outside)


@recorded("visit.started", gettext_lazy("Visit began"))
def start_visit(*, by: Any, visit: Visit) -> Visit:
    """The participant arrived, now."""
    visit = _locked(visit)
    require(policies.start_visit(by, visit))
    visit.status, visit.arrived_at = VisitStatus.IN_PROGRESS, clock.now()
    bookings.settle(visit, AppointmentStatus.ARRIVED, clock.today(visit.subject.site.time_zone))
    return _saved(visit)


@recorded("visit.completed", gettext_lazy("Visit completed"))
def complete_visit(
    *, by: Any, visit: Visit, started_on: date, kind: str = "", ended_on: date | None = None, reason: str = ""
) -> Visit:
    """Record that the visit took place; computes study day and days out of window, and moves what hangs on it.

    Raises:
        Refused: the date lies in the future, the end before the start, or the visit was recorded as missed and the
            reason for changing that is not given.
    """
    visit = _locked(visit)
    require(policies.complete_visit(by, visit))
    today = clock.today(visit.subject.site.time_zone)
    if started_on > today:
        require(refused(_("This date lies in the future."), "started_on"))
    if ended_on and not started_on <= ended_on <= today:
        require(refused(_("The visit cannot end before it begins, nor in the future."), "ended_on"))
    if visit.status == VisitStatus.MISSED and not reason:
        require(refused(_("It was recorded as missed. Say why that changes."), "reason"))
    refuse_identity_in(visit.subject, reason=reason)
    visit.status, visit.started_on, visit.ended_on = VisitStatus.COMPLETED, started_on, ended_on
    visit.kind, visit.not_done_reason = kind or visit.kind, ""
    bookings.settle(visit, AppointmentStatus.FULFILLED, started_on)
    _saved(visit)
    schedule.move_what_follows(visit)
    return visit


@recorded("visit.missed", gettext_lazy("Visit missed"))
def miss_visit(*, by: Any, visit: Visit, reason: str) -> Visit:
    """Confirm that the visit did not take place in its window; only a person decides this.

    Raises:
        Refused: its window, or its booked time, is not over yet.
    """
    visit = _locked(visit)
    require(policies.miss_visit(by, visit))
    is_past = visit.scheduled_at is not None and visit.scheduled_at < clock.now()
    appointment = AppointmentStatus.NO_SHOW if is_past else AppointmentStatus.CANCELLED
    return _not_done(visit, VisitStatus.MISSED, appointment, reason)


@recorded("visit.cancelled", gettext_lazy("Visit cancelled"))
def cancel_visit(*, by: Any, visit: Visit, reason: str) -> Visit:
    """Take a visit off the plan. Somebody who did not come is a missed visit, not a cancelled one."""
    visit = _locked(visit)
    require(policies.cancel_visit(by, visit))
    return _not_done(visit, VisitStatus.CANCELLED, AppointmentStatus.CANCELLED, reason)


def _not_done(visit: Visit, status: str, appointment: str, reason: str) -> Visit:
    if not reason:
        require(refused(_("Say why."), "reason"))
    refuse_identity_in(visit.subject, reason=reason)
    visit.status, visit.not_done_reason = status, reason
    schedule.release_booking(visit, reason, appointment)
    return _saved(visit)


@recorded("visit.added", gettext_lazy("Unscheduled visit added"))
def add_unscheduled_visit(
    *,
    by: Any,
    subject: Subject,
    started_on: date,
    unscheduled_reason: str,
    visit_type: str,
    kind: str = VisitKind.CLINIC,
) -> Visit:
    """Record a visit that the protocol did not plan; it has no window and never counts as an expected visit.

    Raises:
        Refused: the date lies in the future, or the reason is none of the list.
    """
    subject = locked(subject, "study", "site")
    require(policies.add_unscheduled_visit(by, subject))
    refuse_identity_in(subject, visit_type=visit_type)
    if started_on > clock.today(subject.site.time_zone):
        require(refused(_("This date lies in the future."), "started_on"))
    if unscheduled_reason not in UnscheduledReason.values:
        require(refused(_("Say why the visit took place."), "unscheduled_reason"))
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


def _saved(visit: Visit) -> Visit:
    schedule.settle(visit)
    visit.save()
    schedule.publish_change(visit)
    return visit
