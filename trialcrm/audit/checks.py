"""Startup checks: the trail is append-only in the database that is served."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from . import triggers

_MIGRATE = "Run `manage.py migrate` as the owner of the database."
_TWO_ROLES = "Let the owner run `migrate`, and the portal sign in with a role of its own (DATABASE_APP_ROLE)."


def trail_is_protected(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Every table of the trail has its triggers, and in production the application's role may not alter it."""
    if not databases or "default" not in databases:
        return []
    try:
        tables = triggers.missing()
        alterable = triggers.alterable() if settings.IS_PRODUCTION and not tables else []
    except DatabaseError as error:
        return [checks.Error(f"The trail could not be examined: {error}", id="audit.E001")]
    # Warnings, because `migrate` runs this check first and is what mends it; serving refuses (assert_installed).
    return [_unprotected(table) for table in tables] + [_alterable(table) for table in alterable]


def _unprotected(table: str) -> checks.CheckMessage:
    return checks.Warning(f"{table} lacks the triggers that keep it append-only.", hint=_MIGRATE, id="audit.W001")


def _alterable(table: str) -> checks.CheckMessage:
    words = f"The role {settings.DATABASE_APP_ROLE} owns {table} or may change it."
    return checks.Warning(words, hint=_TWO_ROLES, id="audit.W002")
