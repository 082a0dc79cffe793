"""What every test has at hand."""

import pytest

from tests.support.cast import Trial
from tests.support.database import _fresh_copy_after_commits, django_db_setup

__all__ = ["_fresh_copy_after_commits", "django_db_setup", "trial"]


@pytest.fixture
def trial(db: None) -> Trial:
    """The small trial with its cast."""
    return Trial()
