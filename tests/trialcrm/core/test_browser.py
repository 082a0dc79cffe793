import os
from pathlib import Path

import pytest

from trialcrm.core import browser


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, ...]]:
    """A machine without any browser; returns the commands that were tried on it, all of which fail."""
    tried: list[tuple[str, ...]] = []

    def fail(*command: str, seconds: int) -> bool:
        tried.append(command)
        return False

    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_PLACES", ())
    monkeypatch.setattr(browser, "_of_playwright", lambda: iter(()))
    monkeypatch.setattr(browser, "_succeeds", fail)
    return tried


def program(path: Path, ends_with: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\nexit {ends_with}\n")
    path.chmod(0o755)
    return path


def test_a_browser_on_the_path_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = program(tmp_path / "chromium")
    assert browser.find_or_get() == found


def test_the_one_named_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    named = program(tmp_path / "my-own")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert browser.find_or_get() == named


def test_one_named_that_does_not_run_is_an_error_and_not_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("CHROMIUM", str(program(tmp_path / "broken", ends_with=1)))
    with pytest.raises(browser.NoBrowser, match="does not run"):
        browser.find_or_get()


def test_a_launcher_that_only_advertises_a_browser_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / "chromium-browser", ends_with=1)
    found = program(tmp_path / "google-chrome")
    assert browser.find_or_get() == found


def test_a_missing_browser_is_downloaded(bare: list, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    downloaded = program(tmp_path / "downloaded")
    monkeypatch.setattr(browser, "_of_playwright", lambda: iter([downloaded] if bare else []))
    monkeypatch.setattr(browser, "_succeeds", lambda *command, seconds: not bare.append(command))
    assert browser.find_or_get() == downloaded
    assert any("playwright" in command for command in bare)


def test_root_on_debian_gets_the_package(bare: list, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(tmp_path / "apt-get")

    def install(*command: str, seconds: int) -> bool:
        if "install" in command and "chromium" in command and "playwright" not in command:
            program(tmp_path / "chromium")
        return command[0] == str(tmp_path / "chromium")

    monkeypatch.setattr(browser, "_succeeds", install)
    assert browser.find_or_get() == tmp_path / "chromium"


def test_where_none_can_be_had_it_fails_and_names_the_ways(bare: list, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(browser.NoBrowser) as refusal:
        browser.find_or_get()
    for way in ("apt install chromium", "CHROMIUM=", "playwright install", "as root"):
        assert way in str(refusal.value)
    assert not any("apt-get" in command[0] for command in bare)
