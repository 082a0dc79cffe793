"""What hundreds of tests begin with is built by the services once in a run, and then written as they wrote it.

A build is remembered as the rows that it wrote, under what it was asked for, when, and what had been built before it in
the same test. It is built anew wherever anything else was written that it could depend on, and where people are told.
"""

import functools
import pickle
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from trialcrm.core import clock

WRITES = ("INSERT", "UPDATE", "DELETE")
#: Written by apps that look at subjects and that subjects do not look at.
BESIDE = ("audit_", "medications_", "messaging_")
#: What this transaction has written, by the ledger.
WRITTEN = """
SELECT table_name, count(*) FROM audit_ledgerentry
WHERE transaction_id = pg_current_xact_id_if_assigned()::text::bigint + audit_epoch() GROUP BY table_name
"""


@dataclass
class Build:
    """What a build wrote and gave, and what the ledger told then."""

    statements: str = ""
    given: bytes = b""
    left: dict[str, int] = field(default_factory=dict)


_known: dict[Hashable, Build] = {}
_is_building: ContextVar[bool] = ContextVar("is_building", default=False)


def remembered(build: Callable[..., Any]) -> Callable[..., Any]:
    """A builder of a trial that is repeated from memory, where it would do the same again."""

    @functools.wraps(build)
    def again(trial: Any, *args: Any, **facts: Any) -> Any:
        if _is_building.get() or trial.is_watched or not _is_untouched(trial):
            return build(trial, *args, **facts)
        given = sorted((name, _named(value)) for name, value in facts.items())
        key = (build.__name__, *map(_named, args), *given, _when(), trial.builds)
        if key not in _known:
            _known[key] = _built(lambda: build(trial, *args, **facts))
        else:
            with connection.cursor() as cursor:
                cursor.execute(_known[key].statements)
        trial.__dict__["builds"], trial.__dict__["left"] = key, _known[key].left
        return pickle.loads(_known[key].given)  # noqa: S301 - what this process has pickled itself

    return again


def _is_untouched(trial: Any) -> bool:
    return connection.in_atomic_block and _written() == trial.left


def _written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return {table: count for table, count in cursor.fetchall() if not table.startswith(BESIDE)}


def _named(value: Any) -> str:
    return repr(getattr(value, "pk", value))


def _when() -> str:
    """The moment where the clock is held, and the day where it runs."""
    frozen = clock._frozen.get()
    return frozen.isoformat() if frozen else f"{clock.today('UTC')} {clock.today('America/New_York')}"


def _built(build: Callable[[], Any]) -> Build:
    made, statements = Build(), []

    def listen(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES):
            mogrified = context["cursor"].cursor.mogrify
            statements.extend(mogrified(sql, given) for given in (params if many else [params]))
        return execute(sql, params, many, context)

    token = _is_building.set(True)
    try:
        with connection.execute_wrapper(listen):
            made.given = pickle.dumps(build())
    finally:
        _is_building.reset(token)
    made.statements, made.left = ";".join(statements), _written()
    return made
