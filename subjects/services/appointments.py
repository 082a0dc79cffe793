"""What is done with appointments: book, confirm, move, cancel, not kept, and a participant's wish for another time."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.visits import BOOKED, AppointmentStatus, Booking, Side
from subjects.models import Appointment, Subject, Visit
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require

from . import bookings, schedule
from .identity import refuse_identity_in
from .locking import locked, locked_row

LATEST_ENTRY = timedelta(hours=1)


def _locked(appointment: Appointment) -> Appointment:
    """The appointment as it is now. The subject is held first, as for visits, then the visit that it books."""
    subject = locked_row(Subject, appointment.subject_id, "study", "site")
    visit = locked_row(Visit, appointment.visit_id) if appointment.visit_id else None
    appointment = locked(appointment, "provider")
    appointment.subject, appointment.study, appointment.site = subject, subject.study, subject.site
    if visit:
        visit.subject, visit.study, visit.site = subject, subject.study, subject.site
    appointment.visit = visit
    return appointment


@recorded("appointment.booked", gettext_lazy("Appointment booked"))
def book_appointment(*, by: Any, subject: Subject, booking: Booking, reason: str) -> Appointment:
    """Book somebody for what is no visit; the reason says what for.

    Raises:
        Refused: it is not said what for, the time is past, or the provider is busy then or records no visits there.
    """
    subject = locked_row(Subject, subject.pk, "study", "site")
    require(policies.book_appointment(by, subject))
    if not reason.strip():
        require(refused(_("Say what it is for."), "reason"))
    _require_bookable(subject, booking)
    refuse_identity_in(subject, reason=reason)
    return bookings.book(by, subject, booking, reason=reason)


def _require_bookable(subject: Subject, booking: Booking) -> None:
    if booking.scheduled_at < clock.now() - LATEST_ENTRY:
        require(refused(_("This time is past."), "scheduled_at"))
    require(policies.conduct_visit(booking.coordinator, subject))
    refuse_identity_in(subject, location=booking.location)


@recorded("appointment.confirmed", gettext_lazy("Appointment confirmed"))
def confirm_appointment(*, by: Any, appointment: Appointment) -> Appointment:
    """Staff heard that the participant will come."""
    appointment = _locked(appointment)
    require(policies.confirm_appointment(by, appointment))
    return _confirmed(appointment, Side.SITE)


@recorded("appointment.confirmed-by-participant", gettext_lazy("Appointment confirmed by the participant"))
def confirm_own_appointment(*, by: Any, appointment: Appointment) -> Appointment:
    """The participant says in the portal that they will be there; a wish for another time is over with it."""
    appointment = _locked(appointment)
    require(policies.confirm_own_appointment(by, appointment))
    if appointment.has_wish:
        appointment.wish_answered_at = clock.now()
    return _confirmed(appointment, Side.PARTICIPANT)


def _confirmed(appointment: Appointment, side: str) -> Appointment:
    appointment.status = AppointmentStatus.CONFIRMED
    appointment.confirmed_at, appointment.confirmed_by = clock.now(), side
    return _saved(appointment)


@recorded("appointment.wished", gettext_lazy("Another time asked for"))
def ask_for_another_time(*, by: Any, appointment: Appointment, wish: str) -> Appointment:
    """The participant asks for another time, in their own words. The booked time stands until staff move it.

    Raises:
        Refused: nothing is said, it holds their own name or numbers, or an earlier wish waits for its answer.
    """
    appointment = _locked(appointment)
    require(policies.ask_for_another_time(by, appointment))
    if not wish.strip():
        require(refused(_("Tell us when you can come."), "wish"))
    refuse_identity_in(appointment.subject, wish=wish)
    appointment.wish, appointment.wished_at = wish, clock.now()
    appointment.wish_answer, appointment.wish_answered_at = "", None
    return _saved(appointment)


@recorded("appointment.wish-declined", gettext_lazy("Another time declined"))
def decline_wish(*, by: Any, appointment: Appointment, wish_answer: str) -> Appointment:
    """The booked time stays; the participant reads why.

    Raises:
        Refused: nobody asks, or the answer is empty or holds the participant's name or numbers.
    """
    appointment = _locked(appointment)
    require(policies.decline_wish(by, appointment))
    if not wish_answer.strip():
        require(refused(_("Say why the time stays, in words for the participant."), "wish_answer"))
    refuse_identity_in(appointment.subject, wish_answer=wish_answer)
    appointment.wish_answer, appointment.wish_answered_at = wish_answer, clock.now()
    return _saved(appointment)


@recorded("appointment.moved", gettext_lazy("Appointment moved"))
def move_appointment(*, by: Any, appointment: Appointment, booking: Booking, reason: str) -> Appointment:
    """Book an appointment that is no visit's for another time; the former one is kept and points to it.

    Raises:
        Refused: as for booking; it is a visit's, which is moved with its visit; or nothing moves or no reason is given.
    """
    appointment = _locked(appointment)
    require(policies.move_appointment(by, appointment))
    if appointment.visit:
        require(refused(_("It is moved with its visit.")))
    _require_reason(appointment, reason)
    if bookings.is_same(appointment, booking):
        require(refused(_("This is the time, place and person that it is booked for already."), "scheduled_at"))
    _require_bookable(appointment.subject, booking)
    bookings.end(appointment, AppointmentStatus.RESCHEDULED, reason)
    new = bookings.book(by, appointment.subject, booking, reason=appointment.reason)
    bookings.follow(appointment, new)
    return new


@recorded("appointment.cancelled", gettext_lazy("Appointment cancelled"))
def cancel_appointment(*, by: Any, appointment: Appointment, cancelled_by: str, reason: str) -> Appointment:
    """Free the time; a visit that it booked is planned again, to be booked.

    Raises:
        Refused: it is not said on whose wish, or why.
    """
    appointment = _locked(appointment)
    require(policies.cancel_appointment(by, appointment))
    if cancelled_by not in Side.values:
        require(refused(_("Say who cancels it."), "cancelled_by"))
    _require_reason(appointment, reason)
    return _ended(appointment, AppointmentStatus.CANCELLED, reason, cancelled_by)


@recorded("appointment.missed", gettext_lazy("Did not come to the appointment"))
def miss_appointment(*, by: Any, appointment: Appointment, reason: str) -> Appointment:
    """The participant did not come; a visit that it booked is planned again, and missed only once somebody says so.

    Raises:
        Refused: the time is still to come, or what is known of why is not said.
    """
    appointment = _locked(appointment)
    require(policies.miss_appointment(by, appointment))
    _require_reason(appointment, reason)
    return _ended(appointment, AppointmentStatus.NO_SHOW, reason)


@recorded("appointment.kept", gettext_lazy("Appointment kept"))
def keep_appointment(*, by: Any, appointment: Appointment) -> Appointment:
    """The participant came to what is no visit."""
    appointment = _locked(appointment)
    require(policies.keep_appointment(by, appointment))
    return bookings.keep(appointment, AppointmentStatus.FULFILLED)


def _require_reason(appointment: Appointment, reason: str) -> None:
    if not reason.strip():
        require(refused(_("Say why."), "reason"))
    refuse_identity_in(appointment.subject, reason=reason)


def _ended(appointment: Appointment, status: str, reason: str, cancelled_by: str = "") -> Appointment:
    bookings.end(appointment, status, reason, cancelled_by=cancelled_by)
    if appointment.visit and appointment.visit.status in BOOKED:
        schedule.unbook(appointment.visit)
    return appointment


def _saved(appointment: Appointment) -> Appointment:
    appointment.save()
    bookings.publish_change(appointment)
    return appointment
