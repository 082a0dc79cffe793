"""What the portal is made of, found and never listed: routes, packages, tables, lifecycles.

The house tests are generated from these walks, so that a new app is covered without being named anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from simple_history.models import HistoricalChanges

from trialcrm.access.gates import Gate
from trialcrm.core.lifecycle import Lifecycle
from trialcrm.core.management.commands.draw_lifecycles import lifecycles_of

ROOT: Path = settings.BASE_DIR


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the URLconf: its name with namespace, its pattern, its view and the view's gate."""

    name: str
    path: str
    view: Any
    arguments: tuple[str, ...]

    @property
    def gate(self) -> Gate | None:
        return getattr(self.view, "gate", None)

    @property
    def noun(self) -> str:
        """The word of the path before the record's key: `visits` in `visits/<uuid:pk>/complete/`."""
        before, found, _after = self.path.partition("<")
        return before.rstrip("/").rpartition("/")[2] if found else ""


def routes() -> list[Route]:
    """Every page and part of one, in the order in which they are tried."""
    return [route for route in _routes(get_resolver().url_patterns, "", "") if not is_for_programs(route)]


def entrances() -> list[Route]:
    """Every address for other programs."""
    return [route for route in _routes(get_resolver().url_patterns, "", "") if is_for_programs(route)]


def is_for_programs(route: Route) -> bool:
    return bool(route.gate and route.gate.machine)


def _routes(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for item in patterns:
        path = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from _routes(
                item.url_patterns, path, f"{namespace}{item.namespace}:" if item.namespace else namespace
            )
        else:
            yield Route(f"{namespace}{item.name or ''}", path, item.callback, _arguments(item))


def _arguments(item: URLPattern) -> tuple[str, ...]:
    return tuple(item.pattern.regex.groupindex)


@cache
def our_apps() -> tuple[AppConfig, ...]:
    """The packages of this repository, and not those installed beside it."""
    return tuple(config for config in apps.get_app_configs() if _is_ours(Path(config.path)))


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


@cache
def our_models() -> tuple[type[Model], ...]:
    """The tables of this repository without their histories."""
    found = [model for config in our_apps() for model in config.get_models()]
    return tuple(model for model in found if not issubclass(model, HistoricalChanges))


def packages() -> list[str]:
    """The top folders of the repository's own code."""
    return sorted({Path(config.path).relative_to(ROOT).parts[0] for config in our_apps()})


def lifecycles() -> list[Lifecycle]:
    """Every table of states of every app."""
    return [item for config in our_apps() for item in lifecycles_of(config)]
