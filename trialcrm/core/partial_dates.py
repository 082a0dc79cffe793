"""Dates of which only a part may be known, as clinical data record them (ISO 8601.

SDTM Implementation Guide 4.4.2).

What is unknown is left out on the right (`2013-07`) or written as one hyphen in the middle (`2013---22`:
month unknown, `--07-22`: year unknown, `-----T14:05`: only the time known). Nothing is ever imputed: a
partial date keeps its text and the first and last day that it may stand for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

_DATE = re.compile(r"(?P<year>\d{4}|-)(?:-(?P<month>\d{2}|-)(?:-(?P<day>\d{2}|-))?)?", re.ASCII)
_TIME = re.compile(
    r"(?:(?:[01]\d|2[0-3])|-)(?::(?:[0-5]\d|-)(?::(?:[0-5]\d(?:[.,]\d+)?|-))?)?"
    r"(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?",
    re.ASCII,
)
_YEARS = range(date.min.year, date.max.year + 1)


class BadDate(ValueError):
    """A text that does not say when something happened; its message can be shown to people."""

    def __init__(self, message: str | Promise, text: str) -> None:
        super().__init__(message)
        self.text = text


class NotADate(BadDate):
    """The text does not have the form of an ISO 8601 date, date and time, or truncation of one."""


class ImpossibleDate(BadDate):
    """The form is right, but the calendar has no such day."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known in full or in part.

    `text` is the record as written, `lower` and `upper` the first and last day it may stand for, `has_time`
    whether a time of day was written too. Days are local calendar days of the place where it was recorded:
    a time zone in the text moves no day.
    """

    text: str
    lower: date
    upper: date
    has_time: bool

    def __str__(self) -> str:
        return self.text

    @property
    def exact(self) -> date | None:
        """The day, or nothing where more than one day is possible."""
        return self.lower if self.lower == self.upper else None

    def is_certainly_before(self, other: "PartialDate | date") -> bool:
        """Whether every day that this may stand for lies before every day that `other` may stand for."""
        return self.upper < (other.lower if isinstance(other, PartialDate) else other)

    def is_certainly_after(self, other: "PartialDate | date") -> bool:
        """Whether every day that this may stand for lies after every day that `other` may stand for."""
        return self.lower > (other.upper if isinstance(other, PartialDate) else other)


def parse_partial_date(text: str) -> PartialDate:
    """Read a date of any precision.

    Raises `NotADate` where the form is wrong (intervals and week dates included) and `ImpossibleDate` where
    the calendar has no such day.
    """
    date_text, separator, time_text = text.partition("T")
    found = _DATE.fullmatch(date_text)
    if not found or (separator and not _TIME.fullmatch(time_text)):
        raise NotADate(
            format_lazy(_("“{text}” is not an ISO 8601 date such as 2013-07-22 or 2013-07."), text=text), text
        )
    parts = [found["year"], found["month"], found["day"]]
    if not _says_something(parts, time_text) or (separator and parts[2] is None):
        raise NotADate(format_lazy(_("“{text}” does not say when."), text=text), text)
    return PartialDate(text, *_bounds(parts, text), has_time=bool(separator))


def _says_something(parts: Iterable[str | None], time_text: str) -> bool:
    return any(character.isdigit() for part in (*parts, time_text) for character in part or "")


def _bounds(parts: list[str | None], text: str) -> tuple[date, date]:
    years, months, days = map(_candidates, parts, (_YEARS, range(1, 13), range(1, 32)))
    lower = _first_valid(years, months, days)
    upper = _first_valid(years[::-1], months[::-1], days[::-1])
    if lower is None or upper is None:
        raise ImpossibleDate(format_lazy(_("The calendar has no day “{text}”."), text=text), text)
    return lower, upper


def _candidates(part: str | None, possible: range) -> range:
    if part is None or part == "-":
        return possible
    return range(int(part), int(part) + 1)


def _first_valid(years: range, months: range, days: range) -> date | None:
    for year in years:
        for month in months:
            for day in days:
                try:
                    return date(year, month, day)
                except ValueError:
                    continue
    return None
