"""What a journey needs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.cast import Trial
from trialcrm.core import clock


@pytest.fixture
def trial(transactional_db: None) -> Trial:
    """The small trial, where what a test saves is seen by the portal."""
    return Trial()


@pytest.fixture
def days_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the clock of test and portal so many days back; it goes on from there."""

    def days_ago(days: int) -> None:
        # The portal answers in threads of its own, where `clock.frozen` of the test holds nothing.
        monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) - timedelta(days=days))

    return days_ago
