"""Visits of one subject: states and moves, kinds, anchors and reasons."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class VisitStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    SCHEDULED = "scheduled", _("Scheduled")
    RESCHEDULED = "rescheduled", _("Rescheduled")
    IN_PROGRESS = "in_progress", _("Arrived")
    COMPLETED = "completed", _("Completed")
    SIGNED = "signed", _("Signed")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class VisitKind(TextChoices):
    CLINIC = "clinic", _("Clinic")
    PHONE = "phone", _("Phone")
    HOME = "home", _("Home")


class Anchor(TextChoices):
    """The date from which a planned visit is counted."""

    CONSENT = "consent", _("Consent")
    BASELINE = "baseline", _("First dose")
    PREVIOUS_VISIT = "previous_visit", _("Previous visit")
    VISIT = "visit", _("Another visit")


class MoveReason(TextChoices):
    PARTICIPANT = "participant", _("Participant asked")
    SITE = "site", _("Site")
    ILLNESS = "illness", _("Illness")
    HOLIDAY = "holiday", _("Holiday")
    WEATHER = "weather", _("Weather")
    OTHER = "other", _("Other")


class UnscheduledReason(TextChoices):
    ADVERSE_EVENT = "adverse_event", _("Adverse event")
    LAB_REPEAT = "lab_repeat", _("Laboratory repeat")
    PARTICIPANT = "participant", _("Participant asked")
    OTHER = "other", _("Other")


class WindowState(TextChoices):
    """Where a visit stands to its window; a question of the list, computed from its dates."""

    UPCOMING = "upcoming", _("Opens later")
    OPEN = "open", _("Window open")
    CLOSING = "closing", _("Closes within 3 days")
    OVERDUE = "overdue", _("Overdue")
    IN_WINDOW = "in_window", _("Done in window")
    OUT_OF_WINDOW = "out_of_window", _("Done out of window")


class AppointmentStatus(TextChoices):
    REQUESTED = "requested", _("Requested")
    BOOKED = "booked", _("Booked")
    CONFIRMED = "confirmed", _("Confirmed")
    ARRIVED = "arrived", _("Arrived")
    FULFILLED = "fulfilled", _("Fulfilled")
    RESCHEDULED = "rescheduled", _("Rescheduled")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("Did not come")


_V, _A = VisitStatus, AppointmentStatus

# A rescheduled visit is bookable like a scheduled one: the status says that its time was moved at least once.
_BOOKED_MOVES = {_V.RESCHEDULED, _V.IN_PROGRESS, _V.COMPLETED, _V.MISSED, _V.CANCELLED}

VISIT_LIFECYCLE = Lifecycle.of(
    "visit",
    VisitStatus,
    {
        _V.PLANNED: {_V.SCHEDULED, _V.COMPLETED, _V.MISSED, _V.CANCELLED, _V.NOT_APPLICABLE},
        _V.SCHEDULED: _BOOKED_MOVES,
        _V.RESCHEDULED: _BOOKED_MOVES,
        _V.IN_PROGRESS: {_V.COMPLETED},
        _V.COMPLETED: {_V.SIGNED},
        _V.MISSED: {_V.COMPLETED},
    },
)

APPOINTMENT_LIFECYCLE = Lifecycle.of(
    "appointment",
    AppointmentStatus,
    {
        _A.REQUESTED: {_A.BOOKED, _A.CANCELLED},
        _A.BOOKED: {_A.CONFIRMED, _A.ARRIVED, _A.FULFILLED, _A.RESCHEDULED, _A.CANCELLED, _A.NO_SHOW},
        _A.CONFIRMED: {_A.ARRIVED, _A.FULFILLED, _A.RESCHEDULED, _A.CANCELLED, _A.NO_SHOW},
        _A.ARRIVED: {_A.FULFILLED},
    },
)

#: Waits to take place.
OPEN = frozenset({_V.PLANNED, _V.SCHEDULED, _V.RESCHEDULED, _V.IN_PROGRESS})
#: Has a booked time.
BOOKED = frozenset({_V.SCHEDULED, _V.RESCHEDULED})
DONE = frozenset({_V.COMPLETED, _V.SIGNED})
#: Appointments that hold their provider's time.
HOLDING = frozenset({_A.BOOKED, _A.CONFIRMED, _A.ARRIVED, _A.FULFILLED})
