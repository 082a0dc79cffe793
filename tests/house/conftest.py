"""The world that the crawling house tests share; built once in a run."""

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.house.world import World, standing, undone
from trialcrm.access import scope


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), standing() as found:
        yield found


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
