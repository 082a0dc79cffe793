"""The only reader of the time.

Times are held in UTC; a calendar date is always somebody's local date, so `today` asks for a zone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The server's time in UTC. Times sent by a client are never used (21 CFR 11.10(e))."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar date in the IANA zone, for example that of a site."""
    return local(now(), zone).date()


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def at_noon(day: date | None, zone: str) -> datetime | None:
    """The middle of a local calendar day, where a time is needed to sort a day among moments."""
    return datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC) if day else None


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at one moment, for building dated examples and for tests."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
