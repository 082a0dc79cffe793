"""Where this checkout keeps its state on the machine, and under which account its database server runs."""

import contextlib
import functools
import hashlib
import os
import pwd
import stat
import subprocess
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[3]
_UNPRIVILEGED = ("postgres", "nobody")


class NoPlace(RuntimeError):
    """No account or folder fit for a database server; the message says what is in the way."""


def checkout_id() -> str:
    """Ten letters that tell this checkout from others on the machine."""
    return hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:10]


def state_home() -> Path:
    """The folder of this person for state that is not to be lost, by the XDG base directory rules."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "trialcrm"


@functools.cache
def server_home() -> Path:
    """The folder of this checkout's database servers: the state folder, where the server's account can reach it."""
    # Root's own folder is closed to the account that the server runs under.
    base = state_home() if server_account() is None or server_may_enter(state_home()) else Path("/var/lib/trialcrm")
    return base / checkout_id()


@functools.cache
def server_account() -> pwd.struct_passwd | None:
    """The account that the server runs under; None for our own. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in _UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPlace(f"PostgreSQL does not run as root, and there is no account {' or '.join(_UNPRIVILEGED)}.")


def as_server_account() -> dict[str, Any]:
    """Arguments for `subprocess` that run a program under the server's account, in a clean environment."""
    # PG* variables of the caller (PGPORT, PGDATA, …) would change what our own server does.
    arguments: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}}
    if account := server_account():
        arguments |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return arguments


def server_may_enter(path: Path) -> bool:
    """Whether the server's account gets as far as this folder, or as its nearest parent that exists."""
    while not path.exists():
        path = path.parent
    return subprocess.run(["test", "-x", path], check=False, **as_server_account()).returncode == 0


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents, open to the server's account where that is another one than ours."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o755 if server_account() else 0o700)


def make_private(folder: Path) -> Path:
    """Make a folder that only the server's account can enter, or be sure that the one there is such."""
    account = server_account()
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
    found = folder.lstat()
    owner = account.pw_uid if account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise NoPlace(f"{folder} must be a folder of mode 0700 that belongs to the server's account; remove it.")
    return folder
