"""The world that the crawling house tests share; built once for all house tests in a row and taken back afterwards."""

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.house.world import World, undone
from trialcrm.access import scope
from trialcrm.core import clock

#: The world that is there now, and what takes it back.
_open: list[tuple[World, contextlib.ExitStack]] = []


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> World:
    if not _open:
        # At the same hour in every run: near midnight the sites' days differ from those of the server.
        afternoon = clock.now().replace(hour=15, minute=0, second=0, microsecond=0)
        with contextlib.ExitStack() as stack:
            for surrounding in (django_db_blocker.unblock(), undone(), clock.frozen(afternoon)):
                stack.enter_context(surrounding)
            _open.append((World().populate(), stack.pop_all()))
    return _open[0][0]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Whatever comes after the house tests finds the database as it was."""
    if _open and not (nextitem and nextitem.path.is_relative_to(Path(__file__).parent)):
        _open.pop()[1].close()


@pytest.fixture
def world(built_world: World) -> Iterator[World]:
    """The world as it was built: what a test writes is taken back."""
    with undone():
        yield built_world


@pytest.fixture
def crawling(monkeypatch: pytest.MonkeyPatch) -> None:
    """For thousands of requests: rights, which stay as they are here, are looked up once; contexts are not copied."""
    monkeypatch.setattr(scope, "_resolve", functools.cache(scope._resolve))
    monkeypatch.setattr("django.test.client.store_rendered_templates", _keep_first)


@pytest.fixture(scope="module")
def uncopied() -> Iterator[None]:
    """The same about contexts only, for requests of which every query counts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.client.store_rendered_templates", _keep_first)
        yield


def _keep_first(store: dict[str, Any], signal: Any, sender: Any, template: Any, **given: Any) -> None:
    # A list, because that is what the client takes apart.
    store.setdefault("context", [given["context"]])
