"""Do what is due: seal the ledger, run imports, clear what expired. From a timer, or with --watch beside the pages."""

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from trialcrm.core import jobs

PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = "Do what is due once, or with --watch until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--watch", action="store_true", help="go on until stopped (Ctrl-C)")

    def handle(self, *args: Any, watch: bool = False, **options: Any) -> None:
        ended = threading.Event()
        self._tick()
        while watch and not ended.wait(PAUSE_SECONDS):
            close_old_connections()
            self._tick()

    def _tick(self) -> None:
        if done := jobs.run_due():
            self.stdout.write(", ".join(done))
