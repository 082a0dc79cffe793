"""Telling whether the code that made a database is still the code that is here."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from trialcrm.core.bootstrap.places import REPOSITORY

_SHOWING = {"views", "views.py", "forms", "forms.py", "selectors", "selectors.py", "urls.py", "templatetags", "readers"}


def code_fingerprint(*more: Path) -> str:
    """Sixteen letters that change with any line of the portal's code or any pinned dependency.

    What `migrate` leaves in a database depends on more than the migrations: permissions, roles and triggers are
    installed after them. Rooms that only read or show (views, forms, selectors) leave nothing there.
    """
    digest = hashlib.sha256((REPOSITORY / "requirements.lock").read_bytes())
    for path in [*sorted(_sources()), *more]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for initial in REPOSITORY.glob("*/__init__.py"):
        yield from (path for path in initial.parent.rglob("*.py") if not _SHOWING & set(path.parts))
