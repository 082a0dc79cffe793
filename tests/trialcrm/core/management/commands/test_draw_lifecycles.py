"""Diagrams of states in the READMEs come from the tables that the code obeys."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from trialcrm.core.management.commands import draw_lifecycles
from trialcrm.core.management.commands.draw_lifecycles import BEGIN, END


@pytest.fixture
def readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """The README of the subjects app in a place of its own; no other app has lifecycles."""
    config = apps.get_app_config("subjects")
    monkeypatch.setattr(config, "path", str(tmp_path))
    monkeypatch.setattr(draw_lifecycles.apps, "get_app_configs", lambda: [config])
    settings.BASE_DIR = tmp_path
    path = tmp_path / "README.md"
    path.write_text(f"Before\n{BEGIN}what stood here\n{END}\nafter\n")
    return path


def test_diagrams_replace_what_stood_between_the_marks_and_nothing_else(readme: Path) -> None:
    call_command(draw_lifecycles.Command())

    text = readme.read_text()
    assert "### Visit\n\n```mermaid\nstateDiagram-v2\n    planned --> cancelled\n" in text
    assert text.startswith("Before\n")
    assert text.endswith("after\n")
    assert "what stood here" not in text


def test_drawing_twice_changes_nothing(readme: Path) -> None:
    call_command(draw_lifecycles.Command())
    first = readme.read_text()
    call_command(draw_lifecycles.Command())

    assert readme.read_text() == first


def test_the_check_names_the_readme_and_writes_nothing(readme: Path) -> None:
    with pytest.raises(CommandError, match=r"README\.md: the lifecycles are not as the code is"):
        call_command(draw_lifecycles.Command(), check=True)

    assert "what stood here" in readme.read_text()


def test_an_app_without_a_place_for_its_lifecycles_is_told_what_to_write(readme: Path) -> None:
    readme.unlink()

    with pytest.raises(CommandError, match="needs the lines"):
        call_command(draw_lifecycles.Command())
