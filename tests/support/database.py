"""The database of a test run: migrated once into a template, and copied for each worker in a fraction of a second.

Tests connect as the owner of the tables; `as_application_role` is for those about what the application may do.
"""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from psycopg import sql
from pytest_django import DjangoDbBlocker

from tests.support import cast
from trialcrm.core import localdb
from trialcrm.core.bootstrap.fingerprint import migration_fingerprint

# A number of our own, so that two runs do not migrate the same template at once.
_TEMPLATE_LOCK = 5_206_141
LEAVE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND usename = current_user
"""
_TEMPLATE_PREFIX, _COPY_PREFIX = "migrated_", "run_"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replaces the fixture of pytest-django; the server starts only if a test wants the database."""
    server = None if "TEST_DATABASE_URL" in os.environ else localdb.ensure("test", durable=False)
    try:
        with django_db_blocker.unblock():
            _drop_leftovers()
            _migrate_template()
            _copy_template()
        yield
        with django_db_blocker.unblock():
            connection.close()
            for name in (_copy_name(), *map(_kept_name, _kept)):
                _drop(name)
    finally:
        if server:
            server.release()


@pytest.fixture(scope="session", autouse=True)
def _fresh_copy_after_commits() -> Iterator[None]:
    # Emptying the tables, as Django does after tests that commit, is what the trail refuses; a new copy also brings
    # back what the migrations wrote, and takes no longer.
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: _copy_template())
    yield
    patch.undo()


@contextlib.contextmanager
def as_application_role() -> Iterator[None]:
    """Run statements with the rights of the application's role, in a savepoint that a refusal rolls back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {localdb.APP_ROLE}")
        yield
        cursor.execute("RESET ROLE")


@contextlib.contextmanager
def kept(key: str, build: Callable[[], Any]) -> Iterator[Any]:
    """A database beside the others that is filled once in a run, for tests that need much and all need the same.

    Gives what was built; whatever is written inside is taken back.
    """
    if key not in _kept:
        connection.close()
        _run("CREATE DATABASE {} TEMPLATE {}", _kept_name(key), _template_name())
        _connect_to(_kept_name(key))
        with transaction.atomic():
            _kept[key] = build()
            # Nobody outside hears of it.
            connection.run_on_commit = []
    _connect_to(_kept_name(key))
    try:
        with transaction.atomic():
            yield _kept[key]
            transaction.set_rollback(True)
    finally:
        _connect_to(_copy_name())


#: What was built in the databases that are kept to the end of the run.
_kept: dict[str, Any] = {}


def _kept_name(key: str) -> str:
    return f"{_copy_name()}_{key}"


def _copy_name() -> str:
    return f"{_COPY_PREFIX}{os.getpid()}"


@functools.cache
def _template_name() -> str:
    return f"{_TEMPLATE_PREFIX}{migration_fingerprint(Path(cast.__file__))}"


def _run(statement: str, *names: str) -> list[tuple[str, ...]]:
    """Run a statement outside of the database under test, with names put in as identifiers."""
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname="postgres", autocommit=True) as maintenance:
        query = sql.SQL(statement).format(*map(sql.Identifier, names))  # type: ignore[arg-type]
        cursor = maintenance.execute(query)
        return cursor.fetchall() if cursor.description else []


def _databases(prefix: str) -> list[str]:
    return [name for (name,) in _run("SELECT datname FROM pg_database") if name.startswith(prefix)]


def _drop(name: str) -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname="postgres", autocommit=True) as maintenance:
        # Dropping with force is refused while the server's own cleaning is at work there; without, it is sent away.
        maintenance.execute(LEAVE, [name])
        maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _drop_leftovers() -> None:
    """Remove the copies of runs that were killed."""
    for name in _databases(_COPY_PREFIX):
        if not Path(f"/proc/{name.split('_')[1]}").exists():
            _drop(name)


def _migrate_template() -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname="postgres", autocommit=True) as gate:
        gate.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
        known = _databases(_TEMPLATE_PREFIX)
        if _template_name() in known:
            return
        # Another run, begun before the code was changed, may still need an older template.
        for outdated in [] if _databases(_COPY_PREFIX) else known:
            _drop(outdated)
        draft = _copy_name()
        _drop(draft)
        _run("CREATE DATABASE {}", draft)
        _connect_to(draft)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        cast.build()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        connection.close()
        # Renamed only when whole: a run that is killed while it migrates leaves no half-made template.
        _run("ALTER DATABASE {} RENAME TO {}", draft, _template_name())


def _copy_template() -> None:
    connection.close()
    _drop(_copy_name())
    _run("CREATE DATABASE {} TEMPLATE {}", _copy_name(), _template_name())
    _connect_to(_copy_name())


def _connect_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
