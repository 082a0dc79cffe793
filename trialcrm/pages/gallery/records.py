"""Timelines, signatures, changes, audit lines, facts."""

from datetime import UTC, date, datetime
from typing import Any

ZONE = "America/New_York"
SIGNED = datetime(2025, 8, 1, 20, 20, tzinfo=UTC)

TIMELINE = [
    {
        "icon": "message-square",
        "tone": "info",
        "title": "Message from participant",
        "text": "“The itching is gone.” Triaged: no action · N. Lindqvist",
        "at": date(2025, 8, 30),
        "url": "#timeline",
    },
    {
        "icon": "pill",
        "tone": "good",
        "title": "Kit K-0231 dispensed",
        "text": "30 patches, lot L2 · exp. 31 Dec · acknowledged 3 Aug 18:12",
        "at": date(2025, 8, 3),
        "url": "#timeline",
    },
    {
        "icon": "shield-alert",
        "tone": "warning",
        "title": "Adverse event E02 · Application site pruritus",
        "text": "Mild → Moderate · possibly related · dose not changed",
        "at": date(2025, 8, 1),
        "url": "#timeline",
    },
    {
        "icon": "triangle-alert",
        "tone": "critical",
        "title": "Deviation DV-004 · visit outside window",
        "text": "Minor · assessed by Dr Ito 28 Jul",
        "at": date(2025, 7, 27),
        "url": "#timeline",
    },
    {
        "icon": "shuffle",
        "tone": "neutral",
        "title": "Randomised R-017",
        "text": "Arm hidden",
        "at": date(2025, 6, 9),
        "url": "",
    },
]

FACTS = [
    {"label": "Onset", "value": "Thu 20 Nov 14:30"},
    {"label": "Serious because", "value": "Inpatient hospitalisation"},
    {"label": "Outcome", "value": "Not recovered"},
    {"label": "Reported by", "value": "N. Lindqvist, from a message", "url": "#facts"},
    {"label": "Narrative", "value": None},
]

ACROSS = [
    {"label": "Study day", "value": "81"},
    {"label": "Consent", "value": "Version 2.0 · 2 Jun 09:10"},
    {"label": "Age · sex", "value": "71 · female"},
    {"label": "Coordinator", "value": "N. Lindqvist"},
]

AUDIT: list[dict[str, Any]] = [
    {
        "at": SIGNED,
        "who": "Hana Ito",
        "role": "investigator",
        "text": "Event E02 changed",
        "url": "#audit",
        "reason": "Participant described sleepless nights at the visit.",
        "changes": [
            {"label": "Severity", "old": "Mild", "new": "Moderate"},
            {"label": "End", "old": "", "new": "2025-08-12"},
        ],
    },
    {
        "at": SIGNED,
        "who": "Nora Lindqvist",
        "role": "coordinator",
        "text": "Event E02 recorded",
        "url": "",
        "reason": "",
        "changes": [],
    },
]

WEEK = [
    {"letter": letter, "word": word, "tone": tone, "icon": icon}
    for letter, word, tone, icon in [
        ("S", "Saturday: done", "good", "check"),
        ("S", "Sunday: done", "good", "check"),
        ("M", "Monday: done", "good", "check"),
        ("T", "Tuesday: missed", "critical", "x"),
        ("W", "Wednesday: done", "good", "check"),
        ("T", "Thursday: done", "good", "check"),
        ("F", "Friday: today", "", ""),
    ]
]


def sample() -> dict[str, Any]:
    return {
        "zone": ZONE,
        "signed": SIGNED,
        "changes": AUDIT[0]["changes"][:1],
        "timeline": TIMELINE,
        "facts": FACTS,
        "across": ACROSS,
        "audit": AUDIT,
        "week": WEEK,
    }
