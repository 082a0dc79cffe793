"""Telling whether the code that made a database is still the code that is here."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from trialcrm.core.bootstrap.places import REPOSITORY


def code_fingerprint() -> str:
    """Sixteen letters that change with any line of the portal's code or any pinned dependency.

    What `migrate` leaves in a database depends on more than the migrations: permissions, roles and triggers are
    installed after them, from code all over the packages.
    """
    digest = hashlib.sha256((REPOSITORY / "requirements.lock").read_bytes())
    for path in sorted(_sources()):
        digest.update(str(path.relative_to(REPOSITORY)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for initial in REPOSITORY.glob("*/__init__.py"):
        yield from initial.parent.rglob("*.py")
