"""Templates as tokens and text, and where the code names them."""

import ast
import fnmatch
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.template.base import Lexer, Token, TokenType

from tests.house import sources
from tests.house.walk import ROOT

FOLDER: Path = Path(settings.TEMPLATES[0]["DIRS"][0])
NAME = re.compile(r"^(?:[\w\-/]+\.html|[\w\-]+/[\w\-/]+\.txt)(?:#[\w-]+)?$")
NOT_READ = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>|<!doctype[^>]*>", re.DOTALL | re.IGNORECASE)
QUOTED = re.compile(r"""(["'])((?:(?!\1).)+)\1""")


class Use(NamedTuple):
    """A place in the code that names a template; `*` stands for a part that is put in when it runs."""

    path: Path
    function: str
    template: str
    fragment: str


@cache
def all_templates() -> tuple[str, ...]:
    """The names of all templates of the repository."""
    return tuple(
        sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.suffix in (".html", ".txt"))
    )


@cache
def text(name: str) -> str:
    return (FOLDER / name).read_text()


@cache
def tokens(name: str) -> tuple[Token, ...]:
    return tuple(Lexer(text(name)).tokenize())


def tags(name: str, *words: str) -> Iterator[Token]:
    """The block tags of a template that begin with one of the words."""
    for token in tokens(name):
        if token.token_type == TokenType.BLOCK and token.contents.split()[0] in words:
            yield token


def drawn_in(name: str) -> set[str]:
    """The templates that this one extends or includes by name."""
    found = set()
    for token in tags(name, "extends", "include", "partial"):
        quoted = QUOTED.search(token.contents)
        if quoted and NAME.match(quoted[2]):
            found.add(quoted[2].partition("#")[0])
    return found


def partials(name: str) -> set[str]:
    return {token.contents.split()[1] for token in tags(name, "partialdef", "startpartial")}


@cache
def uses() -> tuple[Use, ...]:
    """Every place in the code that names a template, with the fragment asked for where it stands in the same call."""
    return tuple(use for path in sources.code() for use in _uses(path, sources.tree(path), ""))


def _uses(path: Path, node: ast.AST, function: str) -> Iterator[Use]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        function = node.name
    fragments = _fragments(node) if isinstance(node, ast.Call) else []
    for child in ast.iter_child_nodes(node):
        named = _name(child)
        if named:
            template, _hash, fragment = named.partition("#")
            yield from (Use(path, function, template, name) for name in fragments or [fragment])
        else:
            yield from _uses(path, child, function)


def _name(node: ast.AST) -> str:
    """The name of a template, if the node is one."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "*" for part in node.values]
        joined = "".join(map(str, parts))
        return joined if NAME.match(joined.replace("*", "x")) else ""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and NAME.match(value) else ""


def _fragments(call: ast.Call) -> list[str]:
    values = [item.value for item in call.keywords if item.arg == "fragment"]
    return [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]


def used_in_code(name: str) -> list[Use]:
    return [use for use in uses() if fnmatch.fnmatchcase(name, use.template)]


def words(name: str) -> list[str]:
    """Letters that a person would read and that stand outside of a translation."""
    html = NOT_READ.sub("", _untranslated(name))
    spoken = r'\b(?:title|aria-label|aria-description|placeholder|alt|data-label|data-announce)="([^"]*)"'
    parts = re.findall(spoken, html) + re.sub(r"<[^>]*>", "\0", html).split("\0")
    return [word.strip() for part in parts for word in part.split("\0") if re.search(r"[A-Za-z]{2}", word)]


def _untranslated(name: str) -> str:
    """The template's own text with a mark in place of each tag; what is translated or a comment is left out."""
    parts, depth = [], 0
    for token in tokens(name):
        word = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        depth += word in ("blocktranslate", "blocktrans", "comment")
        depth -= word in ("endblocktranslate", "endblocktrans", "endcomment")
        parts.append(token.contents if token.token_type == TokenType.TEXT and not depth else "\0")
    return "".join(parts)


def place(name: str, token: Token) -> str:
    return f"{(FOLDER / name).relative_to(ROOT)}:{token.lineno}"
