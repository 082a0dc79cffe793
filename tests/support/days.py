"""Moments some days from now, at the same time by the clock on the wall.

Days are counted as people count them: one in which the clocks are changed has another length.
"""

from datetime import UTC, datetime, timedelta

from trialcrm.core import clock

ZONE = "America/New_York"


def in_days(days: int, zone: str = ZONE) -> datetime:
    """The moment so many local days from now; of days past where the number is negative."""
    return (clock.local(clock.now(), zone) + timedelta(days=days)).astimezone(UTC)
