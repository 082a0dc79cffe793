"""Taking a whole delivery over, in one transaction: all of it or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from medications.services.importing import import_exposures
from safety.services.importing import import_events
from subjects.models import Study
from subjects.services import importing
from subjects.services.importing import Outcome
from trialcrm.audit import acts, bulk
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.recording import recorded
from trialcrm.cdisc.domain.datasets import Dataset
from trialcrm.cdisc.domain.findings import Finding, find_all
from trialcrm.cdisc.domain.records import Records, records_of
from trialcrm.cdisc.domain.runs import RunStatus
from trialcrm.cdisc.domain.tabulations import tabulate
from trialcrm.cdisc.domain.windows import WindowTable
from trialcrm.cdisc.models import ImportRun, SourceFile, SubjectFlag
from trialcrm.cdisc.readers.folder import read_folder
from trialcrm.cdisc.readers.windows import read_windows
from trialcrm.core import clock
from trialcrm.core.decisions import Words

from . import progress
from .findings import keep_findings
from .origins import missing, note_origins

Reached = Callable[[Words], None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files of a delivery, read."""

    datasets: Mapping[str, Dataset]
    windows: WindowTable | None


def read(folder: Path) -> Delivery:
    """Read the files that the import knows.

    Raises:
        Broken: a file is not what it claims to be.
    """
    return Delivery(read_folder(folder), read_windows(folder))


@recorded("import.read", _("Delivery read"))
def note_files(*, by: Any, run: ImportRun, delivery: Delivery) -> ImportRun:
    """Keep name, digest and size of every file, before anything of it is taken over."""
    sources = [(item.source, item.name, len(item.rows)) for item in delivery.datasets.values()]
    if delivery.windows and delivery.windows.source:
        sources.append((delivery.windows.source, "WINDOWS", len(delivery.windows.windows)))
    bulk.create(
        SourceFile(run=run, name=source.file, sha256=source.sha256, size=source.size, domain=name[:8], rows=rows)
        for source, name, rows in sources
    )
    acts.here().facts["files"] = {source.file: source.sha256 for source, _name, _rows in sources}
    return run


def check(delivery: Delivery, protocol_id: str) -> tuple[Records, list[Finding]]:
    """The records and the findings of a delivery.

    Raises:
        Broken: a row is impossible, or contradicts another one.
    """
    tabulations = tabulate(delivery.datasets, delivery.windows)
    return records_of(tabulations, protocol_id), find_all(tabulations)


@recorded("import.done", _("Delivery imported"))
def load(
    *, by: Any, run: ImportRun, records: Records, findings: list[Finding], delivered: set[str], reached: Reached
) -> ImportRun:
    """Write the records of a delivery, its findings and where everything came from, and close the run.

    What people were given is written by the portal itself, because whoever imports need not be allowed to see it.

    Raises:
        Refused: the person may not import into this study, or a value does not fit.
    """
    reached(progress.DESIGN)
    outcomes = [importing.import_study(by=by, item=records.study)]
    study: Study = next(iter(outcomes[0].all()))[1]
    run.study = study
    outcomes += _design(by, study, records)
    reached(progress.SUBJECTS)
    outcomes += _people(by, study, records)
    reached(progress.TREATMENT)
    portal = SystemActor(f"Import for {getattr(by, 'name', by)}")
    given = {"assignments": records.assignments, "elements": records.element_periods}
    outcomes += importing.import_treatment(by=portal, study=study, **given)
    outcomes.append(import_exposures(by=portal, study=study, items=records.exposures))
    reached(progress.VISITS)
    outcomes.append(importing.import_dispositions(by=by, study=study, items=records.dispositions))
    outcomes.append(importing.import_visits(by=by, study=study, items=records.visits))
    reached(progress.SAFETY)
    judged = {"assessments": records.assessments, "causalities": records.causalities}
    outcomes += import_events(by=by, study=study, events=records.events, **judged)
    reached(progress.FINDINGS)
    held = keep_findings(study, run, [*findings, *missing(study, outcomes, delivered)])
    note_origins(study, outcomes)
    _close(run, outcomes)
    acts.here().facts.update(findings=len(held), **_counts(outcomes))
    return run


def _design(by: Any, study: Study, records: Records) -> list[Outcome]:
    design = importing.Design(
        arms=records.arms,
        elements=records.elements,
        arm_elements=records.arm_elements,
        parameters=records.parameters,
        planned_visits=records.planned_visits,
        criteria=records.criteria,
    )
    sites = importing.import_sites(by=by, study=study, items=records.sites)
    return [sites, *importing.import_design(by=by, study=study, design=design)]


def _people(by: Any, study: Study, records: Records) -> list[Outcome]:
    subjects = importing.import_subjects(by=by, study=study, items=records.subjects)
    screening = {"consents": records.consents, "attempts": records.attempts, "results": records.results}
    screened = importing.import_screening(by=by, study=study, **screening)
    people = importing.subjects_of(study)
    flags = importing.bring_in(SubjectFlag, (importing.SUBJECT, "code"), records.flags, study, subject=people)
    return [subjects, *screened, flags]


def _counts(outcomes: list[Outcome]) -> dict[str, int]:
    return {
        "created": sum(len(outcome.created) for outcome in outcomes),
        "changed": sum(len(outcome.changed) for outcome in outcomes),
        "unchanged": sum(len(outcome.unchanged) for outcome in outcomes),
    }


def _close(run: ImportRun, outcomes: list[Outcome]) -> None:
    for name, number in _counts(outcomes).items():
        setattr(run, name, number)
    run.status, run.finished_at = RunStatus.DONE, clock.now()
    run.save()
