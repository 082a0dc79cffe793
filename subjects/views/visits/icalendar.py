"""Booked times as an iCalendar file (RFC 5545), with coded ids only."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

LONGEST_LINE = 75


def calendar_file(appointments: Iterable[Any], now: datetime) -> str:
    """The file's text. Times are in UTC, so that any calendar shows them in its own zone."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//TrialCRM//Visits//EN", "CALSCALE:GREGORIAN"]
    for appointment in appointments:
        lines += _event(appointment, now)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(appointment: Any, now: datetime) -> list[str]:
    summary = " · ".join(
        filter(None, (appointment.study.protocol_id, appointment.subject.subject_id, appointment.purpose))
    )
    return [
        "BEGIN:VEVENT",
        # The same visit keeps its place in a calendar when it is moved and loaded again.
        f"UID:{appointment.visit_id or appointment.pk}@trialcrm",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(appointment.starts_at)}",
        f"DTEND:{_stamp(appointment.ends_at)}",
        f"SUMMARY:{_text(summary)}",
        *([f"LOCATION:{_text(appointment.location)}"] if appointment.location else []),
        "END:VEVENT",
    ]


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """A line of at most 75 octets, continued on the next after a space, never within a character."""
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST_LINE:
            parts.append(part)
            # The space that marks a continuation counts.
            part, size = " ", 1
        part, size = part + letter, size + width
    return "\r\n".join([*parts, part])
