import os
import stat
from base64 import b64decode
from pathlib import Path

import pytest

from trialcrm.core import localdb
from trialcrm.core.bootstrap import environment

CONFIGURED = (
    "TRIALCRM_MODE",
    "TRIALCRM_STATE",
    "TRIALCRM_KEYS",
    "TRIALCRM_INDEX_KEY",
    "SECRET_KEY",
    "TRIALCRM_AS_OWNER",
)


@pytest.fixture(autouse=True)
def unconfigured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nothing is configured and no server may be started."""

    def refuse(*args: object) -> None:
        raise AssertionError("a local database was started")

    for name in (*CONFIGURED, "DATABASE_URL", "DATABASE_OWNER_URL", environment.LOCAL_MARK):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(environment, "REPOSITORY", tmp_path)
    monkeypatch.setattr(localdb, "ensure", refuse)
    monkeypatch.setattr(environment, "_stop_on_signals", lambda: None)
    monkeypatch.setattr(environment.signal, "signal", lambda number, handler: None)


class Server:
    app_url, owner_url = "postgresql://app@/x", "postgresql://owner@/x"

    def __init__(self) -> None:
        self.released = False

    def release(self) -> None:
        self.released = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(localdb, "ensure", lambda: server)
    return server


def test_a_command_without_configuration_gets_a_database_while_it_runs(server: Server):
    with environment.prepared(["shell"]):
        assert os.environ["DATABASE_URL"] == server.app_url
        assert os.environ["DATABASE_OWNER_URL"] == server.owner_url
        assert os.environ["TRIALCRM_MODE"] == "demo"
        assert not server.released
    assert server.released


def test_the_database_is_let_go_when_the_command_fails(server: Server):
    with pytest.raises(ValueError, match="broken"), environment.prepared(["shell"]):
        raise ValueError("broken")
    assert server.released


def test_reloading_means_development(server: Server):
    with environment.prepared(["demo", "--reload"]):
        assert os.environ["TRIALCRM_MODE"] == "development"


def test_a_named_database_is_used_and_no_other_started(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@elsewhere/portal")
    with environment.prepared(["demo"]):
        assert os.environ["DATABASE_URL"] == "postgresql://me@elsewhere/portal"
        assert os.environ["TRIALCRM_KEYS"]
        assert environment.LOCAL_MARK not in os.environ


def test_production_is_never_given_defaults(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRIALCRM_MODE", "production")
    with environment.prepared(["demo"]):
        assert not [name for name in ("SECRET_KEY", "TRIALCRM_KEYS", "DATABASE_URL") if name in os.environ]


def test_the_env_file_counts_as_configuration(tmp_path: Path):
    (tmp_path / ".env").write_text(
        "# ours\nDATABASE_URL='postgresql://me@elsewhere/portal'\nTRIALCRM_MODE=production\n"
    )
    with environment.prepared(["shell"]):
        assert "SECRET_KEY" not in os.environ


def test_what_is_set_is_never_overruled(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "mine")
    with environment.prepared(["shell"]):
        assert os.environ["SECRET_KEY"] == "mine"


def test_only_commands_that_change_tables_run_as_the_owner(server: Server, monkeypatch: pytest.MonkeyPatch):
    with environment.prepared(["shell"]):
        assert "TRIALCRM_AS_OWNER" not in os.environ
    with environment.prepared(["migrate"]):
        assert os.environ["TRIALCRM_AS_OWNER"] == "1"


def test_fresh_forgets_the_local_data_first(server: Server, monkeypatch: pytest.MonkeyPatch):
    done: list[str] = []
    monkeypatch.setattr(localdb, "destroy", lambda: done.append("destroyed"))
    with environment.prepared(["demo", "--fresh"]):
        assert done == ["destroyed"]


def test_keys_are_made_once_and_kept_from_others(tmp_path: Path):
    first = environment.kept_keys(tmp_path / "keys.env")
    assert environment.kept_keys(tmp_path / "keys.env") == first
    assert stat.S_IMODE((tmp_path / "keys.env").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys.env"]


def test_keys_have_the_strength_that_the_settings_ask_for():
    keys = environment.new_keys()
    assert len(keys["SECRET_KEY"]) >= 50
    assert len(b64decode(keys["TRIALCRM_INDEX_KEY"])) == 32
    key_id, _, key = keys["TRIALCRM_KEYS"].partition(":")
    assert key_id
    assert len(b64decode(key)) == 32
