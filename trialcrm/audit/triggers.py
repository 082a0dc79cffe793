"""What makes the trail append-only in the database itself, and feeds the ledger.

Installed over every history table, the log, the ledger and the seals after each migration: triggers that refuse
UPDATE, DELETE and TRUNCATE for every role and session mode (ENABLE ALWAYS), and one that writes each new row's
digest to the ledger. The application's role also loses the rights themselves.
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
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(coalesce(
        (SELECT jsonb_object_agg(key, value) FROM jsonb_each(content)
         WHERE key = ANY(string_to_array(names, ',')))::text, ''), 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION audit_enter_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET TimeZone = 'UTC' AS $$
DECLARE content jsonb := to_jsonb(NEW); names text;
BEGIN
    SELECT string_agg(key, ',' ORDER BY key) INTO names FROM jsonb_object_keys(content) AS key;
    INSERT INTO audit_ledgerentry (transaction_id, table_name, row_id, columns, digest)
    VALUES (pg_current_xact_id()::text::bigint, TG_TABLE_NAME, content ->> TG_ARGV[0], names,
            audit_digest(content, names));
    RETURN NULL;
END $$;
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

REVOKE = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}' AND rolname <> current_user) THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role};
    END IF;
END $$;
"""

ENABLED = """
SELECT relname, array_agg(tgname::text) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE tgenabled = 'A' AND NOT tgisinternal AND relnamespace = 'public'::regnamespace GROUP BY relname
"""


def witnessed_models() -> list[type[Model]]:
    """The models whose rows are append-only and entered in the ledger."""
    histories = [model for model in apps.get_models() if issubclass(model, HistoricalChanges)]
    return [AuditLog, *sorted(histories, key=lambda model: model._meta.db_table)]


def _key(model: type[Model]) -> str:
    return model._meta.pk.column


def install(**kwargs: Any) -> None:
    """Put the triggers in place; safe to repeat. Runs after migrations, as the owner of the tables."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if LedgerEntry._meta.db_table not in existing:
            return
        cursor.execute(FUNCTIONS)
        for model in [*witnessed_models(), LedgerEntry, LedgerSeal]:
            table = model._meta.db_table
            if table not in existing:
                continue
            cursor.execute(REFUSE.format(table=table))
            cursor.execute(REVOKE.format(table=table, role=settings.DATABASE_APP_ROLE))
            if model not in (LedgerEntry, LedgerSeal):
                cursor.execute(ENTER.format(table=table, key=_key(model)))


def missing() -> list[str]:
    """The tables that exist and lack one of their triggers."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(ENABLED)
        present = {table: set(names) for table, names in cursor.fetchall()}
    wanted = {"audit_append_only", "audit_no_truncate"}
    tables = {model._meta.db_table: wanted | {"audit_ledger"} for model in witnessed_models()}
    tables |= {model._meta.db_table: wanted for model in (LedgerEntry, LedgerSeal)}
    return sorted(table for table in existing & set(tables) if not tables[table] <= present.get(table, set()))


def assert_installed() -> None:
    """Refuse to serve when the trail could be altered.

    Raises:
        ImproperlyConfigured: naming the unprotected tables.
    """
    tables = missing()
    if tables:
        raise ImproperlyConfigured(
            f"The trail is not protected: {', '.join(tables)} lack their triggers. Run `manage.py migrate` as owner."
        )
