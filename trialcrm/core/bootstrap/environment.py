"""Settings for whoever has configured nothing: a private database, and keys made once and kept.

A name that the environment or the `.env` file sets is never overruled; production is never touched.
"""

import contextlib
import os
import secrets
import signal
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from trialcrm.core import localdb
from trialcrm.core.bootstrap.places import REPOSITORY, checkout_id, state_home

# Commands that change tables; all others run with the rights of the application.
_OWNER_COMMANDS = frozenset({"migrate", "createcachetable", "sqlmigrate"})
LOCAL_MARK = "TRIALCRM_LOCAL_DATABASE"


@contextlib.contextmanager
def prepared(arguments: list[str]) -> Iterator[None]:
    """What a management command needs around it: defaults of the environment, and a database while it runs.

    Raises `NoServer` or `NoPlace` when a local database is needed and cannot be had.
    """
    command = next(iter(arguments), "")
    if command in _OWNER_COMMANDS:
        os.environ.setdefault("TRIALCRM_AS_OWNER", "1")
    if _named("TRIALCRM_MODE") == "production" or _named("DATABASE_URL"):
        set_defaults(_mode(arguments) if command == "demo" else "")
        yield
        return
    _stop_on_signals()
    if command == "demo" and "--fresh" in arguments:
        localdb.destroy()
    database = localdb.ensure()
    try:
        set_defaults(_mode(arguments), DATABASE_URL=database.app_url, DATABASE_OWNER_URL=database.owner_url)
        os.environ[LOCAL_MARK] = "1"
        yield
    finally:
        # A second Ctrl-C must not leave the server behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        database.release()


def set_defaults(mode: str, **defaults: str) -> None:
    """Set what neither the environment nor `.env` names; no mode means that all is configured by hand."""
    if not mode or _named("TRIALCRM_MODE") == "production":
        return
    state = private_state()
    defaults |= {"TRIALCRM_MODE": mode, "TRIALCRM_STATE": str(state)} | kept_keys(state / "keys.env")
    for name, value in defaults.items():
        if not _named(name):
            os.environ[name] = value


def new_keys() -> dict[str, str]:
    """Fresh secrets, each under the name of its setting."""

    def key() -> str:
        return b64encode(secrets.token_bytes(32)).decode()

    return {"SECRET_KEY": secrets.token_urlsafe(64), "TRIALCRM_KEYS": f"k1:{key()}", "TRIALCRM_INDEX_KEY": key()}


def kept_keys(path: Path) -> dict[str, str]:
    """The secrets of this checkout, made on first use: with new ones, identities already stored could not be read."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in new_keys().items())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return _read(path)


def private_state() -> Path:
    """The folder of this checkout for keys and private files, closed to everybody else."""
    state = state_home() / checkout_id()
    # The database server's folder may lie within, and be entered by another account; the rest stays closed.
    private = state / "private"
    private.mkdir(parents=True, exist_ok=True)
    private.chmod(0o700)
    return private


def _mode(arguments: list[str]) -> str:
    return "development" if "--reload" in arguments else "demo"


def _named(name: str) -> str:
    return os.environ.get(name) or _read(REPOSITORY / ".env").get(name, "")


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    pairs = (line.partition("=") for line in path.read_text().splitlines() if not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, found, value in pairs if found}


def _stop_on_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: sys.exit(128 + received))


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}={value}\n" for name, value in new_keys().items())
