"""The programs of the cast."""

from typing import Any

import pytest

from tests.support.api import Caller


@pytest.fixture
def nora(trial: Any) -> Caller:
    return Caller(trial.coordinator)


@pytest.fixture
def hana(trial: Any) -> Caller:
    return Caller(trial.investigator)


@pytest.fixture
def pat(trial: Any) -> Caller:
    return Caller(trial.pharmacist)


@pytest.fixture
def sam(trial: Any) -> Caller:
    return Caller(trial.safety)


@pytest.fixture
def mia(trial: Any) -> Caller:
    return Caller(trial.manager)
