"""How far a run has come, told while it runs."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from django.db import connections
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.models import ImportRun
from trialcrm.core.decisions import Words

READING = _("Reading the files")
CHECKING = _("Checking every row")
DESIGN = _("Study, sites and design")
SUBJECTS = _("Participants, consent and screening")
TREATMENT = _("Treatment assignments")
VISITS = _("Dispositions and visits")
SAFETY = _("Adverse events")
FINDINGS = _("Findings")
STEPS = (READING, CHECKING, DESIGN, SUBJECTS, TREATMENT, VISITS, SAFETY, FINDINGS)

Tell = Callable[[int, int, str], None]


def in_silence(step: int, of: int, message: str) -> None:
    """Tell nobody but the page."""


class Progress:
    """Writes the steps of a run through a connection of its own.

    What an import writes is seen by others only when all of it is done, so its progress cannot be part of it.
    """

    def __init__(self, run: ImportRun, tell: Tell = in_silence) -> None:
        self.run, self.tell = run, tell
        self.connection: Any = connections.create_connection("default")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.connection.close()

    def reached(self, step: Words) -> None:
        """The run has come to this step."""
        number = STEPS.index(step) + 1
        self._store(number, str(step))
        self.tell(number, len(STEPS), str(step))

    def _store(self, number: int, message: str) -> None:
        table = ImportRun._meta.db_table
        with self.connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE {table} SET step = %s, "of" = %s, message = %s WHERE id = %s',  # noqa: S608
                [number, len(STEPS), message, self.run.pk],
            )
