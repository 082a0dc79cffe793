"""One command that shows the portal: database, tables, a believable study, sign-ins, pages and live stream."""

import contextlib
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import autoreload

from trialcrm.core.bootstrap.environment import LOCAL_MARK
from trialcrm.demo import study
from trialcrm.demo.cast import CAST
from trialcrm.demo.database import bring_up_to_date, planning_once
from trialcrm.demo.serve import Duties, Portal, free_socket


class Command(BaseCommand):
    help = "Shows the portal with a believable study and a sign-in for every role. Ctrl-C stops all that it started."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port to serve on; taken, the next free one is used")
        parser.add_argument("--fresh", action="store_true", help="forget the local data and build the study anew")
        parser.add_argument("--reload", action="store_true", help="for developing: show errors, restart on changes")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_what_would_harm(fresh=options["fresh"])
        # The reloader starts this command again in a child, which finds all prepared by its parent.
        if os.environ.get(autoreload.DJANGO_AUTORELOAD_ENV) != "true":
            self._prepare()
        # Ctrl-C is how a demonstration ends, not an error.
        with contextlib.suppress(KeyboardInterrupt):
            if options["reload"]:
                autoreload.run_with_reloader(self._serve, options["port"])
            else:
                self._serve(options["port"])

    def _prepare(self) -> None:
        bring_up_to_date(self.stdout.write)
        with planning_once():
            study.build(say=self.stdout.write)
        connections.close_all()
        self._show_cast()

    def _show_cast(self) -> None:
        rows = [("Role", "Name", "Site", "E-mail", "Password")]
        rows += [(str(who.role), who.name, str(who.site), who.email, who.password) for who in CAST]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        self.stdout.write("\n".join(["", lines[0], "-" * len(lines[0]), *lines[1:], ""]))

    def _serve(self, port: int) -> None:
        try:
            listening = free_socket(port)
        except OSError as taken:
            raise CommandError(str(taken)) from taken
        used = listening.getsockname()[1]
        if used != port:
            self.stdout.write(f"Port {port} is taken.")
        duties = Duties()
        duties.start()
        try:
            Portal.whole().run_on(listening, lambda: self._say_ready(used))
        finally:
            duties.stop()

    def _say_ready(self, port: int) -> None:
        self.stdout.write(self.style.SUCCESS(f"TrialCRM is at http://localhost:{port}/ – Ctrl-C stops it."))
        self.stdout.flush()


def _refuse_what_would_harm(*, fresh: bool) -> None:
    if settings.MODE == "production":
        raise CommandError("The demo's passwords are known to everybody; it does not run with production settings.")
    if fresh and not os.environ.get(LOCAL_MARK):
        raise CommandError("--fresh deletes the local database only; DATABASE_URL names another one.")
