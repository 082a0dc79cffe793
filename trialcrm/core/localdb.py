"""A private PostgreSQL server for whoever has not set one up: the demo, the tests and a developer's commands use it.

Nothing but the standard library is imported, so it works before Django is configured. The server listens on a socket in
a folder of mode 0700 and on no network port; whoever can enter that folder already owns the data files, therefore the
socket asks for no password. Each checkout has servers of its own, so that two clones never meet.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

from trialcrm.core.bootstrap.places import (
    NoPlace,
    as_server_account,
    checkout_id,
    make_folder,
    make_private,
    server_home,
)
from trialcrm.core.bootstrap.programs import NoServer, programs

__all__ = ["LocalDatabase", "NoPlace", "NoServer", "address", "destroy", "ensure", "stop_all", "stop_unused", "sweep"]

OWNER_ROLE, APP_ROLE = "trialcrm_owner", "trialcrm_app"
# A socket's address holds 108 bytes with its closing zero, and the server appends its own file name to the folder.
_LONGEST_SOCKET_FOLDER = 106 - len("/.s.PGSQL.5432")
_PATIENCE, _STEP = 30, 0.02
# Into the template, so that test databases have them too and the owner need not be a superuser.
_TEMPLATE = f"""\
CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB;
CREATE ROLE {APP_ROLE} LOGIN;
GRANT {APP_ROLE} TO {OWNER_ROLE};
CREATE EXTENSION btree_gist;
CREATE EXTENSION pg_trgm;
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER_ROLE} GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE};
"""


@dataclass
class LocalDatabase:
    """A running private server, held until `release`."""

    name: str
    hold: IO[str] = field(repr=False)
    process: subprocess.Popen[Any] | None = field(default=None, repr=False)

    @property
    def owner_url(self) -> str:
        """Address for migrations: owns the tables and may create databases for tests."""
        return address(self.name, OWNER_ROLE)

    @property
    def app_url(self) -> str:
        """Address for the application, which may not change tables."""
        return address(self.name, APP_ROLE)

    def release(self) -> None:
        """Let go of the server; the last one to let go stops it."""
        self.hold.close()
        stop_unused(self.name)
        if self.process and not _answers(_folder(self.name)):
            self.process.wait()


def address(name: str, role: str) -> str:
    """The URL of a private server's database for a role, whether or not the server runs; libpq and Django take it."""
    where = urlencode({"host": str(_socket_folder(_folder(name))), "port": 5432}, quote_via=quote)
    return f"postgresql://{role}@/{name}?{where}"


def ensure(name: str = "trialcrm", *, durable: bool = True) -> LocalDatabase:
    """Make, mend and start the private server of this checkout as needed, and hold it until `release`.

    Any number of processes may call this at once. A server that is not `durable` skips the waits for the disk: quicker,
    and broken if the machine loses power, which is right for tests. Raises `NoServer` naming the ways to get one, or
    `NoPlace`.
    """
    folder = _folder(name)
    make_folder(folder)
    with _locked(folder), contextlib.ExitStack() as undo:
        hold = undo.enter_context((folder / "users.lock").open("a"))
        fcntl.flock(hold, fcntl.LOCK_SH)
        process = None if _answers(folder) else _start(folder, name, durable)
        undo.pop_all()
    return LocalDatabase(name, hold, process)


def stop_unused(name: str) -> bool:
    """Stop a server that nobody holds. False while somebody does."""
    folder = _folder(name)
    if not folder.exists():
        return True
    with _locked(folder), (folder / "users.lock").open("a") as hold:
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        _stop(folder)
    return True


def destroy(name: str = "trialcrm") -> None:
    """Delete a server with all its data. Raises `NoServer` while another process uses it."""
    if not stop_unused(name):
        raise NoServer(f"The local database {name} is in use; stop what uses it first.")
    shutil.rmtree(_folder(name) / "data", ignore_errors=True)


def sweep() -> None:
    """Stop every server of this checkout that nobody holds: a process that was killed could not stop its own."""
    for data in server_home().glob("*/data"):
        stop_unused(data.parent.name)


def stop_all() -> None:
    """Stop every server of this checkout, whoever holds it; the data stay."""
    for data in server_home().glob("*/data"):
        _stop(data.parent)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folder(name: str) -> Path:
    return server_home() / name


