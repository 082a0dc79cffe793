"""What becomes of a visit: on time, early, late, moved, missed or called off; and what may follow from it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from subjects import services
from subjects.domain.visits import MoveReason, UnscheduledReason, VisitKind
from subjects.domain.windows import Window
from subjects.models import Visit
from subjects.services import Booking, Signed
from trialcrm.core import clock

from . import words
from .clockwork import Story
from .days import next_working_day, spread, working_days
from .life import Life
from .notes import after_visit

_SHORTLY = timedelta(days=30)
#: How visits in their window were booked is told of the last weeks only.
_BOOKING_TOLD = timedelta(days=21)
_MINUTES = {VisitKind.CLINIC: 30, VisitKind.HOME: 30, VisitKind.PHONE: 15}


def attend(life: Life, number: str) -> Story:
    """A visit of the past, as visits go."""
    habits, weights = zip(*_HABITS, strict=True)
    visit = life.visit(number)
    habit = life.rng.choices(habits, weights)[0]
    # Shortly before now all goes as planned, so that the next visit stands where the plan wants it.
    if _is_anchor(life, number):
        habit = on_target
    elif window_of(visit).closes > life.today - _SHORTLY:
        habit = _in_window
    elif life.was_walk_in(window_of(visit).target) or (visit.kind == VisitKind.PHONE and life.chance(50)):
        habit = _not_booked
    yield from habit(life, visit)


def _is_anchor(life: Life, number: str) -> bool:
    following = life.plan.visit and life.protocol.visit(life.plan.visit).to
    return following == number


def on_target(life: Life, visit: Visit) -> Story:
    yield from _booked_and_done(life, visit, next_working_day(window_of(visit).target))


def _in_window(life: Life, visit: Visit) -> Story:
    yield from _booked_and_done(life, visit, _near_target(life, visit))


def _not_booked(life: Life, visit: Visit) -> Story:
    """The participant came by, or answered the phone, without an appointment."""
    yield life.at(_near_target(life, visit), life.rng.randint(9, 15))
    yield from done(life, visit)


def _early(life: Life, visit: Visit) -> Story:
    opens = window_of(visit).opens
    on = working_days(opens - timedelta(days=3), opens - timedelta(days=1))[-1]
    yield from _booked_and_done(life, visit, max(on, life.on + timedelta(days=1)), life.rng.choice(words.EARLY))


def _late(life: Life, visit: Visit) -> Story:
    closes = window_of(visit).closes
    on = life.rng.choice(working_days(closes + timedelta(days=1), closes + timedelta(days=4)))
    yield from _booked_and_done(life, visit, on, life.rng.choice(words.LATE))


def _moved(life: Life, visit: Visit) -> Story:
    first = _near_target(life, visit)
    book(life, visit, first)
    yield life.at(first - timedelta(days=1), 15)
    closes = window_of(visit).closes
    move(life, visit, next_working_day(max(min(closes, first + timedelta(days=2)), first)))
    yield end_of(life, visit)
    yield from done(life, visit)


def _missed(life: Life, visit: Visit) -> Story:
    on = _near_target(life, visit)
    book(life, visit, on)
    yield life.at(next_working_day(on + timedelta(days=1)), 9)
    services.miss_visit(by=life.team.coordinator, visit=visit, reason=life.rng.choice(words.MISSED))


def _called_off(life: Life, visit: Visit) -> Story:
    yield life.at(window_of(visit).opens, 10)
    if visit.kind != VisitKind.PHONE:
        yield from _in_window(life, visit)
        return
    services.cancel_visit(by=life.team.coordinator, visit=visit, reason=life.rng.choice(words.CALLED_OFF))


Habit = Callable[[Life, Visit], Story]
_HABITS: tuple[tuple[Habit, int], ...] = (
    (_in_window, 62),
    (_moved, 11),
    (_late, 10),
    (_missed, 9),
    (_early, 6),
    (_called_off, 2),
)


def _booked_and_done(life: Life, visit: Visit, on: date, why_outside: str = "") -> Story:
    if on < life.today - _BOOKING_TOLD and not _why(visit, on, why_outside):
        yield life.at(on, life.rng.randint(9, 15))
    else:
        book(life, visit, on, why_outside)
        yield end_of(life, visit)
    yield from done(life, visit)


def book(life: Life, visit: Visit, on: date, why_outside: str = "", at: datetime | None = None) -> None:
    """Book a visit for a day at a time when the coordinator is free, or at a time taken before."""
    booking = _booking(life, visit, on, at)
    services.schedule_visit(
        by=life.team.coordinator,
        visit=visit,
        booking=booking,
        out_of_window_reason=_why(visit, on, why_outside),
    )
    visit.scheduled_at = booking.scheduled_at


def move(life: Life, visit: Visit, on: date) -> None:
    reason, said = life.rng.choice(words.MOVED)
    services.reschedule_visit(
        by=life.team.coordinator,
        visit=visit,
        booking=(booking := _booking(life, visit, on)),
        move_reason=MoveReason(reason),
        reason=said,
        out_of_window_reason=_why(visit, on, said),
    )
    visit.scheduled_at = booking.scheduled_at


def _why(visit: Visit, on: date, why_outside: str) -> str:
    """Why a visit is booked outside its window; nothing where it is inside, or has none before the first dose."""
    return "" if visit.window is None or visit.window.contains(on) else why_outside or words.LATE[-1]


def _booking(life: Life, visit: Visit, on: date, at: datetime | None = None) -> Booking:
    start = at or life.world.diary.free(f"coordinator {life.plan.site}", on, life.place.zone, life.rng)
    kind = VisitKind(visit.kind)
    location = {VisitKind.PHONE: "By phone", VisitKind.HOME: "At home"}.get(kind) or f"Room {life.rng.randint(1, 3)}"
    return Booking(start, life.team.coordinator, location, _MINUTES[kind])


def end_of(life: Life, visit: Visit) -> datetime:
    """When a booked visit is over and recorded."""
    if visit.scheduled_at is None:
        raise LookupError(f"{visit} is not booked.")
    return visit.scheduled_at + timedelta(minutes=life.rng.randint(12, 29))


def done(life: Life, visit: Visit) -> Story:
    """Record a visit as completed today, and what came up with it."""
    services.complete_visit(by=life.team.coordinator, visit=visit, started_on=life.on)
    if visit.kind != VisitKind.PHONE and life.plan.number % 9:
        sign_newer_version(life)
    yield from after_visit(life)
    if life.chance(4) and life.on < life.today - timedelta(days=9):
        yield from _unscheduled(life)


def sign_newer_version(life: Life) -> None:
    """Whoever signed an earlier version of the consent document signs the one in force; few forget it at a visit."""
    version = life.world.version_in_force(life.place.study, life.on)
    if version.label == life.consent_label:
        return
    signed_at = clock.now() - timedelta(minutes=15)
    signed = Signed(version=version, signed_at=signed_at, discussed_at=signed_at - timedelta(minutes=20))
    services.record_consent(by=life.team.coordinator, subject=life.subject, signed=signed)
    life.consent_label = version.label


def _unscheduled(life: Life) -> Story:
    yield life.at(next_working_day(life.on + timedelta(days=life.rng.randint(2, 5))), 13)
    reason, said = life.rng.choice(words.UNSCHEDULED)
    services.add_unscheduled_visit(
        by=life.team.physician,
        subject=life.subject,
        started_on=life.on,
        unscheduled_reason=UnscheduledReason(reason),
        visit_type=said,
    )


def window_of(visit: Visit) -> Window:
    """The window of a planned visit, which has one."""
    if visit.window is None:
        raise LookupError(f"{visit} has no window.")
    return visit.window


def _near_target(life: Life, visit: Visit) -> date:
    """A working day in the window, close to the target, after the story's own day and before today."""
    window = window_of(visit)
    first = max(window.opens, life.on + timedelta(days=1))
    last = max(min(window.closes, life.today - timedelta(days=1)), first)
    days = spread(working_days(first, last), window.target)
    return life.rng.choice(days[:3])
