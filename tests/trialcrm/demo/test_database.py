import importlib
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.recorder import MigrationRecorder

from trialcrm.demo import database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were called instead of being run."""
    called: list[str] = []
    monkeypatch.setattr(database, "call_command", lambda name, **options: called.append(name))
    return called


@pytest.fixture(autouse=True)
def same_database_as_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner's address of a test run names the server's own database, and not the copy under test."""
    copy = connection.settings_dict["NAME"]
    parse = database.dj_database_url.parse
    monkeypatch.setattr(database.dj_database_url, "parse", lambda url: {**parse(url), "NAME": copy})


def test_it_migrates_once_and_then_remembers(commands: list[str]):
    said: list[str] = []
    database.bring_up_to_date(said.append)
    assert commands == ["migrate", "createcachetable"]
    assert len(said) == 1
    database.bring_up_to_date(said.append)
    assert commands == ["migrate", "createcachetable"]
    assert len(said) == 1


def test_it_migrates_again_when_the_code_has_changed(commands: list[str], monkeypatch: pytest.MonkeyPatch):
    database.bring_up_to_date(lambda words: None)
    monkeypatch.setattr(database, "migration_fingerprint", lambda: "another code")
    database.bring_up_to_date(lambda words: None)
    assert commands.count("migrate") == 2


def test_the_thread_is_the_owner_only_for_a_while(monkeypatch: pytest.MonkeyPatch):
    def user() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    monkeypatch.setitem(connection.settings_dict, "USER", "trialcrm_app")
    connection.close()
    assert user() == "trialcrm_app"
    with database.as_owner():
        assert user() == "trialcrm_owner"
    assert user() == "trialcrm_app"


def test_plans_are_kept_only_for_a_while() -> None:
    def kept() -> int:
        with connection.cursor() as cursor:
            for _turn in range(3):
                cursor.execute("SELECT 1 AS asked_again")
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%asked_again'")
            return int(cursor.fetchone()[0])

    with database.planning_once():
        assert kept() == 1
    assert kept() == 0


def test_tables_made_at_once_are_those_that_the_migrations_leave() -> None:
    """They are made again beside the tables of this database, which the migrations have made one by one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA again")
        cursor.execute("SET LOCAL search_path TO again")
        database.make_tables_at_once()
        cursor.execute("SET LOCAL search_path TO public")
        made, migrated = (_described(cursor, schema) for schema in ("again", "public"))
        transaction.set_rollback(True)

    assert len(made) > 500
    assert made == migrated


def _described(cursor: Any, schema: str) -> set[tuple[str, ...]]:
    """Every column, constraint and index of the migrated tables."""
    cursor.execute(_DESCRIBED, {"schema": schema})
    # The values of a set come in any order, in conditions too.
    return {tuple("".join(sorted(part.replace(f"{schema}.", ""))) for part in row) for row in cursor.fetchall()}


_DESCRIBED = """
WITH tables AS (
    SELECT oid, relname FROM pg_class
    WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'r' AND relname <> 'django_cache'
)
SELECT relname, attname::text, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity)
FROM pg_attribute JOIN tables ON tables.oid = attrelid WHERE attnum > 0 AND NOT attisdropped
UNION ALL SELECT relname, conname::text, pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN tables ON tables.oid = conrelid
UNION ALL SELECT relname, replace(indexrelid::regclass::text, %(schema)s || '.', ''), pg_get_indexdef(indexrelid)
FROM pg_index JOIN tables ON tables.oid = indrelid
UNION ALL SELECT relname, tgname::text, tgenabled::text
FROM pg_trigger JOIN tables ON tables.oid = tgrelid WHERE NOT tgisinternal AND tgname NOT LIKE 'audit%%'
"""


def test_tables_are_not_made_at_once_where_some_are_or_a_migration_runs_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_is_made(*given: Any) -> None:
        raise AssertionError("A table was made.")

    monkeypatch.setattr(BaseDatabaseSchemaEditor, "create_model", nothing_is_made)
    database.make_tables_at_once()

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda recorder: {})
    first = importlib.import_module("subjects.migrations.0001_initial").Migration
    monkeypatch.setattr(first, "operations", [*first.operations, RunPython(RunPython.noop)])
    database.make_tables_at_once()
