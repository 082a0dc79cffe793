"""Rules of signing in that need no database: when an address is locked, and when a session is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


@dataclass(frozen=True, slots=True)
class LockRule:
    """So many attempts within a span lock an address for the same span (21 CFR 11.300(d))."""

    attempts: int
    span: timedelta

    def recent(self, times: Sequence[datetime], now: datetime) -> list[datetime]:
        """The attempts that still count."""
        return [time for time in times if now - time < self.span]

    def locked_until(self, times: Sequence[datetime], now: datetime) -> datetime | None:
        """When the lock ends, or None when there is none; `times` are the attempts that failed, oldest first."""
        if len(times) < self.attempts:
            return None
        first, last = times[-self.attempts], times[-1]
        end = last + self.span
        return end if last - first < self.span and now < end else None


class Ending(Enum):
    """Why a session is over."""

    IDLE = "idle"
    AGE = "age"
    GONE = "gone"
    SIGNING = "signing"


@dataclass(frozen=True, slots=True)
class SessionRule:
    """How long a session lasts without anybody there, and in any case (45 CFR 164.312(a)(2)(iii))."""

    idle: timedelta
    absolute: timedelta

    def ending(self, started: float, seen: float, now: float) -> Ending | None:
        """Why a session is over, or None while it lasts; times are seconds since 1970, UTC."""
        if now - started >= self.absolute.total_seconds():
            return Ending.AGE
        return Ending.IDLE if now - seen >= self.idle.total_seconds() else None


# Each browser also names those that it descends from, so the order decides.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """What people call the browser and the device that sent this header; empty where it cannot be told."""
    return _first_named(_BROWSERS, user_agent), _first_named(_SYSTEMS, user_agent)


def _first_named(names: Sequence[tuple[str, str]], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
