"""A real browser, and the whole portal (pages and live stream) on one address of this machine."""

import contextlib
import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from trialcrm.core.bootstrap.places import REPOSITORY
from trialcrm.core.browser import find_or_get

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

_RESULTS = REPOSITORY / "test-results"
_ARGUMENTS = (
    # The browser visits our own pages only, and in a container its sandbox cannot start.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
_PATIENCE_MS = 10_000
# What a browser reports though nothing is wrong: a refused form answers 422 and a hidden record 404, and whoever goes
# to the next page leaves the requests of the last one unfinished.
_EXPECTED = re.compile(r"Failed to load resource|htmx:(sendAbort|afterRequest)\b")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A browser for the tests of one module: as long as it is open, its event loop holds the thread of all tests."""
    from playwright.sync_api import sync_playwright

    # A thread with an event loop has another connection to the database than without one. The one that is left would
    # outlive the copy of the database that it is connected to.
    connection.close()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Tests also ask the database in that thread; no query runs in the loop itself.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=find_or_get(), args=list(_ARGUMENTS))
        yield browser
        browser.close()
        connection.close()


@pytest.fixture(scope="session")
def _portal(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    from trialcrm.demo.serve import Portal, free_socket

    listening = free_socket(0)
    with django_db_blocker.unblock():
        portal = Portal.whole()
    ready = threading.Event()
    thread = threading.Thread(target=portal.run_on, args=(listening, ready.set), daemon=True)
    thread.start()
    if not ready.wait(30):
        raise RuntimeError("The portal did not start within 30 seconds.")
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    portal.stop()
    thread.join(10)


@pytest.fixture
def portal(_portal: str, transactional_db: None) -> str:
    """The address of the portal, serving what the test has saved."""
    return _portal


@pytest.fixture
def page(browser: "Browser", portal: str, request: pytest.FixtureRequest) -> "Iterator[Page]":
    """A page of a fresh browser profile; a script error or a breach of the content policy fails the test."""
    with _profile(browser, portal, request, "page") as page:
        yield page


@pytest.fixture
def second_page(browser: "Browser", portal: str, request: pytest.FixtureRequest) -> "Iterator[Page]":
    """The same for a second person, who has the portal open at the same time."""
    with _profile(browser, portal, request, "second") as page:
        yield page


@contextlib.contextmanager
def _profile(browser: "Browser", portal: str, request: pytest.FixtureRequest, name: str) -> "Iterator[Page]":
    context = browser.new_context(base_url=portal, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: _collect(message, wrong))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    failed = request.session.testsfailed
    yield page
    if request.session.testsfailed > failed:
        _keep_picture(page, f"{request.node.nodeid}-{name}")
    context.close()
    assert not wrong, f"The browser complained: {wrong}"


def _collect(message: "ConsoleMessage", wrong: list[str]) -> None:
    if message.type == "error" and not _EXPECTED.match(message.text):
        wrong.append(message.text)


def _keep_picture(page: "Page", name: str) -> None:
    _RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=_RESULTS / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.png", full_page=True)
