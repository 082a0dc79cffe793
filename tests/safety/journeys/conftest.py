"""What a journey needs."""

import pytest

from tests.support.cast import Trial


@pytest.fixture
def trial(transactional_db: None) -> Trial:
    """The small trial, where what a test saves is seen by the portal."""
    return Trial()
