"""An imported study in which the cast has its roles."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subjects import services as study_services
from tests.support.cast import BEGAN, BUILDER, Trial
from trialcrm.access.roles import Role
from trialcrm.cdisc import services
from trialcrm.cdisc.models import ImportRun

PARTS = (
    ("monitor", Role.CRA, None),
    ("coordinator", Role.CRC, "10"),
    ("outsider", Role.CRC, "20"),
    ("unblinded_pharmacist", Role.UPHARM, "10"),
)


@pytest.fixture
def run(trial: Trial, delivery: Any, written: Callable[..., Path]) -> ImportRun:
    """Two sites; one participant of site 10 got another arm than planned, one of site 20 has no consent."""
    delivery["DM"][0]["ACTARMCD"] = delivery["DM"][0]["ACTARM"] = "PBO"
    del delivery["TE"], delivery["SE"]
    delivery["DM"][2] |= {"SITEID": "20", "RFICDTC": None}
    queued = services.queue_import(by=trial.manager, label="first delivery")
    done = services.carry_out(queued, written(delivery))
    for part, role, number in PARTS:
        site = done.study.sites.get(number=number) if number else None
        person = {"user": getattr(trial, part), "role": role, "study": done.study, "site": site}
        study_services.give_role(by=BUILDER, starts_on=BEGAN, **person)
    return done
