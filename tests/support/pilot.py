"""The CDISC pilot study, imported once in a run for all tests that read it."""

import contextlib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from subjects.models import Study
from tests.support.database import kept


def shared() -> Path:
    """The published data beside the project; tests that need them are skipped where they are not."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the published sample data (../shared/data) are not on this machine")
    return folder


@contextlib.contextmanager
def imported() -> Iterator[Study]:
    """The study as it was imported; whatever is written inside is taken back."""
    with kept("pilot", lambda: call_command("import_sdtm", shared() / "cdiscpilot01", stdout=StringIO())):
        yield Study.objects.get(protocol_id="CDISCPILOT01")
