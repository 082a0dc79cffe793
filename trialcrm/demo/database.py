"""The demo's database: brought up to date with the code, as its owner, only when the code has changed."""

import contextlib
from collections.abc import Callable, Iterator

import dj_database_url
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from trialcrm.core.bootstrap.fingerprint import migration_fingerprint


def bring_up_to_date(say: Callable[[str], None]) -> None:
    """Migrate unless this very code has migrated the database before; the database itself remembers that."""
    fingerprint = migration_fingerprint()
    if _remembered() == fingerprint:
        return
    say("Bringing the database up to date …")
    with as_owner():
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        _remember(fingerprint)


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Connect this thread as the owner of the tables, for a while."""
    application = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(dj_database_url.parse(settings.DATABASE_OWNER_URL))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(application)


def _remembered() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        return cursor.fetchone()[0] or ""


def _remember(fingerprint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('COMMENT ON DATABASE %%I IS %%L', current_database(), %s)", [fingerprint])
        cursor.execute(cursor.fetchone()[0])
