"""Who books, confirms, moves and cancels appointments; a participant confirms and asks, only staff change them."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.domain.visits import APPOINTMENT_LIFECYCLE, AppointmentStatus
from subjects.models import Appointment, Subject
from trialcrm.access.asking import holds
from trialcrm.core import clock
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .rights import study_takes_entries
from .visits import change_visits, still_takes_part


def book_appointment(user: Any, subject: Subject) -> Decision:
    """Somebody who takes part is booked with staff, also for what is no visit."""
    return first_refusal(change_visits(user, subject), still_takes_part(subject))


def _move(appointment: Appointment, to: str) -> Decision:
    return APPOINTMENT_LIFECYCLE.may_move(appointment.status, to)


def _is_to_come(appointment: Appointment) -> Decision:
    return ALLOWED if appointment.starts_at > clock.now() else refused(_("This time is past."))


def confirm_appointment(user: Any, appointment: Appointment) -> Decision:
    return first_refusal(change_visits(user, appointment), _confirmable(appointment))


def confirm_own_appointment(user: Any, appointment: Appointment) -> Decision:
    """The participant says that they will be there."""
    return first_refusal(_is_own(user, appointment), _confirmable(appointment))


def _confirmable(appointment: Appointment) -> Decision:
    return first_refusal(_move(appointment, AppointmentStatus.CONFIRMED), _is_to_come(appointment))


def _is_own(user: Any, appointment: Appointment) -> Decision:
    own = holds(user, Perm.OWN_VISITS, appointment, _("This is not your appointment."))
    return first_refusal(own, study_takes_entries(appointment.study))


def ask_for_another_time(user: Any, appointment: Appointment) -> Decision:
    """The participant may ask; only staff change a booked time."""
    waits = refused(_("You have asked for another time. We will answer you.")) if appointment.has_wish else ALLOWED
    return first_refusal(
        _is_own(user, appointment), _move(appointment, AppointmentStatus.RESCHEDULED), _is_to_come(appointment), waits
    )


def move_appointment(user: Any, appointment: Appointment) -> Decision:
    return first_refusal(
        change_visits(user, appointment),
        _move(appointment, AppointmentStatus.RESCHEDULED),
        still_takes_part(appointment.subject),
    )


def decline_wish(user: Any, appointment: Appointment) -> Decision:
    asked = ALLOWED if appointment.has_wish else refused(_("Nobody asks for another time."))
    return first_refusal(change_visits(user, appointment), asked)


def cancel_appointment(user: Any, appointment: Appointment) -> Decision:
    return first_refusal(change_visits(user, appointment), _move(appointment, AppointmentStatus.CANCELLED))


def miss_appointment(user: Any, appointment: Appointment) -> Decision:
    """Nobody has stayed away from what is still to come."""
    return first_refusal(
        change_visits(user, appointment), _move(appointment, AppointmentStatus.NO_SHOW), _has_begun(appointment)
    )


def _has_begun(appointment: Appointment) -> Decision:
    return ALLOWED if appointment.starts_at <= clock.now() else refused(_("This time is still to come."))


def keep_appointment(user: Any, appointment: Appointment) -> Decision:
    """That the participant came; for a visit this is told by the visit."""
    visit = refused(_("Start or complete its visit instead.")) if appointment.visit_id else ALLOWED
    return first_refusal(
        change_visits(user, appointment),
        _move(appointment, AppointmentStatus.FULFILLED),
        visit,
        _has_begun(appointment),
    )
