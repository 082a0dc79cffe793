import pytest
from django.db import connection

from trialcrm.demo import database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were called instead of being run."""
    called: list[str] = []
    monkeypatch.setattr(database, "call_command", lambda name, **options: called.append(name))
    return called


@pytest.fixture(autouse=True)
def same_database_as_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner's address of a test run names the server's own database, and not the copy under test."""
    copy = connection.settings_dict["NAME"]
    parse = database.dj_database_url.parse
    monkeypatch.setattr(database.dj_database_url, "parse", lambda url: {**parse(url), "NAME": copy})


def test_it_migrates_once_and_then_remembers(commands: list[str]):
    said: list[str] = []
    database.bring_up_to_date(said.append)
    assert commands == ["migrate", "createcachetable"]
    assert len(said) == 1
    database.bring_up_to_date(said.append)
    assert commands == ["migrate", "createcachetable"]
    assert len(said) == 1


def test_it_migrates_again_when_the_code_has_changed(commands: list[str], monkeypatch: pytest.MonkeyPatch):
    database.bring_up_to_date(lambda words: None)
    monkeypatch.setattr(database, "migration_fingerprint", lambda: "another code")
    database.bring_up_to_date(lambda words: None)
    assert commands.count("migrate") == 2


def test_the_thread_is_the_owner_only_for_a_while(monkeypatch: pytest.MonkeyPatch):
    def user() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    monkeypatch.setitem(connection.settings_dict, "USER", "trialcrm_app")
    connection.close()
    assert user() == "trialcrm_app"
    with database.as_owner():
        assert user() == "trialcrm_owner"
    assert user() == "trialcrm_app"


def test_plans_are_kept_only_for_a_while() -> None:
    def kept() -> int:
        with connection.cursor() as cursor:
            for _turn in range(3):
                cursor.execute("SELECT 1 AS asked_again")
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%asked_again'")
            return int(cursor.fetchone()[0])

    with database.planning_once():
        assert kept() == 1
    assert kept() == 0
