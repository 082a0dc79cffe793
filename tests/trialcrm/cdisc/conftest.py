"""The published sample data beside the project."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Their folder; tests that need it are skipped where it is not."""
    folder = Path(__file__).resolve().parents[4] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the published sample data (../shared/data) are not on this machine")
    return folder
