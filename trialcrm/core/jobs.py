"""Work that nobody waits for: duties that fall due, done by `manage.py tick` and never inside a request.

A duty is a function without arguments that says how often it is due. Whoever runs it holds its lock, an advisory lock
of the database: several tickers may run on several machines, and each duty is still done by one of them at a time. When
a process dies, its connection ends and the lock with it.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import connection

from trialcrm.core import clock

log = logging.getLogger(__name__)

Work = Callable[[], object]
W = TypeVar("W", bound=Work)


@dataclass(slots=True)
class Duty:
    """One duty; `begun` is when this process last began it, or found that another one does it."""

    name: str
    every: float
    work: Work
    begun: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        return self.begun is None or not 0 <= (now - self.begun).total_seconds() < self.every


_duties: dict[str, Duty] = {}


def duty(name: str, *, every: float) -> Callable[[W], W]:
    """Register a function that is due every so many seconds. A process that has not run it yet takes it as due."""

    def register(work: W) -> W:
        _duties[name] = Duty(name, every, work)
        return work

    return register


def names() -> list[str]:
    """The duties that are known."""
    return sorted(_duties)


def run_due() -> list[str]:
    """Do what is due, one duty after the other; the names of those that were done.

    A duty that fails is logged and due again after its interval; the others are done all the same.
    """
    done = []
    for item in list(_duties.values()):
        now = clock.now()
        if item.is_due(now):
            item.begun = now
            if _do(item):
                done.append(item.name)
    return done


def _do(item: Duty) -> bool:
    try:
        with alone(item.name) as is_mine:
            if is_mine:
                item.work()
            return is_mine
    except Exception:  # one broken duty must not keep the others from being done
        log.exception("the duty “%s” failed", item.name)
        return False


@contextmanager
def alone(name: str, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock of a duty: true while it is held, false at once where another process holds it.

    With `wait` it waits for the other one. The lock belongs to this thread's connection to the database, which may hold
    it more than once.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_lock(%s)", [_number(name)])
        is_held = wait or cursor.fetchone()[0]
    try:
        yield is_held
    finally:
        if is_held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(name)])


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"duty {name}".encode()).digest()[:8], signed=True)
