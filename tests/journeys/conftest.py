"""What a journey needs: people who sign in by the page, and a look at each stop."""

import pytest

from tests.support.browser import _portal, browser, page, portal
from tests.support.cast import Trial

__all__ = ["_portal", "browser", "page", "portal", "trial"]


@pytest.fixture
def trial(transactional_db: None) -> Trial:
    """The small trial, where what a test saves is seen by the portal."""
    return Trial()
