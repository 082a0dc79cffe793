"""What operators want to know of the tick: that it runs, and that the trail was verified lately."""

from typing import Any

from django.core.cache import cache

from trialcrm.audit import ledger
from trialcrm.core import clock, jobs

from .selectors.installation import KEPT, PULSE, VERIFIED

#: Reading the whole trail takes a while; a process that starts each minute would otherwise do nothing else.
VERIFIED_EVERY_HOURS = 24


@jobs.duty("verify the trail", every=3600)
def verify_trail() -> bool:
    """Look once a day for rows of the trail that were altered, removed, inserted or reordered."""
    found: tuple[Any, str] | None = cache.get(VERIFIED)
    now = clock.now()
    if found and (now - found[0]).total_seconds() < VERIFIED_EVERY_HOURS * 3600:
        return False
    cache.set(VERIFIED, (now, str(ledger.verify() or "")), KEPT.total_seconds())
    return True


@jobs.duty("note what the tick did", every=30)
def note_pulse() -> None:
    """Keep when each duty was last begun here or anywhere."""
    mine = {item.name: item.begun for item in jobs._duties.values() if item.begun}
    cache.set(PULSE, {**(cache.get(PULSE) or {}), **mine}, KEPT.total_seconds())