def _socket_folder(folder: Path) -> Path:
    if len(os.fsencode(folder / "run")) <= _LONGEST_SOCKET_FOLDER:
        return folder / "run"
    # Whatever lies there is used only if it is ours and closed to others (make_private).
    return Path("/tmp") / f"trialcrm-{os.geteuid()}-{checkout_id()}-{folder.name}"  # noqa: S108


def _answers(folder: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(_socket_folder(folder) / ".s.PGSQL.5432"))
        return True
    return False


def _initialise(data: Path, name: str, durable: bool) -> None:
    # Made beside its place and renamed at the end: an interrupted attempt leaves nothing that looks whole.
    new = data.with_name("data.new")
    shutil.rmtree(new, ignore_errors=True)
    make_private(new)
    folder = programs()
    settings = ["-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    _run(folder / "initdb", "-D", new, *settings, *([] if durable else ["--no-sync"]))
    single = (folder / "postgres", "--single", "-D", new)
    _run(*single, "template1", sql=_TEMPLATE)
    _run(*single, "postgres", sql=f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE};\n')
    (new / "pg_hba.conf").write_text("local all all trust\n")
    new.rename(data)


def _run(*command: str | Path, sql: str = "") -> None:
    done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False, **as_server_account())
    # The single-user server reports a failed statement in words only, and ends well.
    if done.returncode or "ERROR:" in done.stderr:
        raise NoServer(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr)[-1500:]}")


def _start(folder: Path, name: str, durable: bool) -> subprocess.Popen[Any]:
    data, log = folder / "data", folder / "server.log"
    if not data.exists():
        _initialise(data, name, durable)
    _forget_dead_server(data)
    command: list[str | Path] = [
        programs(int((data / "PG_VERSION").read_text())) / "postgres",
        "-D",
        data,
        "-p",
        "5432",
    ]
    command += _options(make_private(_socket_folder(folder)), durable)
    with log.open("wb") as output:
        # A Ctrl-C in the terminal is meant for us, who stop the server after its last user: hence the own session.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_server_account(),
        )
    if not _wait_until(lambda: _is_ready(data) or process.poll() is not None) or process.poll() is not None:
        process.kill()
        process.wait()
        raise NoServer(f"PostgreSQL did not start. The end of {log}:\n{log.read_text(errors='replace')[-1500:]}")
    return process


def _options(run: Path, durable: bool) -> list[str]:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{run}"',
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "max_connections": "200",
        # Compiling a query costs more than any of ours takes.
        "jit": "off",
    }
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        # Databases that are thrown away are not tidied up; in what order their few rows are joined is all the same,
        # and finding out takes a fifth of the time of a query.
        options |= {"autovacuum": "off", "join_collapse_limit": "1", "from_collapse_limit": "1"}
    return [f"--{name}={value}" for name, value in options.items()]


def _stop(folder: Path) -> None:
    data = folder / "data"
    pid = _pid(data)
    if pid is None or not _is_server(pid, data):
        return
    # SIGINT is the fast shutdown: it ends open sessions and keeps all that was committed.
    os.kill(pid, signal.SIGINT)
    if not _wait_until(lambda: not (data / "postmaster.pid").exists()):
        raise NoServer(f"The local database (process {pid}) does not stop; see {folder / 'server.log'}.")


def _pid(data: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((data / "postmaster.pid").read_text().split()[0])
    return None


def _is_server(pid: int, data: Path) -> bool:
    """Whether a process is the server of this data folder, which such a server makes its working folder."""
    if not Path("/proc/self").exists():
        return _answers(data.parent)
    return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()


def _forget_dead_server(data: Path) -> None:
    """Remove the note of a server that was killed: its number may belong to another process by now."""
    pid = _pid(data)
    if pid is None or not _is_server(pid, data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _is_ready(data: Path) -> bool:
    with contextlib.suppress(OSError):
        return (data / "postmaster.pid").read_text().rstrip().endswith("ready")
    return False


def _wait_until(done: Callable[[], bool]) -> bool:
    for _ in range(int(_PATIENCE / _STEP)):
        if done():
            return True
        time.sleep(_STEP)
    return False


if __name__ == "__main__":
    if sys.argv[1:] != ["stop"]:
        sys.exit("usage: python -m trialcrm.core.localdb stop")
    stop_all()
