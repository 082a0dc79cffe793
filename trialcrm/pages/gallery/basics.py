"""Pills, buttons, gates, tiles, chips, tabs."""

from typing import Any

from trialcrm.core.decisions import ALLOWED, refused
from trialcrm.core.figures import sparkline

PILLS = [
    {"tone": "good", "icon": "check", "label": "In window"},
    {"tone": "info", "icon": "clock", "label": "Booked 2 Sep"},
    {"tone": "neutral", "icon": "plus", "label": "Unscheduled"},
    {"tone": "warning", "icon": "calendar-clock", "label": "Closing"},
    {"tone": "critical", "icon": "siren", "label": "SAE clock"},
]

BUTTONS = [
    {"kind": "primary", "icon": "plus", "label": "Report event"},
    {"kind": "secondary", "icon": "user-plus", "label": "Register participant"},
    {"kind": "quiet", "icon": "download", "label": "Line listing"},
    {"kind": "danger", "icon": "user-x", "label": "Withdraw from study"},
]

TILES: list[dict[str, Any]] = [
    {"label": "Visits today", "value": 5, "note": "2 done · next 10:30", "values": [4, 5, 3, 6, 7, 6, 6]},
    {
        "label": "Windows closing",
        "value": 4,
        "note": "within 3 days",
        "values": [1, 1, 2, 2, 3, 2, 3],
        "tone": "warning",
    },
    {"label": "In screening", "value": 6, "note": "oldest 12 of 14 days", "values": [3, 3, 4, 5, 5, 6, 6]},
    {
        "label": "Serious events",
        "value": 1,
        "note": "clock: 3 h 12 min left",
        "values": [0, 0, 0, 2, 0, 0, 1],
        "tone": "critical",
    },
    {"label": "Unread messages", "value": 4, "note": "oldest 19 h", "values": [2, 3, 3, 2, 4, 4, 5]},
]

CHIPS = [
    {"label": "All", "count": 9, "url": "?", "current": True},
    {"label": "Visits", "count": 3, "url": "?kind=visits", "current": False},
    {"label": "Safety", "count": 1, "url": "?kind=safety", "current": False},
    {"label": "Due", "count": None, "url": "?kind=due", "current": False},
]

TABS = [
    {"label": "Overview", "url": "#overview", "count": None, "tone": "", "current": False},
    {"label": "Visits", "url": "#visits", "count": None, "tone": "", "current": True},
    {"label": "Safety", "url": "#safety", "count": 2, "tone": "warning", "current": False},
    {"label": "Notes", "url": "#notes", "count": 14, "tone": "", "current": False},
    {"label": "History", "url": "#history", "count": None, "tone": "", "current": False},
]


def sample() -> dict[str, Any]:
    return {
        "pills": PILLS,
        "buttons": BUTTONS,
        "allowed": ALLOWED,
        "refused": refused("The visit lies in the future; it can be completed from 2 Sep on."),
        "tiles": [{**tile, "url": "#tile", "spark": sparkline(tile["values"])} for tile in TILES],
        "chips": CHIPS,
        "tabs": TABS,
    }
