"""Telling whether the code that migrated a database is still the code that is here."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from trialcrm.core.bootstrap.places import REPOSITORY

# Rooms and packages that only run once the tables are there; whatever else changes may change what `migrate` leaves.
_NO_PART = frozenset(
    ("admin", "demo", "figures", "forms", "gallery", "middleware", "policies", "readers", "selectors", "services")
) | {"templatetags", "urls", "views"}


def migration_fingerprint(*more: Path) -> str:
    """Sixteen letters that change with any code or pinned dependency that decides what a migrated database holds.

    That is more than the migrations: permissions, roles and triggers are installed after them, from several packages.
    `more` names files besides.
    """
    digest = hashlib.sha256((REPOSITORY / "requirements.lock").read_bytes())
    for path in [*sorted(_sources()), *more]:
        digest.update(str(path.relative_to(REPOSITORY)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for initial in REPOSITORY.glob("*/__init__.py"):
        for path in initial.parent.rglob("*.py"):
            if not _NO_PART.intersection((path.stem, *path.relative_to(REPOSITORY).parts)):
                yield path
