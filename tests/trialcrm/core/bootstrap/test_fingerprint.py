from pathlib import Path

import pytest

from trialcrm.core.bootstrap import fingerprint


@pytest.fixture(autouse=True)
def repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for path in (
        "app/__init__.py",
        "app/models/visits.py",
        "app/services.py",
        "app/views/visits.py",
        "tests/test_x.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("one = 1\n")
    (tmp_path / "requirements.lock").write_text("django==5\n")
    monkeypatch.setattr(fingerprint, "REPOSITORY", tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", ["app/models/visits.py", "app/permissions.py", "requirements.lock"])
def test_it_changes_with_what_decides_the_tables(repository: Path, path: str):
    before = fingerprint.migration_fingerprint()
    (repository / path).write_text("two = 2\n")
    assert fingerprint.migration_fingerprint() != before


@pytest.mark.parametrize("path", ["app/services.py", "app/views/visits.py", "tests/test_x.py"])
def test_it_keeps_still_while_pages_are_written(repository: Path, path: str):
    before = fingerprint.migration_fingerprint()
    (repository / path).write_text("two = 2\n")
    assert fingerprint.migration_fingerprint() == before
