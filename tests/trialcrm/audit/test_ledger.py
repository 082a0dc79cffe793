"""Whatever is done to the trail behind the portal's back is found, and the first such row is named."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from subjects.models import Site
from trialcrm.audit import ledger
from trialcrm.audit.models import AuditLog, LedgerEntry, LedgerSeal
from trialcrm.core.ids import new_id

pytestmark = pytest.mark.django_db
SITES = "subjects_historicalsite"


@pytest.fixture(autouse=True)
def _other_databases_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests running beside this one keep transactions open on the same server, in databases of their own."""

    def horizon() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(backend_xid::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint "
                "FROM pg_stat_activity WHERE datname = current_database()"
            )
            running, following = cursor.fetchone()
            return int(running or following)

    monkeypatch.setattr(ledger, "horizon", horizon)


REAL_HORIZON = ledger.horizon


def a_row(action: str) -> AuditLog:
    return AuditLog.objects.create(actor_name="somebody", action=action, summary="Something happened")


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@contextmanager
def behind_the_portals_back(table: str) -> Iterator[None]:
    """As the owner, who can switch triggers off."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def found() -> str:
    return str(ledger.verify() or "")


def test_an_untouched_trail_verifies_sealed_and_unsealed() -> None:
    assert found() == ""
    assert ledger.seal()
    assert found() == ""


def test_an_altered_row_of_history_is_named() -> None:
    version = Site.history.earliest("history_date")
    with behind_the_portals_back(SITES):
        execute("UPDATE subjects_historicalsite SET number = '999' WHERE history_id = %s", version.pk)

    assert found() == f"altered: {SITES} {version.pk}"


def test_an_altered_row_of_the_log_is_named() -> None:
    row = AuditLog.objects.earliest("id")
    with behind_the_portals_back("audit_auditlog"):
        execute("UPDATE audit_auditlog SET actor_name = 'somebody else' WHERE id = %s", row.pk)

    assert found() == f"altered: audit_auditlog {row.pk}"


def test_a_removed_row_is_named() -> None:
    version = Site.history.earliest("history_date")
    with behind_the_portals_back(SITES):
        execute("DELETE FROM subjects_historicalsite WHERE history_id = %s", version.pk)

    assert found() == f"missing: {SITES} {version.pk}"


def test_an_inserted_row_is_named() -> None:
    key = new_id()
    with behind_the_portals_back("audit_auditlog"):
        execute(
            "INSERT INTO audit_auditlog SELECT (jsonb_populate_record(log, jsonb_build_object('id', %s::text))).* "
            "FROM audit_auditlog log LIMIT 1",
            key,
        )

    assert found() == f"inserted: audit_auditlog {key}"


def test_rows_that_changed_places_are_found() -> None:
    first, second = Site.history.order_by("history_date")[:2]
    with behind_the_portals_back(SITES):
        for key, other in ((first.pk, second), (second.pk, first)):
            execute(
                "UPDATE subjects_historicalsite SET number = %s, status = %s WHERE history_id = %s",
                other.number,
                other.status,
                key,
            )

    assert found().startswith(f"altered: {SITES}")


def test_covering_up_in_the_sealed_ledger_is_found() -> None:
    version = Site.history.earliest("history_date")
    seal = ledger.seal()
    with behind_the_portals_back(SITES), behind_the_portals_back("audit_ledgerentry"):
        execute("DELETE FROM subjects_historicalsite WHERE history_id = %s", version.pk)
        execute("DELETE FROM audit_ledgerentry WHERE row_id = %s", str(version.pk))

    assert found() == f"altered or reordered ledger: audit_ledgerentry under seal {seal.pk}"


def test_entries_in_another_order_are_found() -> None:
    seal = ledger.seal()
    first, second = LedgerEntry.objects.order_by("id")[:2]
    with behind_the_portals_back("audit_ledgerentry"):
        execute("UPDATE audit_ledgerentry SET id = -1 WHERE id = %s", first.pk)
        execute("UPDATE audit_ledgerentry SET id = %s WHERE id = %s", first.pk, second.pk)
        execute("UPDATE audit_ledgerentry SET id = %s WHERE id = -1", second.pk)

    assert found() == f"altered or reordered ledger: audit_ledgerentry under seal {seal.pk}"


def test_a_rewritten_seal_breaks_the_chain() -> None:
    seal = ledger.seal()
    with behind_the_portals_back("audit_ledgerseal"):
        execute("UPDATE audit_ledgerseal SET root = repeat('0', 64) WHERE id = %s", seal.pk)

    assert found() == f"broken chain: audit_ledgerseal {seal.pk}"


def test_there_is_nothing_to_seal_twice() -> None:
    assert ledger.seal()
    assert ledger.seal() is None


def test_a_write_of_the_transaction_that_seals_is_left_for_later() -> None:
    row = a_row("test.unfinished")

    seal = ledger.seal()

    assert LedgerEntry.objects.get(row_id=str(row.pk)).transaction_id >= seal.to_transaction


@pytest.mark.django_db(transaction=True)
def test_each_seal_is_chained_to_the_one_before() -> None:
    first = ledger.seal()
    a_row("test.later")
    second = ledger.seal()

    assert second.entries == 1
    assert (second.previous, second.from_transaction) == (first.seal, first.to_transaction)
    assert found() == ""
    with behind_the_portals_back("audit_ledgerseal"):
        execute("DELETE FROM audit_ledgerseal WHERE id = %s", first.pk)
    assert found() == f"broken chain: audit_ledgerseal {second.pk}"


@pytest.mark.django_db(transaction=True)
def test_sealing_leaves_out_transactions_that_still_run() -> None:
    ledger.seal()
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"]) as other:
        running = other.execute(
            "INSERT INTO audit_auditlog SELECT (jsonb_populate_record(log, jsonb_build_object('id', %s::text))).* "
            "FROM audit_auditlog log LIMIT 1 RETURNING id",
            [str(new_id())],
        ).fetchone()[0]
        a_row("test.committed-meanwhile")
        assert ledger.seal() is None
        other.commit()
    seal = ledger.seal()

    assert seal.entries == 2
    assert LedgerEntry.objects.get(row_id=str(running)).transaction_id < seal.to_transaction
    assert found() == ""


@pytest.mark.django_db(transaction=True)
def test_the_ledger_is_sealed_up_to_the_oldest_transaction_that_still_runs() -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"]) as other:
        running = other.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()[0]
        a_row("test.committed-meanwhile")
        assert REAL_HORIZON() <= running
        assert LedgerEntry.objects.latest("id").transaction_id > running


@pytest.mark.django_db(transaction=True)
def test_only_one_seals_at_a_time() -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"]) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [ledger.SEAL_LOCK])
        assert ledger.seal() is None
    assert ledger.seal()


def run(command: str) -> str:
    said = StringIO()
    call_command(command, stdout=said)
    return said.getvalue()


def test_the_commands_say_what_they_did_and_found() -> None:
    count = LedgerEntry.objects.count()
    assert run("verify_audit") == f"{count} rows of the trail are as they were written, nothing sealed yet.\n"
    sealed = run("seal_audit")
    seal = LedgerSeal.objects.get()
    assert sealed == f"Sealed {seal.entries} rows: {seal.seal}\n"
    assert run("seal_audit") == "Nothing new to seal.\n"
    assert run("verify_audit") == f"{count} rows of the trail are as they were written, last seal {seal.seal}.\n"


def test_the_command_fails_and_names_the_first_breach() -> None:
    version = Site.history.earliest("history_date")
    with behind_the_portals_back(SITES):
        execute("UPDATE subjects_historicalsite SET number = '999' WHERE history_id = %s", version.pk)

    with pytest.raises(CommandError, match=str(version.pk)):
        call_command("verify_audit", stdout=StringIO())


def test_times_are_digested_alike_in_every_time_zone() -> None:
    with transaction.atomic():
        execute("SET LOCAL TimeZone = 'Asia/Tokyo'")
        a_row("test.in-tokyo")

    assert found() == ""
