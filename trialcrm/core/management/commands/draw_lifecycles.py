"""Draws the diagrams of states in the apps' READMEs from the tables that the code obeys."""

import pkgutil
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trialcrm.core.lifecycle import Lifecycle

BEGIN = "<!-- lifecycles: drawn by `manage.py draw_lifecycles` -->\n"
END = "<!-- end of lifecycles -->"


class Command(BaseCommand):
    help = "Draw the state diagrams in the apps' READMEs; with --check only say which ones are not as the code is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where a diagram is out of date")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        """Write the READMEs that are out of date, or fail naming them.

        Raises:
            CommandError: a diagram is out of date (with --check), or an app with lifecycles has no place for them.
        """
        outdated = [(readme, text) for readme, text in _drawn() if readme.read_text() != text]
        if check and outdated:
            names = ", ".join(str(readme.relative_to(settings.BASE_DIR)) for readme, _text in outdated)
            raise CommandError(f"{names}: the lifecycles are not as the code is. Run `manage.py draw_lifecycles`.")
        for readme, text in outdated:
            readme.write_text(text)
            self.stdout.write(f"{readme.relative_to(settings.BASE_DIR)} is drawn.")


def _drawn() -> Iterator[tuple[Path, str]]:
    """Each README that shows lifecycles, with the text that it should have."""
    for config in apps.get_app_configs():
        found = lifecycles_of(config)
        if found:
            readme = Path(config.path) / "README.md"
            yield readme, _filled(readme, "\n".join(map(_section, found)))


def lifecycles_of(config: AppConfig) -> list[Lifecycle]:
    """The tables of states in an app's domain, in the order in which they are declared."""
    found = (value for module in _domain(config) for value in vars(module).values() if isinstance(value, Lifecycle))
    return list({item.name: item for item in found}.values())


def _domain(config: AppConfig) -> Iterator[Any]:
    name = f"{config.name}.domain"
    if find_spec(name) is None:
        return
    room = import_module(name)
    yield room
    for module in pkgutil.walk_packages(getattr(room, "__path__", []), f"{name}."):
        yield import_module(module.name)


def _section(item: Lifecycle) -> str:
    return f"### {item.name.capitalize()}\n\n```mermaid\n{item.mermaid()}\n```\n"


def _filled(readme: Path, diagrams: str) -> str:
    block = re.compile(rf"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    text = readme.read_text() if readme.is_file() else ""
    if not block.search(text):
        raise CommandError(f"{readme} has no place for lifecycles: it needs the lines\n{BEGIN}{END}")
    return block.sub(lambda _found: f"{BEGIN}\n{diagrams}\n{END}", text)
