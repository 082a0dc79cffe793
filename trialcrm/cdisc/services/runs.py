"""The life of an import: asked for, carried out by whoever holds its duty, done or refused."""

import logging
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from subjects.services.importing import Unfit
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.recording import recorded
from trialcrm.cdisc import policies
from trialcrm.cdisc.domain.datasets import Broken
from trialcrm.cdisc.domain.runs import RUN_LIFECYCLE, RunStatus
from trialcrm.cdisc.models import ImportRun
from trialcrm.cdisc.readers.uploads import Upload, store
from trialcrm.core import clock, jobs
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.core.ids import new_id

from . import progress
from .loading import check, load, note_files, read
from .progress import Progress, Tell, in_silence

log = logging.getLogger(__name__)

DUTY = "imports"
#: How long the files of a refused import are kept, so that it can be started again.
KEPT_DAYS = 7
IMPORTER = SystemActor("Import")


@recorded("import.queued", gettext_lazy("Import asked for"))
def queue_import(
    *, by: Any, label: str, wanted_study: str = "", is_uploaded: bool = False, run_id: Any = None
) -> ImportRun:
    """Put an import in the queue.

    Args:
        wanted_study: the protocol id to use instead of the one that the files name.

    Raises:
        Refused: by role.
    """
    require(policies.start_import(by))
    run = ImportRun(
        id=run_id or new_id(), label=label[:200], wanted_study=wanted_study, is_uploaded=is_uploaded, by_id=by.pk
    )
    run.save()
    return run


def upload(*, by: Any, files: Iterable[Upload], study: str = "") -> ImportRun:
    """Keep uploaded files closed to others, and put their import in the queue.

    Raises:
        Refused: by role, or because the files are no delivery; nothing is kept then.
    """
    require(policies.start_import(by))
    uploads = list(files)
    run = ImportRun(id=new_id())
    try:
        store(uploads, run.folder)
        return queue_import(by=by, label=_label(uploads), wanted_study=study, is_uploaded=True, run_id=run.pk)
    except Broken as error:
        discard(run)
        raise Refused(refused(str(error), "files")) from error
    except BaseException:
        discard(run)
        raise


def _label(uploads: list[Upload]) -> str:
    first, others = str(uploads[0].name), len(uploads) - 1
    if not others:
        return first
    words = ngettext("%(name)s and %(n)d other file", "%(name)s and %(n)d other files", others)
    return words % {"name": first, "n": others}


def start_again(*, by: Any, run: ImportRun) -> ImportRun:
    """Put the files of a refused import in the queue once more, as a run of its own.

    Raises:
        Refused: by role, because the run was not refused, or because its files are gone.
    """
    require(policies.start_again(by, run))
    again = ImportRun(id=new_id())
    run.folder.rename(again.folder)
    try:
        facts = {"label": run.label, "wanted_study": run.wanted_study}
        return queue_import(by=by, is_uploaded=True, run_id=again.pk, **facts)
    except BaseException:
        again.folder.rename(run.folder)
        raise


def carry_out(run: ImportRun, folder: Path, tell: Tell = in_silence) -> ImportRun:
    """Import the delivery in a folder for a queued run, holding the duty's lock. Whatever goes wrong, the run says so.

    The run's own rows are the only ones that stay when it is refused.
    """
    by = run.by or IMPORTER
    _start(by=by, run=run)
    try:
        with Progress(run, tell) as steps:
            steps.reached(progress.READING)
            delivery = read(folder)
            note_files(by=by, run=run, delivery=delivery)
            steps.reached(progress.CHECKING)
            records, findings = check(delivery, run.wanted_study)
            delivered = set(delivery.datasets)
            load(by=by, run=run, records=records, findings=findings, delivered=delivered, reached=steps.reached)
    except Broken as error:
        _refuse(by=by, run=run, reason=str(error.reason), file=error.file, row=error.row, variable=error.variable)
    except Unfit as error:
        place = error.place
        _refuse(by=by, run=run, reason=error.reason, file=place.file, row=place.row, variable=error.variable)
    except Refused as error:
        _refuse(by=by, run=run, reason=str(error))
    except Exception:
        log.exception("the import %s failed", run.pk)
        _refuse(by=by, run=run, reason=_("The portal failed; nothing was taken over. Tell support the time."))
    run.refresh_from_db()
    return run


@recorded("import.started", gettext_lazy("Import started"))
def _start(*, by: Any, run: ImportRun) -> ImportRun:
    require(RUN_LIFECYCLE.may_move(run.status, RunStatus.RUNNING))
    run.status, run.started_at = RunStatus.RUNNING, clock.now()
    run.save()
    return run


@recorded("import.refused", gettext_lazy("Import refused"))
def _refuse(
    *, by: Any, run: ImportRun, reason: str, file: str = "", row: int | None = None, variable: str = ""
) -> ImportRun:
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    require(RUN_LIFECYCLE.may_move(run.status, RunStatus.REFUSED))
    run.status, run.finished_at, run.refusal = RunStatus.REFUSED, clock.now(), reason
    run.refused_file, run.refused_row, run.refused_variable = file[:200], row, variable[:40]
    run.save()
    return run


@jobs.duty(DUTY, every=2)
def run_queued() -> None:
    """Import what waits, one after the other; a run that nobody carries out any more is refused."""
    for run in ImportRun.objects.filter(status=RunStatus.RUNNING):
        _refuse(by=IMPORTER, run=run, reason=_("The process that carried it out ended before it was done."))
    while run := _next():
        if carry_out(run, run.folder).status == RunStatus.DONE:
            discard(run)


def _next() -> ImportRun | None:
    return ImportRun.objects.filter(status=RunStatus.QUEUED).select_related("by").order_by("id").first()


def discard(run: ImportRun) -> None:
    """Remove the uploaded files of a run; their digests are kept with it."""
    shutil.rmtree(run.folder, ignore_errors=True)


@jobs.duty("discard refused deliveries", every=24 * 3600)
def discard_old_uploads() -> None:
    """Remove the files of imports that were refused long ago."""
    until = clock.now() - timedelta(days=KEPT_DAYS)
    for run in ImportRun.objects.filter(status=RunStatus.REFUSED, is_uploaded=True, finished_at__lt=until):
        discard(run)
