"""The demo's database: brought up to date with the code, as its owner, only when the code has changed."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from trialcrm.core.bootstrap.fingerprint import migration_fingerprint

#: From which use on a statement is planned for good, and how many plans are kept.
_USES, _PLANS = 2, 2000


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
    with _reconnected({**dj_database_url.parse(settings.DATABASE_OWNER_URL)}):
        yield


@contextlib.contextmanager
def planning_once() -> Iterator[None]:
    """Connect this thread so that the server plans a statement only once, however often it comes; for a while."""
    prepared = {"server_side_binding": True, "prepare_threshold": _USES}
    with _reconnected({"OPTIONS": {**connection.settings_dict["OPTIONS"], **prepared}}):
        connection.ensure_connection()
        connection.connection.prepared_max = _PLANS
        yield


@contextlib.contextmanager
def _reconnected(changes: dict[str, Any]) -> Iterator[None]:
    application = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(changes)
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
