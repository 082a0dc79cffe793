"""Imports a folder of SDTM datasets, telling how far it has come."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trialcrm.audit.acts import SystemActor
from trialcrm.cdisc import services
from trialcrm.cdisc.domain.runs import RunStatus
from trialcrm.cdisc.models import ImportRun
from trialcrm.cdisc.selectors.figures import compared, figures
from trialcrm.core import jobs
from trialcrm.core.decisions import Refused
from trialcrm.users.models import User

OPERATOR = SystemActor("import_sdtm")


class Command(BaseCommand):
    help = "Import a folder of SDTM datasets (SAS transport, Dataset-JSON, CSV). What is there already is compared."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--as", dest="email", default="", help="the account in whose name to import")
        parser.add_argument("--study", default="", help="the protocol id to use instead of the one in the files")
        parser.add_argument("--check", type=Path, help="a JSON file of figures that the import must reproduce")

    def handle(self, *args: Any, folder: Path, email: str, study: str, check: Path | None, **options: Any) -> None:
        by = self._person(email)
        with jobs.alone(services.DUTY, wait=True):
            try:
                run = services.queue_import(by=by, label=folder.resolve().name, wanted_study=study)
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal
            run = services.carry_out(run, folder, self._tell)
        self._report(run)
        if check:
            self._check(run, check)

    def _person(self, email: str) -> Any:
        if not email:
            return OPERATOR
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {email}.")
        return user

    def _tell(self, step: int, of: int, message: str) -> None:
        self.stdout.write(f"{step}/{of} {message}")
        self.stdout.flush()

    def _report(self, run: ImportRun) -> None:
        if run.status == RunStatus.REFUSED:
            row = "" if run.refused_row is None else f"row {run.refused_row}"
            place = ", ".join(part for part in (run.refused_file, row, run.refused_variable) if part)
            raise CommandError(f"Refused, nothing was taken over. {f'{place}: ' if place else ''}{run.refusal}")
        seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else 0
        self.stdout.write(
            f"{run.study}: {run.created} records added, {run.changed} changed, {run.unchanged} unchanged, "
            f"in {seconds:.1f} s"
        )
        if run.by_id is None and run.created:
            self.stdout.write("Nobody has a role in a study that was imported without --as; give one to show it.")

    def _check(self, run: ImportRun, path: Path) -> None:
        found = figures(OPERATOR, run.study) if run.study else {}
        lines = compared(found, json.loads(path.read_text()))
        for line in lines:
            self.stdout.write(f"{'ok ' if line.agrees else 'NOT'} {line.figure:4} {line.name}")
            if not line.agrees:
                self.stdout.write(f"      expected {line.expected}\n      found    {line.found}")
        if wrong := sum(not line.agrees for line in lines):
            raise CommandError(f"{wrong} of {len(lines)} figures are not as expected.")
