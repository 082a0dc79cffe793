"""Visits of one subject: states and moves, kinds, anchors and reasons, and where a visit stands to its window."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from trialcrm.core.lifecycle import Lifecycle

from .windows import Window


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


class Side(TextChoices):
    """Whose wish an act on an appointment follows."""

    PARTICIPANT = "participant", _("Participant")
    SITE = "site", _("Site")


_V, _A = VisitStatus, AppointmentStatus

# A rescheduled visit is bookable like a scheduled one: the status says that its time was moved at least once.
# One whose appointment is cancelled or not kept is planned again, to be booked.
_BOOKED_MOVES = {_V.PLANNED, _V.RESCHEDULED, _V.IN_PROGRESS, _V.COMPLETED, _V.MISSED, _V.CANCELLED}

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
        # Only when participation goes on after its end had cancelled the visit.
        _V.CANCELLED: {_V.PLANNED},
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

#: Still to come about: booked, and nobody has arrived yet.
AWAITED = frozenset({_A.BOOKED, _A.CONFIRMED})

#: A window that closes within this many days is closing.
CLOSING_DAYS = 3
SATURDAY = 5
NUMBER_STEP = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Booking:
    """When (aware) and where a visit is to take place, with whom, for how many minutes."""

    scheduled_at: datetime
    coordinator: Any
    location: str = ""
    minutes: int = 30

    @property
    def ends_at(self) -> datetime:
        return self.scheduled_at + timedelta(minutes=self.minutes)


def window_state(window: Window | None, status: str, started_on: date | None, today: date) -> WindowState | None:
    """Where a visit stands to its window on the day that is today at its site.

    None for a visit without a window and for one that is over without having taken place.
    """
    if window is None:
        return None
    if status in DONE and started_on:
        return WindowState.IN_WINDOW if window.contains(started_on) else WindowState.OUT_OF_WINDOW
    if status not in OPEN:
        return None
    if today < window.opens:
        return WindowState.UPCOMING
    if today > window.closes:
        return WindowState.OVERDUE
    return WindowState.CLOSING if (window.closes - today).days <= CLOSING_DAYS else WindowState.OPEN


def is_weekday(on: date) -> bool:
    """Monday to Friday; holidays are not known here."""
    return on.weekday() < SATURDAY


def suggested_day(window: Window, not_before: date) -> date:
    """The weekday nearest to the target inside the window, the earlier of two, and not before the given day.

    Where no such day is left inside, the nearest one outside. Only a suggestion: the target itself never shifts.
    """
    first = max(not_before, window.opens - timedelta(days=7))
    last = max(window.closes, first) + timedelta(days=7)
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return min(
        filter(is_weekday, days),
        key=lambda day: (not window.contains(day), abs(window.distance_to_target(day)), day),
    )


def out_of_window_words(window: Window, on: date) -> str:
    """The warning for a date outside the window: how far from which edge; empty for a date inside."""
    days = window.deviation_days(on)
    if days == 0:
        return ""
    edge = formats.date_format(window.opens if days < 0 else window.closes, "j M Y")
    if days < 0:
        words = ngettext(
            "%(n)d day before the window opens on %(on)s.", "%(n)d days before the window opens on %(on)s.", -days
        )
    else:
        words = ngettext(
            "%(n)d day after the window closes on %(on)s.", "%(n)d days after the window closes on %(on)s.", days
        )
    return words % {"n": abs(days), "on": edge}


def unscheduled_number(preceding: Decimal, taken: Iterable[Decimal]) -> Decimal:
    """The number of a visit that nobody planned: the preceding planned one plus 0.1, 0.2 …

    Numbers that the protocol plans or that the subject has already are skipped (SDTM Implementation Guide, VISITNUM).
    """
    held = set(taken)
    number = preceding + NUMBER_STEP
    while number in held:
        number += NUMBER_STEP
    return number


def in_order_of_anchors(plan: Iterable[Any]) -> list[Any]:
    """Planned visits so that each comes after the one it is counted from.

    What is counted in a circle is left out: it has no date.
    """
    waiting = {item.visit_num: item for item in sorted(plan, key=lambda item: item.visit_num)}
    numbers, ordered = list(waiting), []
    while waiting:
        ready = [item for item in waiting.values() if _anchor_number(item, numbers) not in waiting]
        if not ready:
            break
        ordered += ready
        for item in ready:
            del waiting[item.visit_num]
    return ordered


def _anchor_number(planned: Any, numbers: list[Decimal]) -> Decimal | None:
    """The number of the planned visit that this one is counted from; None when it is counted from a date."""
    if planned.anchor == Anchor.VISIT:
        return planned.anchor_visit_num
    if planned.anchor != Anchor.PREVIOUS_VISIT:
        return None
    return max((number for number in numbers if number < planned.visit_num), default=None)
