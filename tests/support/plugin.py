"""Sets the environment of a test run, loaded before Django reads its settings.

A run never sees the developer's own configuration: keys are new each time, files go to a folder that is thrown away,
and the database is one that the run makes for itself.
"""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path

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


if _MARK not in os.environ:
    _set_environment()
