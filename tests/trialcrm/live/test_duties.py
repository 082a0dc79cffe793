"""How long live events are kept."""

import uuid
from datetime import timedelta

from trialcrm.core import clock
from trialcrm.live.duties import forget_old_events
from trialcrm.live.models import LiveEvent


def _event(at):
    return LiveEvent.objects.create(
        at=at, kind="visit-changed", permission="view_visit", study_id=uuid.uuid4(), record_id=uuid.uuid4()
    )


def test_events_are_kept_for_a_day(db):
    old, new = _event(clock.now() - timedelta(hours=25)), _event(clock.now() - timedelta(hours=23))
    assert forget_old_events() == 1
    assert list(LiveEvent.objects.filter(pk__in=[old.pk, new.pk])) == [new]
