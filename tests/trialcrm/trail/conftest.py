"""Whose story is read."""

import pytest

from subjects.models import Subject
from tests.support.cast import Trial
from tests.support.trail import CANARY


@pytest.fixture
def subject(trial: Trial) -> Subject:
    return trial.registered(full_name=CANARY)
