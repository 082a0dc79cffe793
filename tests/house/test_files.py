"""What is true of every file of the repository, and of what it depends on."""

import re
from pathlib import Path

from tests.house import sources
from tests.house.walk import ROOT

TEXT = {".py", ".md", ".toml", ".html", ".txt", ".css", ".js", ".json", ".lock", ".svg", ".csv", ".yml", ".example", ""}
#: Folders of one machine; `/tmp`, `/usr` and the like are the same everywhere.
MACHINE = re.compile(r"(?<![\w.])/(?:home/\w+|Users/\w+|work|root)/")
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|https?://", re.IGNORECASE)
#: Told from one process of ours to another, never by a person.
SET_BY_COMMANDS = {"TRIALCRM_AS_OWNER"}
PIN = re.compile(r"^[a-z0-9][\w.\-\[\],]*==[^\s;]+")


def texts() -> list[Path]:
    return [path for path in sources.tracked() if path.suffix in TEXT]


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [
        sources.place(path)
        for path in texts()
        if path != Path(__file__) and MACHINE.search(path.read_text(errors="replace"))
    ]
    assert found == []


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text().partition("[tool.ruff]")[0].splitlines()
    named = [number for number, line in enumerate(lines) if re.match(r'\s+"[A-Za-z]', line)]
    assert named
    assert [lines[number].strip() for number in named if not _is_explained(lines, number)] == []


def _is_explained(lines: list[str], number: int) -> bool:
    """A comment stands above, or above the neighbour that belongs to it."""
    above = lines[number - 1].strip()
    return above.startswith("#") or (above.startswith('"') and lines[number - 2].strip().startswith("#"))


def test_every_dependency_is_pinned_with_its_digest_and_from_no_index_in_particular() -> None:
    lines = [
        line for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.lstrip().startswith("#")
    ]
    pins = [line for line in lines if line and not line.startswith(" ")]

    assert [line for line in pins if not PIN.match(line)] == []
    assert [line for line in lines if INDEX.search(line)] == []
    assert all("--hash=sha256:" in _digests(lines, pin) for pin in pins)


def _digests(lines: list[str], pin: str) -> str:
    return lines[lines.index(pin) + 1]


def test_every_setting_that_is_read_is_listed_in_the_example() -> None:
    settings = (ROOT / "trialcrm" / "settings.py").read_text()
    read = set(re.findall(r'(?:environ\.get|_needed|_list|_number)\(\s*"([A-Z_]+)"', settings))
    listed = set(re.findall(r"^#?\s*([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - listed == SET_BY_COMMANDS
