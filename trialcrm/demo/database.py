"""The demo's database: brought up to date with the code, as its owner, only when the code has changed."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import dj_database_url
from django.conf import settings
from django.contrib.postgres.operations import CreateExtension
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ProjectState

from trialcrm.core.bootstrap.fingerprint import migration_fingerprint

#: What needs no state in between: it describes tables, or is a statement about tables as they are in the end.
_BEFORE, _AFTER = CreateExtension, RunSQL
_DESCRIBING = (ModelOperation, FieldOperation, IndexOperation, _BEFORE, _AFTER)
#: From which use on a statement is planned for good, and how many plans are kept.
_USES, _PLANS = 2, 2000


def bring_up_to_date(say: Callable[[str], None]) -> None:
    """Migrate unless this very code has migrated the database before; the database itself remembers that."""
    fingerprint = migration_fingerprint()
    if _remembered() == fingerprint:
        return
    say("Bringing the database up to date …")
    with as_owner():
        make_tables_at_once()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        _remember(fingerprint)


def make_tables_at_once() -> None:
    """In an empty database, make the tables as all migrations together leave them, and note these as applied.

    One by one they take several times as long, because Django models every step in between. If one of our own runs
    code, nothing is done here and all of them run.
    """
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = [migration for migration, _backwards in executor.migration_plan(loader.graph.leaf_nodes())]
    if loader.applied_migrations or any(_runs_code(migration) for migration in plan):
        return
    state = loader.project_state()
    with connection.schema_editor() as editor:
        _run(_BEFORE, plan, editor, state)
        for model in state.apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
    with connection.schema_editor() as editor:
        _run(_AFTER, plan, editor, state)
        executor.recorder.ensure_schema()
        for migration in plan:
            executor.recorder.record_applied(migration.app_label, migration.name)


def _run(kind: type[Operation], plan: list[Migration], editor: Any, state: ProjectState) -> None:
    for migration in plan:
        for operation in migration.operations:
            if isinstance(operation, kind):
                operation.database_forwards(migration.app_label, editor, state, state)


def _runs_code(migration: Migration) -> bool:
    """Whether one of our migrations runs code; those of the libraries change rows that are not there yet."""
    is_ours = (settings.BASE_DIR / migration.__module__.partition(".")[0]).is_dir()
    return is_ours and not all(isinstance(operation, _DESCRIBING) for operation in migration.operations)


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
