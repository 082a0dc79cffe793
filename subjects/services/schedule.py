"""The dated schedule of a subject: which visits are planned for when, and what a completed visit moves."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from subjects.domain.visits import (
    DONE,
    OPEN,
    Anchor,
    AppointmentStatus,
    VisitStatus,
    in_order_of_anchors,
    unscheduled_number,
)
from subjects.domain.windows import Window, latest_baseline, planned_window, study_day
from subjects.events import VisitChanged
from subjects.models import Appointment, PlannedVisit, Subject, Visit
from trialcrm.audit import bulk
from trialcrm.core import clock
from trialcrm.core.events import publish

from . import bookings

PARTICIPATION_ENDED = gettext_lazy("Participation ended.")
#: Anchors that are another visit.
BY_VISIT = (Anchor.VISIT, Anchor.PREVIOUS_VISIT)
#: Visits of one subject by their number, those that the protocol plans.
Known = dict[Decimal, Visit]


def plan_from_consent(subject: Subject) -> list[Visit]:
    """Plan what consent dates: the screening visits and what is counted from them, and baseline without a target.

    Baseline can be booked before its day is known; it is due on the last day that screening may take.
    """
    return _plan(subject, _known(subject))


def aim_from_consent(subject: Subject, was: date) -> None:
    """The day of consent was typed wrongly: aim anew what is counted from it, directly or through another visit.

    Visits done or over are aimed anew too, because the protocol never put them where the wrong day had. Baseline
    without a target is due by the right day where it was due by the wrong one.
    """
    known, hanging = _known(subject), set()
    for planned in in_order_of_anchors(visit.planned_visit for visit in known.values()):
        visit, before = known[planned.visit_num], _anchor_visit(planned, known)
        by_visit = planned.anchor in BY_VISIT and before is not None and before.visit_num in hanging
        if planned.anchor == Anchor.CONSENT or by_visit:
            hanging.add(visit.visit_num)
            _correct(visit, window_of(subject, planned, known))
        elif visit.window is None and _is_baseline(planned):
            _correct_due(visit, was)


def _correct(visit: Visit, window: Window | None) -> None:
    if window is None or window == visit.window:
        return
    _target(visit, window)
    visit.save()
    if visit.status in OPEN:
        publish_change(visit)


def _correct_due(visit: Visit, was: date) -> None:
    subject, days = visit.subject, visit.subject.study.max_screening_days
    if subject.consented_on and visit.due_on == latest_baseline(was, days):
        visit.due_on = latest_baseline(subject.consented_on, days)
        _target(visit, None)
        visit.save()
        publish_change(visit)


def plan_from_baseline(subject: Subject) -> list[Visit]:
    """Plan every visit that is counted from the first dose, directly or through another visit.

    Visits done before get their study day, and those that had no target yet get it.
    """
    known = _known(subject)
    for visit in known.values():
        if visit.window is None and visit.planned_visit:
            _aim(visit, window_of(subject, visit.planned_visit, known))
    made = _plan(subject, known)
    for visit in subject.visits.filter(status__in=DONE):
        settle(visit)
        visit.save()
    return made


def _known(subject: Subject) -> Known:
    visits = subject.visits.exclude(planned_visit=None).select_related("planned_visit").order_by("visit_num")
    return {visit.visit_num: visit for visit in visits}


def _plan(subject: Subject, known: Known) -> list[Visit]:
    plan = in_order_of_anchors(subject.study.planned_visits.filter(is_unscheduled_kind=False))
    taken = set(subject.visits.values_list("visit_num", flat=True))
    made = []
    for planned in plan:
        visit = None if planned.visit_num in taken else _make(subject, planned, known)
        if visit:
            known[planned.visit_num] = visit
            made.append(visit)
    bulk.create(made)
    for visit in made:
        publish_change(visit)
    return made


def _make(subject: Subject, planned: PlannedVisit, known: Known) -> Visit | None:
    window = window_of(subject, planned, known)
    if window is None and not _is_baseline(planned):
        return None
    visit = Visit(
        subject=subject,
        planned_visit=planned,
        visit_num=planned.visit_num,
        visit_type=planned.name,
        kind=planned.kind,
        coordinator=subject.coordinator,
    )
    if window is None and subject.consented_on:
        visit.due_on = latest_baseline(subject.consented_on, subject.study.max_screening_days)
    _target(visit, window)
    return visit


def _is_baseline(planned: PlannedVisit) -> bool:
    return planned.anchor == Anchor.BASELINE and planned.offset_days == 0


def window_of(subject: Subject, planned: PlannedVisit, known: Known) -> Window | None:
    """Target and window of a planned visit for this subject, or None while its anchor is not known."""
    anchor = _anchor_date(subject, planned, known)
    if anchor is None or planned.offset_days is None:
        return None
    return planned_window(anchor, planned.offset_days, planned.window_before or 0, planned.window_after or 0)


def _anchor_date(subject: Subject, planned: PlannedVisit, known: Known) -> date | None:
    if planned.anchor == Anchor.CONSENT:
        return subject.consented_on
    if planned.anchor == Anchor.BASELINE:
        return subject.first_dose_on
    visit = _anchor_visit(planned, known)
    return (visit.started_on or visit.target_on) if visit else None


def _anchor_visit(planned: PlannedVisit, known: Known) -> Visit | None:
    if planned.anchor == Anchor.VISIT:
        return known.get(planned.anchor_visit_num) if planned.anchor_visit_num is not None else None
    before = [number for number in known if number < planned.visit_num]
    return known[max(before)] if before else None


def _target(visit: Visit, window: Window | None) -> None:
    if window:
        visit.target_on, visit.opens_on, visit.closes_on = window.target, window.opens, window.closes
    settle(visit)


def _aim(visit: Visit, window: Window | None) -> None:
    _target(visit, window)
    visit.save()
    publish_change(visit)


def settle(visit: Visit) -> None:
    """Bring the computed columns of a visit in line with its dates: due date, study day, days out of window.

    All are calendar dates at the site.
    """
    zone = visit.subject.site.time_zone
    booked = clock.local(visit.scheduled_at, zone).date() if visit.scheduled_at else None
    arrived = clock.local(visit.arrived_at, zone).date() if visit.arrived_at else None
    expected = (arrived or booked) if visit.status in OPEN else None
    visit.due_on = visit.started_on or expected or visit.target_on or booked or visit.due_on or clock.today(zone)
    visit.study_day = study_day(visit.started_on, visit.subject.first_dose_on)
    measured = visit.window if visit.started_on and not visit.is_unscheduled else None
    visit.deviation_days = measured.deviation_days(visit.started_on) if measured and visit.started_on else None


def move_what_follows(done: Visit) -> list[Visit]:
    """Aim visits anew that are counted from a visit just completed; those done or over keep their target.

    The targets from before stay in the history of each visit.
    """
    return [visit for visit, window in _followers(done) if _moved(visit, window)]


def _followers(done: Visit) -> Iterator[tuple[Visit, Window | None]]:
    """Open visits that hang on the one done, directly or through another, each with its window by now."""
    known = _known(done.subject)
    hanging = {done.visit_num}
    for planned in in_order_of_anchors(visit.planned_visit for visit in known.values()):
        if planned.anchor not in BY_VISIT:
            continue
        anchor, visit = _anchor_visit(planned, known), known[planned.visit_num]
        if anchor and anchor.visit_num in hanging and visit.status in OPEN:
            hanging.add(visit.visit_num)
            yield visit, window_of(done.subject, planned, known)


def _moved(visit: Visit, window: Window | None) -> bool:
    if window is None or window == visit.window:
        return False
    _aim(visit, window)
    return True


def cancel_open_visits(subject: Subject) -> None:
    """Nothing planned takes place after participation ended."""
    open_visits = subject.visits.select_for_update().filter(status__in=OPEN - {VisitStatus.IN_PROGRESS})
    for visit in open_visits.order_by("visit_num"):
        visit.status, visit.not_done_reason = VisitStatus.CANCELLED, str(PARTICIPATION_ENDED)
        release_booking(visit, str(PARTICIPATION_ENDED))
        _aim(visit, None)
    cancel_open_appointments(subject)


def plan_again(subject: Subject) -> list[Visit]:
    """Participation goes on after all (screened again, found again): what its end had cancelled and is not over.

    Baseline without a target gets as many days as screening may take from today.
    """
    today = clock.today(subject.site.time_zone)
    not_over = Q(closes_on=None) | Q(closes_on__gte=today)
    cancelled = subject.visits.filter(status=VisitStatus.CANCELLED, not_done_reason=str(PARTICIPATION_ENDED))
    again = list(cancelled.filter(not_over))
    for visit in again:
        visit.status, visit.not_done_reason, visit.scheduled_at = VisitStatus.PLANNED, "", None
        visit.due_on = latest_baseline(today, subject.study.max_screening_days)
        _aim(visit, None)
    return again


def release_booking(visit: Visit, reason: str, status: str = AppointmentStatus.CANCELLED) -> None:
    """Free the provider's time that this visit holds."""
    held = (AppointmentStatus.REQUESTED, AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED)
    for appointment in visit.appointments.filter(status__in=held):
        is_asked = appointment.status == AppointmentStatus.REQUESTED
        bookings.end(appointment, AppointmentStatus.CANCELLED if is_asked else status, reason)


