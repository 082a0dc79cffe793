import io
import socket
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError

from trialcrm.core.bootstrap.environment import LOCAL_MARK
from trialcrm.demo.cast import CAST
from trialcrm.demo.management.commands import demo


class SilentPortal:
    """A portal that is ready at once and stops at once."""

    @classmethod
    def whole(cls) -> "SilentPortal":
        return cls()

    def run_on(self, listening: socket.socket, on_ready: Callable[[], None]) -> None:
        on_ready()
        listening.close()


@pytest.fixture(autouse=True)
def nothing_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's own part, without building a study or serving it."""
    monkeypatch.setattr(demo, "bring_up_to_date", lambda say: None)
    monkeypatch.setattr(demo.study, "build", lambda say: None)
    monkeypatch.setattr(demo.connections, "close_all", lambda: None)
    monkeypatch.setattr(demo, "Portal", SilentPortal)
    monkeypatch.setattr(demo.Duties, "start", lambda self: None)
    monkeypatch.setattr(demo.Duties, "stop", lambda self: None)


def shown(**options: object) -> str:
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_it_prints_the_address_and_every_sign_in():
    text = shown(port=0)
    assert "http://localhost:" in text
    for who in CAST:
        line = next(line for line in text.splitlines() if who.email in line)
        assert who.role in line
        assert who.password in line


@pytest.mark.django_db
def test_a_taken_port_is_told():
    with demo.free_socket(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is taken." in shown(port=port)


def test_it_does_not_run_with_production_settings(settings: LazySettings):
    settings.MODE = "production"
    with pytest.raises(CommandError, match="known to everybody"):
        shown()


def test_fresh_spares_a_database_that_is_not_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(LOCAL_MARK, raising=False)
    with pytest.raises(CommandError, match="local database only"):
        shown(fresh=True)
