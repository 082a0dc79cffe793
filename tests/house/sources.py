"""The files of the repository, read once: Python as syntax trees, everything else as text."""

import ast
import fnmatch
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

from tests.house.walk import ROOT, packages

N = TypeVar("N", bound=ast.AST)
MIGRATIONS = "migrations"


@cache
def tracked() -> tuple[Path, ...]:
    """The files that belong to the repository: all but what `.gitignore` names."""
    ignored = [line.strip() for line in (ROOT / ".gitignore").read_text().splitlines() if line.strip()]
    names = [line.strip("/") for line in ignored] + [".git"]
    found = []
    for folder, inside, files in os.walk(ROOT):
        inside[:] = [name for name in inside if not _is_ignored(name, names)]
        found += [Path(folder) / name for name in files if not _is_ignored(name, names)]
    return tuple(sorted(found))


def _is_ignored(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def python(*folders: str) -> Iterator[Path]:
    """The Python files below the folders, without migrations."""
    places = [ROOT / folder for folder in folders]
    for path in tracked():
        wanted = path.suffix == ".py" and MIGRATIONS not in path.parts
        if wanted and any(map(path.is_relative_to, places)):
            yield path


@cache
def code() -> list[Path]:
    """The portal's own Python files, without tests and migrations."""
    return [*python(*packages()), ROOT / "manage.py"]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    """Where something stands, for a failing test's message."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"


def nodes(path: Path, kind: type[N]) -> Iterator[N]:
    """Every node of a kind in a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, kind))
