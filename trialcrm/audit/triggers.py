"""What makes the trail append-only in the database itself, and feeds the ledger.

Installed over every history table, the log, the ledger and the seals after each migration: triggers that refuse
UPDATE, DELETE and TRUNCATE for every role and session mode (ENABLE ALWAYS), and one that writes each new row's
digest to the ledger. The application's role also loses the rights themselves. Records that are never changed, like a
signature, say so with `APPEND_ONLY` and are refused changes in the same way; their history is in the ledger already.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Model
from simple_history.models import HistoricalChanges

from .models import AuditLog, LedgerEntry, LedgerSeal

FUNCTIONS = """
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %: what was recorded is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE OR REPLACE FUNCTION audit_digest(content jsonb, names text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    -- In this language because its queries are planned once in a session and not once for each row.
    RETURN encode(sha256(convert_to(coalesce(
        (SELECT jsonb_object_agg(key, value) FROM jsonb_each(content)
         WHERE key = ANY(string_to_array(names, ',')))::text, ''), 'UTF8')), 'hex');
END $$;

CREATE OR REPLACE FUNCTION audit_enter_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET TimeZone = 'UTC' AS $$
DECLARE content jsonb := to_jsonb(NEW); names text;
BEGIN
    SELECT string_agg(key, ',' ORDER BY key) INTO names FROM jsonb_object_keys(content) AS key;
    INSERT INTO audit_ledgerentry (transaction_id, table_name, row_id, columns, digest)
    VALUES (pg_current_xact_id()::text::bigint + audit_epoch(), TG_TABLE_NAME, content ->> TG_ARGV[0], names,
            audit_digest(content, names));
    RETURN NULL;
END $$;
"""

EPOCH = """
CREATE OR REPLACE FUNCTION audit_epoch() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT {epoch}::bigint $$;
"""

# A database restored from a dump counts its transactions from the start of another server; what is written there must
# still come after everything that was sealed before: what the next transaction lacks, and what is lacked by the oldest
# of those under way, as by the one that installs this.
LAG = """
SELECT past - pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
    past - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
FROM (SELECT greatest(
    (SELECT max(transaction_id) + 1 FROM audit_ledgerentry), (SELECT max(to_transaction) FROM audit_ledgerseal), 0
) AS past) AS ledger
"""

REFUSE = """
CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_no_truncate;
"""

ENTER = """
CREATE OR REPLACE TRIGGER audit_ledger AFTER INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_enter_ledger('{key}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_ledger;
"""

APPLICATION_IS_OWNER = "SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %s AND rolname <> current_user)"

ALTERABLE = """
SELECT relname FROM pg_class
WHERE relname = ANY(%(tables)s) AND relnamespace = 'public'::regnamespace AND relkind = 'r' AND (
    pg_has_role(%(role)s, relowner, 'USAGE')
    OR has_table_privilege(%(role)s, pg_class.oid, 'UPDATE, DELETE, TRUNCATE')
)
"""

ENABLED = """
SELECT relname, array_agg(tgname::text) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE tgenabled = 'A' AND NOT tgisinternal AND relnamespace = 'public'::regnamespace GROUP BY relname
"""


def witnessed_models() -> list[type[Model]]:
    """The models whose rows are append-only and entered in the ledger."""
    histories = [model for model in apps.get_models() if issubclass(model, HistoricalChanges)]
    return [AuditLog, *sorted(histories, key=lambda model: model._meta.db_table)]


def written_once() -> list[type[Model]]:
    """The models whose records are never changed, and the ledger itself."""
    said = [model for model in apps.get_models() if getattr(model, "APPEND_ONLY", False)]
    return [LedgerEntry, LedgerSeal, *sorted(said, key=lambda model: model._meta.db_table)]


def _kept_models() -> list[type[Model]]:
    return [*witnessed_models(), *written_once()]


def _key(model: type[Model]) -> str:
    return str(model._meta.pk.column)


def install(**kwargs: Any) -> None:
    """Put the triggers in place; safe to repeat. Runs after migrations, as the owner of the tables."""
    existing = set(connection.introspection.table_names())
    if LedgerEntry._meta.db_table not in existing:
        return
    with connection.cursor() as cursor:
        cursor.execute(EPOCH.format(epoch=_epoch(cursor)))
        cursor.execute(FUNCTIONS)
        cursor.execute(APPLICATION_IS_OWNER, [settings.DATABASE_APP_ROLE])
        one_role = cursor.fetchone()[0]
        for model in _kept_models():
            if model._meta.db_table in existing:
                _protect(cursor, model)
                if not one_role:
                    _take_rights(cursor, model)


def _epoch(cursor: Any) -> int:
    """What is added to the server's transaction numbers: more, if the ledger is already past them."""
    cursor.execute("SELECT to_regproc('audit_epoch') IS NOT NULL")
    present = 0
    if cursor.fetchone()[0]:
        cursor.execute("SELECT audit_epoch()")
        present = cursor.fetchone()[0]
    cursor.execute(LAG)
    lag, lag_of_oldest = cursor.fetchone()
    return lag_of_oldest if lag > present else present


def _protect(cursor: Any, model: type[Model]) -> None:
    table = model._meta.db_table
    cursor.execute(REFUSE.format(table=table))
    if model not in written_once():
        cursor.execute(ENTER.format(table=table, key=_key(model)))


def _take_rights(cursor: Any, model: type[Model]) -> None:
    """The application adds rows; entries of the ledger are added by the trigger alone, with the owner's rights."""
    rights = "INSERT, UPDATE, DELETE, TRUNCATE" if model is LedgerEntry else "UPDATE, DELETE, TRUNCATE"
    role = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
    cursor.execute(f"REVOKE {rights} ON {model._meta.db_table} FROM {role}")


def missing() -> list[str]:
    """The tables that exist and lack one of their triggers."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(ENABLED)
        present = {table: set(names) for table, names in cursor.fetchall()}
    wanted = {"audit_append_only", "audit_no_truncate"}
    tables = {model._meta.db_table: wanted | {"audit_ledger"} for model in witnessed_models()}
    tables |= {model._meta.db_table: wanted for model in written_once()}
    return sorted(table for table in existing & set(tables) if not tables[table] <= present.get(table, set()))


def alterable() -> list[str]:
    """The tables whose rows the application's role could alter, were it not for the triggers."""
    tables = [model._meta.db_table for model in _kept_models()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [settings.DATABASE_APP_ROLE])
        if not cursor.fetchone()[0]:
            return sorted(tables)
        cursor.execute(ALTERABLE, {"tables": tables, "role": settings.DATABASE_APP_ROLE})
        return sorted(table for (table,) in cursor.fetchall())


def is_behind() -> bool:
    """Whether new entries of the ledger would come before old ones: after restoring a dump, until the next migrate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_epoch()")
        epoch = cursor.fetchone()[0]
        cursor.execute(LAG)
        return bool(cursor.fetchone()[0] > epoch)


def assert_installed() -> None:
    """Refuse to serve when the trail could be altered, or would not be kept.

    Raises:
        ImproperlyConfigured: naming the unprotected tables.
    """
    if not getattr(settings, "SIMPLE_HISTORY_ENABLED", True):
        raise ImproperlyConfigured("SIMPLE_HISTORY_ENABLED is off: the trail is never switched off.")
    tables = missing()
    if tables:
        raise ImproperlyConfigured(
            f"The trail is not protected: {', '.join(tables)} lack their triggers. Run `manage.py migrate` as owner."
        )
    if is_behind():
        raise ImproperlyConfigured(
            "The ledger of the trail is ahead of this server's transactions, as after restoring a dump. "
            "Run `manage.py migrate` as owner."
        )
