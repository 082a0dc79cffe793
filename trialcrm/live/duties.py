"""Live events are for catching up after a break; a day later nobody asks for them."""

from datetime import timedelta

from trialcrm.core import clock
from trialcrm.core.jobs import duty

from .models import LiveEvent

KEPT = timedelta(days=1)


@duty("forget old live events", every=3600)
def forget_old_events() -> int:
    """Remove what is older than a day; ids only, nothing of the trail."""
    return LiveEvent.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
