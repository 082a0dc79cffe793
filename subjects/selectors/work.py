"""What waits for somebody at a site today, in real numbers.

The codes (A-03 …) name the alert rules, so that the same sentence can be found in a training manual.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subjects.domain.permissions import Perm
from subjects.domain.screening import OPEN as OPEN_ATTEMPTS
from subjects.domain.screening import WARNS_AT, ScreeningStatus, days_used
from subjects.domain.visits import BOOKED, CLOSING_DAYS, DONE, VisitStatus
from subjects.domain.visits import OPEN as OPEN_VISITS
from subjects.models import Screening, Subject, Visit
from trialcrm.access.scope import scope_of
from trialcrm.core import clock
from trialcrm.core.figures import Sparkline, WindowBar, sparkline, window_bar

from .studies import Focus

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for somebody: what, about whom, why now, and the act that settles it."""

    kind: str
    rank: int
    due: date
    tone: str
    icon: str
    label: str
    subject: Subject
    title: str
    text: str
    act: str
    url: str
    bar: WindowBar | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers beside the words of the navigation."""

    visits: int
    screening: int


def counts(user: Any, focus: Focus) -> Counts:
    """Open visits that are due today or whose window closes soon or is over; open screening attempts."""
    visits = Visit.objects.visible_to(user).filter(site__in=focus.site_ids).open()
    due = focus.on_local_day(lambda day: Q(due_on=day) | Q(closes_on__lte=day + timedelta(days=CLOSING_DAYS)))
    attempts = Screening.objects.visible_to(user).filter(site__in=focus.site_ids).open().current()
    return Counts(visits=visits.filter(due).count(), screening=attempts.count())


def visits_today(user: Any, focus: Focus) -> list[Visit]:
    """Visits booked for today or done today, in the order of the day."""
    rows = Visit.objects.visible_to(user).filter(site__in=focus.site_ids)
    today = focus.on_local_day(lambda day: Q(due_on=day))
    wanted = rows.filter(today).filter(Q(status__in=[*BOOKED, VisitStatus.IN_PROGRESS, *DONE]))
    related = ("subject", "site", "planned_visit", "coordinator")
    return list(wanted.select_related(*related).order_by(F("scheduled_at").asc(nulls_last=True), "id")[:SHOWN])


def needs(user: Any, focus: Focus) -> list[Need]:
    """Everything that waits, most urgent first."""
    found = [*_visit_needs(user, focus), *_screening_needs(user, focus)]
    return sorted(found, key=lambda need: (need.rank, need.due))


def _visit_needs(user: Any, focus: Focus) -> Iterator[Need]:
    lead = {site.pk: site.study.unbooked_lead_days for site in focus.chosen_sites}
    longest = max(lead.values(), default=0)
    rows = Visit.objects.visible_to(user).filter(site__in=focus.site_ids).open()
    soon = focus.on_local_day(lambda day: Q(closes_on__lte=day + timedelta(days=CLOSING_DAYS)))
    to_book = focus.on_local_day(lambda day: Q(status=VisitStatus.PLANNED, opens_on__lte=day + timedelta(days=longest)))
    outside = Q(status__in=BOOKED) & (Q(due_on__gt=F("closes_on")) | Q(due_on__lt=F("opens_on")))
    wanted = rows.filter(soon | to_book | outside).select_related("subject", "site", "planned_visit")
    for visit in wanted.order_by("closes_on", "id")[:SHOWN]:
        need = _visit_need(visit, clock.today(visit.site.time_zone), lead[visit.site_id])
        if need:
            yield need


class Alert(NamedTuple):
    """How a rule speaks: how urgent, in which tone, which act settles it (a URL name of this app)."""

    rule: str
    rank: int
    tone: str
    icon: str
    label: str
    act: str
    url: str


def _overdue() -> Alert:
    return Alert("A-05", 0, "critical", "calendar-x", _("Overdue"), _("Settle"), "visit")


def _ends_today() -> Alert:
    return Alert("A-04", 1, "critical", "calendar-clock", _("Window ends today"), _("Open"), "visit")


def _outside() -> Alert:
    return Alert("A-03", 2, "warning", "calendar-clock", _("Outside"), _("Rebook"), "visit-reschedule")


def _closing() -> Alert:
    return Alert("A-03", 2, "warning", "calendar-clock", _("Closing"), _("Book"), "visit-schedule")


def _to_book(label: str, tone: str) -> Alert:
    return Alert("A-03", 4, tone, "calendar-plus", label, _("Book"), "visit-schedule")


def _visit_need(visit: Visit, today: date, lead: int) -> Need | None:
    if visit.closes_on is None or visit.opens_on is None:
        return None
    left, words = (visit.closes_on - today).days, {"visit": visit.visit_type}
    booked = visit.status in BOOKED
    if left < 0:
        days = ngettext("%(n)d day ago", "%(n)d days ago", -left) % {"n": -left}
        return _need(visit, today, _overdue(), _("%(visit)s: window closed %(days)s") % {**words, "days": days})
    if left == 0 and not (booked and visit.due_on == today):
        return _need(visit, today, _ends_today(), _("%(visit)s not completed") % words)
    if booked and not visit.opens_on <= visit.due_on <= visit.closes_on:
        return _need(visit, today, _outside(), _("%(visit)s booked outside its window") % words)
    if visit.status != VisitStatus.PLANNED or (visit.opens_on - today).days > lead:
        return None
    return _need(visit, today, _booking_alert(visit, today, left), _("%(visit)s to be booked") % words)


def _booking_alert(visit: Visit, today: date, left: int) -> Alert:
    if left <= CLOSING_DAYS:
        return _closing()
    if visit.opens_on is None or visit.opens_on <= today:
        return _to_book(_("Open"), "info")
    soon = (visit.opens_on - today).days <= CLOSING_DAYS
    return _to_book(_("Opens soon"), "warning" if soon else "info")


def _need(visit: Visit, today: date, alert: Alert, title: str) -> Need:
    days = {"target": visit.target_on, "opens": visit.opens_on, "closes": visit.closes_on}
    text = _("Target %(target)s · window %(opens)s to %(closes)s · %(rule)s") % {
        **{name: _short(day) for name, day in days.items()},
        "rule": alert.rule,
    }
    return Need(
        kind="visits",
        rank=alert.rank,
        due=visit.closes_on or visit.due_on,
        tone=alert.tone,
        icon=alert.icon,
        label=alert.label,
        subject=visit.subject,
        title=title,
        text=text,
        act=alert.act,
        url=reverse(f"subjects:{alert.url}", args=[visit.pk]),
        bar=bar_of(visit, today),
    )


def _short(day: date | None) -> str:
    return formats.date_format(day, "j M") if day else "—"


def bar_of(visit: Visit, today: date) -> WindowBar | None:
    """The window bar of a visit, or None when it has no window."""
    window = visit.window
    if window is None or (window.opens == window.closes == window.target and visit.is_unscheduled):
        return None
    booked = visit.due_on if visit.status in BOOKED else None
    return window_bar(window.opens, window.target, window.closes, today, booked=booked, actual=visit.started_on)


def _screening_needs(user: Any, focus: Focus) -> Iterator[Need]:
    may_confirm = scope_of(user).anywhere(Perm.CONFIRM_ELIGIBILITY)
    wanted = Q(status__in=OPEN_ATTEMPTS)
    if may_confirm:
        wanted |= Q(status=ScreeningStatus.PASSED, eligible_on=None)
    rows = Screening.objects.visible_to(user).filter(wanted, site__in=focus.site_ids).current()
    rows = rows.select_related("subject", "site", "study").annotate(
        answers=Count("results", filter=~Q(results__answer=""))
    )
    for attempt in rows.order_by("screening_date", "id")[:SHOWN]:
        need = _screening_need(attempt, attempt.answers, clock.today(attempt.site.time_zone))
        if need:
            yield need


def _screening_need(attempt: Screening, answers: int, today: date) -> Need | None:
    if attempt.status == ScreeningStatus.PASSED:
        alert = Alert("", 3, "info", "clipboard-check", _("Eligibility"), _("Confirm"), "")
        return _attempt_need(attempt, alert, _("Passed; eligibility to be confirmed"), _short(attempt.decided_on))
    used, allowed = days_used(attempt.screening_date, today), attempt.study.max_screening_days
    if used < allowed * WARNS_AT:
        return None
    over = used > allowed
    alert = Alert(
        "A-07", 1 if over else 3, "critical" if over else "warning", "clipboard-list", _("Screening"), _("Answer"), ""
    )
    title = _("%(used)s of %(allowed)s days of screening used") % {"used": used, "allowed": allowed}
    return _attempt_need(attempt, alert, title, _("%(count)s criteria answered · A-07") % {"count": answers})


def _attempt_need(attempt: Screening, alert: Alert, title: str, text: str) -> Need:
    return Need(
        kind="screening",
        rank=alert.rank,
        due=attempt.screening_date,
        tone=alert.tone,
        icon=alert.icon,
        label=alert.label,
        subject=attempt.subject,
        title=title,
        text=text,
        act=alert.act,
        url=attempt.get_absolute_url(),
    )


def visit_trend(user: Any, focus: Focus, today: date, days: int = 7) -> Sparkline:
    """Visits booked or done on each of the last days, today last."""
    start = today - timedelta(days=days - 1)
    rows = Visit.objects.visible_to(user).filter(site__in=focus.site_ids, due_on__range=(start, today))
    rows = rows.filter(status__in=[*BOOKED, VisitStatus.IN_PROGRESS, *DONE])
    per_day = dict(rows.order_by().values_list("due_on").annotate(Count("pk")))
    return sparkline([per_day.get(start + timedelta(days=number), 0) for number in range(days)])


def screening_trend(user: Any, focus: Focus, today: date, days: int = 7) -> Sparkline:
    """Attempts that were open on each of the last days, today last."""
    start = today - timedelta(days=days - 1)
    rows = Screening.objects.visible_to(user).filter(site__in=focus.site_ids, screening_date__lte=today)
    spans = list(rows.filter(Q(decided_on=None) | Q(decided_on__gt=start)).values_list("screening_date", "decided_on"))
    return sparkline([_open_on(spans, start + timedelta(days=number)) for number in range(days)])


def _open_on(spans: Iterable[tuple[date, date | None]], day: date) -> int:
    return sum(1 for began, decided in spans if began <= day and (decided is None or decided > day))


def closing_trend(user: Any, focus: Focus, today: date, days: int = 7) -> Sparkline:
    """Open windows that close on each of the coming days, today first."""
    return _per_day(user, focus, "closes_on", today, days)


def opening_trend(user: Any, focus: Focus, today: date, days: int = 7) -> Sparkline:
    """Windows not booked that open on each of the coming days, today first."""
    return _per_day(user, focus, "opens_on", today, days)


def overdue_trend(user: Any, focus: Focus, today: date, days: int = 7) -> Sparkline:
    """Windows that closed without a visit on each of the last days, yesterday last."""
    return _per_day(user, focus, "closes_on", today - timedelta(days=days), days)


def _per_day(user: Any, focus: Focus, column: str, start: date, days: int) -> Sparkline:
    """Open visits by a date column, day by day."""
    span = {f"{column}__range": (start, start + timedelta(days=days - 1))}
    rows = Visit.objects.visible_to(user).filter(site__in=focus.site_ids, status__in=OPEN_VISITS, **span)
    per_day = dict(rows.order_by().values_list(column).annotate(Count("pk")))
    return sparkline([per_day.get(start + timedelta(days=number), 0) for number in range(days)])


def oldest_attempt(user: Any, focus: Focus) -> Screening | None:
    """The open attempt that began first."""
    rows = Screening.objects.visible_to(user).filter(site__in=focus.site_ids).open().current()
    return rows.select_related("site", "study").order_by("screening_date", "id").first()
