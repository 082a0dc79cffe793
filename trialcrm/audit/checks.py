"""Startup check: the trail is append-only in the database that is served."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError

from . import triggers


def trail_is_protected(databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    if not databases or "default" not in databases:
        return []
    try:
        tables = triggers.missing()
    except DatabaseError as error:
        return [Error(f"The trail could not be examined: {error}", id="audit.E001")]
    hint = "Run `manage.py migrate` as the owner of the database."
    # A warning, because `migrate` runs this check first and is what mends it; serving refuses (assert_installed).
    return [Warning(f"{table} lacks the triggers that keep it append-only.", hint=hint, id="audit.W001") for table in tables]
