"""The world that the crawling house tests share; built once for all tests of a file and taken back afterwards."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.house.world import World, undone


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield World().populate()


@pytest.fixture
def world(built_world: World) -> Iterator[World]:
    """The world as it was built: what a test writes is taken back."""
    with undone():
        yield built_world


@pytest.fixture
def no_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep Django's test client from copying the context of every template, which takes a third of the time."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *args, **given: None)
