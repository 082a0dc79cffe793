"""Sealing the ledger, and proving that nothing behind it was altered.

A seal covers every entry of the transactions that had ended when it was made: `transaction_id` below the oldest one
still running. Its root is a digest over those entries in order; each seal is chained to the one before. Somebody who
alters a row must therefore also rewrite its ledger entry and every later seal, and still fails against a root that was
published outside the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from trialcrm.core import clock

from .models import LedgerEntry, LedgerSeal
from .triggers import witnessed_models

SEAL_LOCK = 71_001

# A digest of digests: the text that is put together stays small even for an import of millions of rows.
ROOT = """
SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(encode(sha256(convert_to(
    concat_ws('|', id, transaction_id, table_name, row_id, columns, digest), 'UTF8')), 'hex'),
    E'\\n' ORDER BY transaction_id, id), ''), 'UTF8')), 'hex')
FROM audit_ledgerentry WHERE transaction_id >= %s AND transaction_id < %s
"""

CHAIN = (
    "SELECT encode(sha256(convert_to(concat_ws('|', %s::text, %s::text, %s::text, %s::text, %s::text), 'UTF8')), 'hex')"
)

ALTERED = """
SELECT entry.row_id FROM audit_ledgerentry entry JOIN {table} record ON record.{key}::text = entry.row_id
WHERE entry.table_name = %s AND audit_digest(to_jsonb(record), entry.columns) <> entry.digest
ORDER BY entry.transaction_id, entry.id LIMIT 1
"""

MISSING = """
SELECT entry.row_id FROM audit_ledgerentry entry LEFT JOIN {table} record ON record.{key}::text = entry.row_id
WHERE entry.table_name = %s AND record.{key} IS NULL ORDER BY entry.transaction_id, entry.id LIMIT 1
"""

INSERTED = """
SELECT record.{key}::text FROM {table} record
LEFT JOIN audit_ledgerentry entry ON entry.table_name = %s AND entry.row_id = record.{key}::text
WHERE entry.id IS NULL ORDER BY record.{key} LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Breach:
    """The first thing found that is not as it was written."""

    kind: str
    table: str
    row_id: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.table} {self.row_id}"


def seal() -> LedgerSeal | None:
    """Close the ledger up to the oldest running transaction; None when there is nothing new, or another one seals."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        if not cursor.fetchone()[0]:
            return None
        last = LedgerSeal.objects.order_by("id").last()
        start = last.to_transaction if last else 0
        end = horizon()
        entries, root = _root(start, end)
        if not entries:
            return None
        previous = last.seal if last else ""
        return LedgerSeal.objects.create(
            sealed_at=clock.now(),
            from_transaction=start,
            to_transaction=end,
            entries=entries,
            root=root,
            previous=previous,
            seal=_chain(start, end, entries, root, previous),
        )


def horizon() -> int:
    """The number of the oldest transaction that still runs anywhere on the server: all before it have ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + audit_epoch()")
        return int(cursor.fetchone()[0])


def _root(start: int, end: int) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(ROOT, [start, end])
        return cursor.fetchone()


def _chain(start: int, end: int, entries: int, root: str, previous: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [start, end, entries, root, previous])
        return cursor.fetchone()[0]


def verify() -> Breach | None:
    """The first breach of the trail, or None when every row is as it was written.

    Finds altered, missing and inserted rows of every history table and of the log, and entries of the ledger that
    were altered, removed, added or put in another order after they were sealed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        # Each table is read as a whole; row by row, as a planner without fresh figures may choose, takes twentyfold.
        cursor.execute("SET LOCAL enable_nestloop = off")
        return next(_breaches(), None)


def _breaches() -> Iterator[Breach]:
    for model in witnessed_models():
        yield from _breaches_of(model._meta.db_table, str(model._meta.pk.column))
    yield from _broken_seals()


def _breaches_of(table: str, key: str) -> Iterator[Breach]:
    with connection.cursor() as cursor:
        for kind, query in (("altered", ALTERED), ("missing", MISSING), ("inserted", INSERTED)):
            cursor.execute(query.format(table=table, key=key), [table])
            row = cursor.fetchone()
            if row:
                yield Breach(kind, table, row[0])


def _broken_seals() -> Iterator[Breach]:
    previous, start = "", 0
    for item in LedgerSeal.objects.order_by("id"):
        entries, root = _root(item.from_transaction, item.to_transaction)
        chained = _chain(item.from_transaction, item.to_transaction, item.entries, item.root, item.previous)
        if item.previous != previous or item.from_transaction != start or item.seal != chained:
            yield Breach("broken chain", LedgerSeal._meta.db_table, str(item.pk))
        elif (entries, root) != (item.entries, item.root):
            yield Breach("altered or reordered ledger", LedgerEntry._meta.db_table, f"under seal {item.pk}")
        previous, start = item.seal, item.to_transaction
