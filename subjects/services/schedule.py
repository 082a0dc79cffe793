"""The dated schedule of a subject: which visits are planned for when, and what a completed visit moves."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from subjects.domain.visits import DONE, OPEN, Anchor, VisitStatus
from subjects.domain.windows import Window, planned_window, study_day
from subjects.events import VisitChanged
from subjects.models import PlannedVisit, Subject, Visit
from trialcrm.core import clock
from trialcrm.core.events import publish


def plan_from_consent(subject: Subject) -> list[Visit]:
    """Plan the screening visits, counted from consent."""
    return _plan(subject, lambda planned: planned.anchor == Anchor.CONSENT)


def plan_from_baseline(subject: Subject) -> list[Visit]:
    """Plan every visit that is counted from the first dose, directly or through another visit."""
    made = _plan(subject, lambda planned: planned.anchor != Anchor.CONSENT)
    for visit in subject.visits.filter(status__in=DONE).select_related("subject"):
        settle(visit)
        visit.save()
    return made


def _plan(subject: Subject, wanted: Callable[[PlannedVisit], bool]) -> list[Visit]:
    existing = set(subject.visits.values_list("visit_num", flat=True))
    plan = [item for item in _protocol(subject) if item.visit_num not in existing and wanted(item)]
    return [visit for planned in plan if (visit := _make(subject, planned))]


def _protocol(subject: Subject) -> list[PlannedVisit]:
    """Planned visits in an order in which an anchor comes before what hangs on it."""
    visits = subject.study.planned_visits.filter(is_unscheduled_kind=False)
    return sorted(visits, key=lambda item: (item.anchor in (Anchor.VISIT, Anchor.PREVIOUS_VISIT), item.visit_num))


def _make(subject: Subject, planned: PlannedVisit) -> Visit | None:
    window = window_of(subject, planned)
    if window is None:
        return None
    visit = Visit(
        subject=subject,
        planned_visit=planned,
        visit_num=planned.visit_num,
        visit_type=planned.name,
        kind=planned.kind,
        coordinator=subject.coordinator,
    )
    _aim(visit, window)
    visit.save()
    publish_change(visit)
    return visit


def window_of(subject: Subject, planned: PlannedVisit) -> Window | None:
    """Target and window of a planned visit for this subject, or None while its anchor is not known."""
    anchor = _anchor_date(subject, planned)
    if anchor is None or planned.offset_days is None:
        return None
    return planned_window(anchor, planned.offset_days, planned.window_before or 0, planned.window_after or 0)


def _anchor_date(subject: Subject, planned: PlannedVisit) -> date | None:
    if planned.anchor == Anchor.CONSENT:
        return subject.consented_on
    if planned.anchor == Anchor.BASELINE:
        return subject.first_dose_on
    visit = _anchor_visit(subject, planned)
    return (visit.started_on or visit.target_on) if visit else None


def _anchor_visit(subject: Subject, planned: PlannedVisit) -> Visit | None:
    visits = subject.visits.exclude(planned_visit=None)
    if planned.anchor == Anchor.VISIT:
        return visits.filter(visit_num=planned.anchor_visit_num).first()
    return visits.filter(visit_num__lt=planned.visit_num).order_by("-visit_num").first()


def _aim(visit: Visit, window: Window) -> None:
    visit.target_on, visit.opens_on, visit.closes_on = window.target, window.opens, window.closes
    settle(visit)


def settle(visit: Visit) -> None:
    """Bring the computed columns of a visit in line with its dates: due date, study day, days out of window."""
    zone = visit.subject.site.time_zone
    booked = clock.local(visit.scheduled_at, zone).date() if visit.scheduled_at else None
    open_date = booked if visit.status in OPEN else None
    visit.due_on = visit.started_on or open_date or visit.target_on or booked or clock.today(zone)
    visit.study_day = study_day(visit.started_on, visit.subject.first_dose_on)
    window = visit.window
    done = window is not None and visit.started_on is not None and not visit.is_unscheduled
    visit.deviation_days = window.deviation_days(visit.started_on) if window and done and visit.started_on else None


def move_what_follows(done: Visit) -> list[Visit]:
    """Aim visits anew that are counted from a visit just completed; those done or over keep their target."""
    moved = []
    for visit in _dependants(done):
        window = window_of(visit.subject, visit.planned_visit)  # type: ignore[arg-type]
        if window and window != visit.window:
            _aim(visit, window)
            visit.save()
            publish_change(visit)
            moved.append(visit)
    return moved


def _dependants(done: Visit) -> Iterable[Visit]:
    open_visits = done.subject.visits.filter(status__in=OPEN).exclude(planned_visit=None)
    counted = open_visits.filter(planned_visit__anchor__in=(Anchor.VISIT, Anchor.PREVIOUS_VISIT))
    return counted.select_related("planned_visit", "subject__site", "subject__study").order_by("visit_num")


def cancel_open_visits(subject: Subject) -> None:
    """Nothing planned takes place after participation ended."""
    for visit in subject.visits.filter(status__in=OPEN - {VisitStatus.IN_PROGRESS}).select_related("subject__site"):
        visit.status, visit.not_done_reason = VisitStatus.CANCELLED, _("Participation ended.")
        release_booking(visit, _("Participation ended."))
        settle(visit)
        visit.save()
        publish_change(visit)


def release_booking(visit: Visit, reason: str, status: str = "cancelled") -> None:
    """Free the provider's time that this visit holds."""
    for appointment in visit.appointments.filter(status__in=("booked", "confirmed")):
        appointment.status, appointment.reason = status, reason
        appointment.save()


def next_unscheduled_number(subject: Subject, on: date) -> Decimal:
    """The planned number before the day plus 0.1, 0.2 … – numbers taken or planned are skipped."""
    step = Decimal("0.1")
    before = subject.visits.exclude(planned_visit=None).filter(started_on__lte=on).order_by("-visit_num").first()
    taken = set(subject.visits.values_list("visit_num", flat=True))
    taken |= set(subject.study.planned_visits.values_list("visit_num", flat=True))
    number = (before.visit_num if before else Decimal(1)) + step
    while number in taken:
        number += step
    return number


def publish_change(visit: Visit) -> None:
    publish(VisitChanged(visit.study_id, visit.site_id, visit.subject_id, visit.pk, visit.status))
