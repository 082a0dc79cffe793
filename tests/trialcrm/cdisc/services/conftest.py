"""Running imports the way the duty does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trialcrm.audit.acts import SystemActor
from trialcrm.cdisc import services
from trialcrm.cdisc.models import ImportRun

OPERATOR = SystemActor("test")


@pytest.fixture
def imported(db: None, written: Callable[..., Path]) -> Callable[..., ImportRun]:
    """Write a delivery as files and import it."""

    def run(delivery: Any, by: Any = OPERATOR, study: str = "") -> ImportRun:
        queued = services.queue_import(by=by, label="delivery", wanted_study=study)
        return services.carry_out(queued, written(delivery))

    return run
