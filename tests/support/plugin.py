"""Sets the environment of a test run, loaded before Django reads its settings.

A run never sees the developer's own configuration: keys are new each time, files go to a folder that is thrown away,
and the database is one that the run makes for itself.
"""

import atexit
import contextlib
import gc
import inspect
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from trialcrm.core import localdb
from trialcrm.core.bootstrap.environment import new_keys

# Workers of pytest-xdist inherit what their controller has set.
_MARK = "TRIALCRM_TEST_RUN"


def _set_environment() -> None:
    local = localdb.address("test", localdb.OWNER_ROLE)
    url = os.environ.get("TEST_DATABASE_URL", local)
    state = Path(tempfile.mkdtemp(prefix="trialcrm-tests-"))
    os.environ.update(
        new_keys(),
        TRIALCRM_MODE="test",
        TRIALCRM_STATE=str(state),
        DATABASE_URL=url,
        DATABASE_OWNER_URL=url,
        DATABASE_APP_ROLE=localdb.APP_ROLE,
        # Crawling tests ask more often than anybody may.
        API_RATE="100000/s",
    )
    os.environ[_MARK] = str(state)
    atexit.register(_leave_nothing_behind, state)
    # Being told to end is handled as Ctrl-C is: tests are left in order, and what they started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _leave_nothing_behind(state: Path) -> None:
    shutil.rmtree(state, ignore_errors=True)
    with contextlib.suppress(localdb.NoServer, localdb.NoPlace):
        localdb.sweep()


def pytest_collection_finish() -> None:
    # What was imported stays to the end; looking through it for garbage again and again takes a tenth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _in_one_piece(call: Callable[..., Any], **given: Any) -> Any:
    return call(**given)


# Python keeps the frames of functions in pieces of 16 KB, and asks the system for a piece and gives it back whenever
# calls cross the edge of one: to and fro, thousands of times for a page. After a frame that needs so much room there is
# a piece that holds all others.
_in_one_piece.__code__ = _in_one_piece.__code__.replace(co_stacksize=131_000)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Any:
    manager = config.pluginmanager
    others = manager.subset_hook_caller("pytest_cmdline_main", [manager.get_plugin(__name__)])
    return _in_one_piece(others, config=config)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """What a fixture builds is built in one request: rights are looked up once, not with every call of a service."""
    # Only now, because Django reads its settings when models are imported.
    from tests.support.cast import in_one_request

    # What a fixture with a teardown surrounds its tests with, a request among it, is not ours to end.
    with contextlib.nullcontext() if inspect.isgeneratorfunction(fixturedef.func) else in_one_request():
        return (yield)


if _MARK not in os.environ:
    _set_environment()
