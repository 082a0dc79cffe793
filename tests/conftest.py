"""What every test has at hand."""

from tests.support.database import _fresh_copy_after_commits, django_db_setup

__all__ = ["_fresh_copy_after_commits", "django_db_setup"]
