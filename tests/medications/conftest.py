import pytest

from tests.support.medications import Pharmacy, pharmacy


@pytest.fixture
def shop(trial) -> Pharmacy:
    return pharmacy(trial)


@pytest.fixture
def subject(trial):
    return trial.on_treatment(full_name="Dina Marsh")
