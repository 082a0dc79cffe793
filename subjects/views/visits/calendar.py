"""Visits by day: a month or a week."""

from calendar import Calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from subjects import selectors
from subjects.domain.permissions import Perm
from subjects.domain.windows import add_months
from subjects.forms.visits import EVERY_STATUS, CalendarFilters
from trialcrm.access.gates import requires
from trialcrm.core.htmx import show

from .links import linked

MONTH, WEEK = "%Y-%m", "%G-W%V"
ROOM_IN_MONTH, ROOM_IN_WEEK = 4, 40
PERIOD = ("month", "week")


@requires(Perm.VIEW_VISIT)
def calendar(request: HttpRequest) -> HttpResponse:
    focus = selectors.focus_of(request.user, request.GET.get("study", ""), request.GET.get("site", ""))
    filters = CalendarFilters(request.GET, user=request.user, focus=focus)
    today = focus.today()
    period = _week if "week" in request.GET else _month
    shown = period(request, filters.rows(), today)
    return show(request, "subjects/visits/calendar.html", {"filters": filters, **shown}, fragment="period")


def _month(request: HttpRequest, rows: Any, today: date) -> dict[str, Any]:
    first = read_period(request.GET.get("month", ""), f"{MONTH}-%d", "-01") or today.replace(day=1)
    days = list(Calendar().itermonthdates(first.year, first.month))
    shown = selectors.days_of(rows, days, today=today, month=first.month, room=ROOM_IN_MONTH, url_of=_day_url(request))
    return {
        "weeks": [shown[start : start + 7] for start in range(0, len(shown), 7)],
        "caption": formats.date_format(first, "F Y"),
        "before": linked(request, drop=PERIOD, month=f"{add_months(first, -1):{MONTH}}"),
        "after": linked(request, drop=PERIOD, month=f"{add_months(first, 1):{MONTH}}"),
        "now": linked(request, drop=PERIOD, month=f"{today:{MONTH}}"),
        "periods": _periods(request, first if first.month != today.month else today, "month"),
        "kept": ("month", f"{first:{MONTH}}"),
    }


def _week(request: HttpRequest, rows: Any, today: date) -> dict[str, Any]:
    monday = read_period(request.GET["week"], f"{WEEK}-%u", "-1") or today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    shown = selectors.days_of(rows, days, today=today, month=0, room=ROOM_IN_WEEK, url_of=_day_url(request))
    return {
        "days": shown,
        "caption": _("Week of %(day)s") % {"day": formats.date_format(monday, "j F Y")},
        "before": linked(request, drop=PERIOD, week=f"{monday - timedelta(days=7):{WEEK}}"),
        "after": linked(request, drop=PERIOD, week=f"{monday + timedelta(days=7):{WEEK}}"),
        "now": linked(request, drop=PERIOD, week=f"{today:{WEEK}}"),
        "periods": _periods(request, monday, "week"),
        "kept": ("week", f"{monday:{WEEK}}"),
    }


def read_period(text: str, pattern: str, day: str) -> date | None:
    """A month or a week from the address; None when it makes no sense or lies where dates end."""
    try:
        found = datetime.strptime(f"{text}{day}", pattern).date()  # noqa: DTZ007
    except ValueError:
        return None
    return found if date.min.year < found.year - 1 and found.year + 1 < date.max.year else None


def _periods(request: HttpRequest, day: date, current: str) -> list[dict[str, Any]]:
    choices = ((_("Month"), "month", MONTH), (_("Week"), "week", WEEK))
    return [
        {"label": label, "url": linked(request, drop=PERIOD, **{name: f"{day:{pattern}}"}), "current": name == current}
        for label, name, pattern in choices
    ]


def _day_url(request: HttpRequest) -> Callable[[date], str]:
    visits = reverse("subjects:visits")

    def url_of(day: date) -> str:
        wanted = {"since": day.isoformat(), "until": day.isoformat(), "status": EVERY_STATUS}
        return visits + linked(request, drop=(*PERIOD, "status", "window"), **wanted)

    return url_of
