"""What every test has at hand."""

import pytest

from tests.support.browser import _portal, browser, page, portal, second_page
from tests.support.cast import Trial
from tests.support.database import _fresh_copy_after_commits, django_db_setup
from tests.support.network import _no_network

__all__ = [
    "_fresh_copy_after_commits",
    "_no_network",
    "_portal",
    "browser",
    "django_db_setup",
    "page",
    "portal",
    "second_page",
    "trial",
]


@pytest.fixture
def trial(db: None) -> Trial:
    """The small trial with its cast."""
    return Trial()
