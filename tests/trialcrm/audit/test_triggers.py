"""The trail is append-only in the database itself, for every role and session."""

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from psycopg import sql

from tests.support.database import as_application_role
from trialcrm.audit import checks, triggers
from trialcrm.audit.models import AuditLog, LedgerEntry, LedgerSeal
from trialcrm.core.ids import new_id

pytestmark = pytest.mark.django_db
KEPT = [model._meta.db_table for model in [*triggers.witnessed_models(), *triggers.written_once()]]
HISTORY = "subjects_historicalvisit"
REFUSALS = (psycopg.errors.IntegrityConstraintViolation, psycopg.errors.InsufficientPrivilege)
CHANGES = ("UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table}")


def statement(change: str, table: str) -> str:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
    return change.format(table=table, column=columns[0].name)


def execute(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)


def test_every_history_table_is_among_the_kept() -> None:
    tables = {table for table in connection.introspection.table_names() if "historical" in table}
    assert tables
    assert tables <= set(KEPT)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", KEPT)
def test_the_application_may_not_change_what_was_recorded(table: str, change: str) -> None:
    text = statement(change, table)

    with pytest.raises(ProgrammingError, match="permission denied"), as_application_role():
        execute(text)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", KEPT)
def test_not_even_the_owner_may_change_what_was_recorded(table: str, change: str) -> None:
    text = statement(change, table)
    put_a_row_in(table)

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        execute(text)


def put_a_row_in(table: str) -> None:
    """Some row, whatever it says: the triggers of a row speak only where there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        key = connection.introspection.get_primary_key_column(cursor, table)
        columns = connection.introspection.get_table_description(cursor, table)
        for name in [column.name for column in columns if not column.null_ok and column.name != key]:
            cursor.execute(f'ALTER TABLE {table} ALTER "{name}" DROP NOT NULL')
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        into = sql.SQL("INSERT INTO {} ({}) VALUES (%s)").format(sql.Identifier(table), sql.Identifier(key))
        cursor.execute(into, [10**9 if "ledger" in table else new_id()])
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_append_only")
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_no_truncate")


@pytest.mark.parametrize("change", CHANGES)
def test_switching_triggers_off_for_a_session_does_not_help(change: str) -> None:
    """A superuser may set the session's role to that of a replica, in which ordinary triggers do not fire."""
    text = change.format(table="audit_auditlog", column="id")

    with as_superuser() as session, pytest.raises(REFUSALS):
        session.execute(f"SET session_replication_role = replica; {text}")


def as_superuser() -> psycopg.Connection:
    database = connection.settings_dict["NAME"]
    try:
        return psycopg.connect(settings.DATABASE_OWNER_URL, dbname=database, user="postgres")
    except psycopg.OperationalError:
        return psycopg.connect(settings.DATABASE_OWNER_URL, dbname=database)


def test_the_application_writes_no_entry_of_the_ledger_itself() -> None:
    text = (
        "INSERT INTO audit_ledgerentry (transaction_id, table_name, row_id, columns, digest) VALUES (1, '', '', '', '')"
    )

    with pytest.raises(ProgrammingError, match="permission denied"), as_application_role():
        execute(text)


def test_a_row_that_the_application_adds_is_entered_by_the_database() -> None:
    before = LedgerEntry.objects.count()

    with as_application_role():
        row = AuditLog.objects.create(actor_name="somebody", action="test.added", summary="Added")

    entry = LedgerEntry.objects.latest("id")
    assert LedgerEntry.objects.count() == before + 1
    assert (entry.table_name, entry.row_id) == ("audit_auditlog", str(row.pk))


def test_the_startup_check_names_a_table_without_its_triggers(settings: Any) -> None:
    execute(f"ALTER TABLE {HISTORY} DISABLE TRIGGER audit_append_only")

    assert triggers.missing() == [HISTORY]
    (warning,) = checks.trail_is_protected(databases=["default"])
    assert (warning.id, HISTORY in warning.msg) == ("audit.W001", True)
    with pytest.raises(ImproperlyConfigured, match=HISTORY):
        triggers.assert_installed()

    triggers.install()
    assert triggers.missing() == []


def test_a_trigger_that_a_session_could_switch_off_counts_as_missing() -> None:
    execute(f"ALTER TABLE {HISTORY} ENABLE TRIGGER audit_ledger")

    assert triggers.missing() == [HISTORY]


def test_the_portal_is_served_only_with_history_switched_on(settings: Any) -> None:
    triggers.assert_installed()
    settings.SIMPLE_HISTORY_ENABLED = False

    with pytest.raises(ImproperlyConfigured, match="never switched off"):
        triggers.assert_installed()


def test_in_production_the_check_names_tables_that_the_application_could_change(settings: Any) -> None:
    settings.IS_PRODUCTION = True
    assert checks.trail_is_protected(databases=["default"]) == []

    execute(f"GRANT UPDATE ON {HISTORY} TO {settings.DATABASE_APP_ROLE}")
    (warning,) = checks.trail_is_protected(databases=["default"])
    assert (warning.id, HISTORY in warning.msg) == ("audit.W002", True)

    triggers.install()
    assert checks.trail_is_protected(databases=["default"]) == []


def test_without_a_role_of_its_own_the_application_could_change_everything(settings: Any) -> None:
    settings.DATABASE_APP_ROLE = "nobody_there"

    assert triggers.alterable() == sorted(KEPT)


def test_the_check_says_when_the_database_cannot_be_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[str]:
        raise DatabaseError("no connection")

    monkeypatch.setattr(triggers, "missing", fail)

    assert [error.id for error in checks.trail_is_protected(databases=["default"])] == ["audit.E001"]
    assert checks.trail_is_protected(databases=None) == []


def test_after_restoring_a_dump_to_a_younger_server_migrate_carries_the_ledger_on() -> None:
    far = 10**12
    LedgerSeal.objects.create(from_transaction=0, to_transaction=far, entries=0, root="", previous="", seal="x")
    with pytest.raises(ImproperlyConfigured, match="restoring"):
        triggers.assert_installed()

    # Others take numbers meanwhile, and the transaction that migrates has had its own for long.
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as other:
        other.execute("SELECT pg_current_xact_id()")
    triggers.install()

    triggers.assert_installed()
    AuditLog.objects.create(actor_name="somebody", action="test.later", summary="Later")
    assert LedgerEntry.objects.latest("id").transaction_id >= far
