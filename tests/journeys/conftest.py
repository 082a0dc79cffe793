"""What a journey needs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.support.cast import Trial
from tests.support.days import in_days
from trialcrm.core import clock


@pytest.fixture
def trial(transactional_db: None) -> Trial:
    """The small trial, where what a test saves is seen by the portal."""
    return Trial(is_watched=True)


@pytest.fixture
def days_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the clock of test and portal so many days back; it goes on from there."""

    def days_ago(days: int) -> None:
        # The portal answers in threads of its own, where `clock.frozen` of the test holds nothing.
        monkeypatch.undo()
        back = clock.now() - in_days(-days)
        monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) - back)

    return days_ago
