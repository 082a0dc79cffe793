"""Appointments in every state, here and elsewhere; the canary's first."""

from datetime import timedelta
from typing import Any

from subjects import services
from subjects.models import Appointment
from subjects.services import Booking
from tests.support.days import in_days
from trialcrm.core import clock

WHY = "The participant asked for it"


def populate(world: Any) -> None:
    """What is no visit: booked, confirmed, moved, cancelled, not kept, kept; one that a participant wishes to move."""
    treated = world.other_site.subjects.filter(state="on_treatment").first()
    _appointments_of(world.canary, world.coordinator, 40)
    _appointments_of(treated, world.outsider, 40)
    services.ask_for_another_time(
        by=world.participant, appointment=_booked(world.canary, world.coordinator, 70), wish="Rather a day later"
    )


def _appointments_of(subject: Any, by: Any, days: int) -> None:
    services.confirm_appointment(by=by, appointment=_booked(subject, by, days))
    services.move_appointment(
        by=by,
        appointment=_booked(subject, by, days + 1),
        booking=Booking(clock.now() + timedelta(days=days + 2), by, "Room 3"),
        reason=WHY,
    )
    services.cancel_appointment(
        by=by, appointment=_booked(subject, by, days + 3), cancelled_by="participant", reason=WHY
    )
    with clock.frozen(in_days(-1)):
        past = [_booked(subject, by, 0, hours=hours) for hours in (1, 2, 3)]
    services.miss_appointment(by=by, appointment=past[0], reason=WHY)
    services.keep_appointment(by=by, appointment=past[1])


def _booked(subject: Any, by: Any, days: int, hours: int = 0) -> Appointment:
    booking = Booking(clock.now() + timedelta(days=days, hours=hours), by, "Room 2")
    return services.book_appointment(by=by, subject=subject, booking=booking, reason="Blood test repeated")