def unbook(visit: Visit) -> None:
    """The booked time of a visit is gone: it is planned as before, to be booked; target and window stand.

    Baseline without a target is due on the last day that screening may take, as when it was first planned.
    """
    visit.status, visit.scheduled_at = VisitStatus.PLANNED, None
    visit.out_of_window_reason, visit.move_reason = "", ""
    if visit.window is None and visit.subject.consented_on:
        visit.due_on = latest_baseline(visit.subject.consented_on, visit.subject.study.max_screening_days)
    _aim(visit, None)


def cancel_open_appointments(subject: Subject) -> None:
    """What is booked besides visits is not kept either after participation ended."""
    rows = Appointment.objects.select_for_update().awaited().filter(subject=subject, visit=None)
    for appointment in rows.order_by("starts_at", "id"):
        bookings.end(appointment, AppointmentStatus.CANCELLED, str(PARTICIPATION_ENDED))


def next_unscheduled_number(subject: Subject, on: date) -> Decimal:
    """The number of an unscheduled visit on a day: that of the planned visit before it plus 0.1, 0.2 …

    Before it lies what was done by then, and what was not done and whose window is over.
    """
    before = Q(started_on__lte=on) | Q(started_on=None, closes_on__lt=on)
    planned = subject.visits.exclude(planned_visit=None).filter(before)
    last = planned.order_by(Coalesce("started_on", "target_on").desc(), "-visit_num").first()
    taken = [
        *subject.visits.values_list("visit_num", flat=True),
        *subject.study.planned_visits.values_list("visit_num", flat=True),
    ]
    return unscheduled_number(last.visit_num if last else Decimal(1), taken)


def publish_change(visit: Visit) -> None:
    publish(VisitChanged(visit.study_id, visit.site_id, visit.subject_id, visit.pk, visit.status))
