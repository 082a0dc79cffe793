"""Tables, pagers, calendars, agendas."""

from datetime import date, timedelta
from typing import Any

from trialcrm.core.figures import window_bar
from trialcrm.core.paging import Page

TODAY = date(2025, 9, 2)
# Number, name, target and actual date as days from baseline, days before and after.
VISITS = [
    ("1", "Screening 1", -7, -7, 0),
    ("4", "Week 2", 14, 14, 3),
    ("7", "Week 6", 42, 48, 3),
    ("8", "Week 8", 56, 55, 3),
    ("9", "Week 12", 84, None, 4),
]
BASELINE = date(2025, 6, 9)


def _visit(number: str, name: str, offset: int, actual: int | None, width: int) -> dict[str, Any]:
    target = BASELINE + timedelta(days=offset)
    took_place = None if actual is None else BASELINE + timedelta(days=actual)
    bar = window_bar(target - timedelta(days=width), target, target + timedelta(days=width), TODAY, actual=took_place)
    return {"number": number, "name": name, "target": target, "actual": took_place, "bar": bar, "offset": offset}


def _day(on: date) -> dict[str, Any]:
    labels = {1: [("09:00", "701-012 Week 12", "good"), ("09:45", "701-025 Screening 2", "info")]}
    labels[3] = [("13:15", "701-017 Baseline", "neutral"), ("15:00", "701-008 Week 20", "critical")]
    items = [
        {"time": at, "label": text, "tone": tone, "url": "#calendar"} for at, text, tone in labels.get(on.weekday(), [])
    ]
    return {
        "date": on,
        "is_today": on == TODAY,
        "is_outside": on.month != TODAY.month,
        "items": items if on.day < 20 else [],
        "more": 3 if on == TODAY else 0,
        "url": "#calendar",
    }


def sample(path: str) -> dict[str, Any]:
    monday = date(2025, 9, 1)
    days = [_day(monday + timedelta(days=number)) for number in range(35)]
    return {
        "visits": [_visit(*row) for row in VISITS],
        "headings": [
            {"label": "Target", "url": "?sort=target", "direction": "ascending"},
            {"label": "Study day", "url": "?sort=day", "direction": ""},
        ],
        "page": Page(rows=[], next_url="?page=b", previous_url="?page=a", total=1000, total_is_more=True),
        "last_page": Page(rows=[], next_url="", previous_url="", total=18, total_is_more=False),
        "week": days[:7],
        "weeks": [days[start : start + 7] for start in range(0, 35, 7)],
        "path": path,
    }
