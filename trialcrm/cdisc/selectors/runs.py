"""Imports: the list, and one of them with its files and findings."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from trialcrm.cdisc.models import ImportRun, SourceFile
from trialcrm.core.paging import Order

from .findings import CodeCount, code_counts, findings_of_run

NEWEST_FIRST = Order(("-id",))


@dataclass(frozen=True, slots=True)
class RunPage:
    """Everything that the page of one import shows."""

    run: ImportRun
    files: list[SourceFile]
    findings: list[CodeCount]

    @property
    def finding_count(self) -> int:
        return sum(item.count for item in self.findings)

    @property
    def took(self) -> timedelta | None:
        run = self.run
        return run.finished_at - run.started_at if run.finished_at and run.started_at else None


def run_list(user: Any) -> QuerySet[ImportRun]:
    """The imports that the person may see."""
    return ImportRun.objects.visible_to(user).select_related("study", "by")


def run_for(user: Any, pk: uuid.UUID) -> ImportRun:
    """One import that the person may see, or 404."""
    return get_object_or_404(run_list(user), pk=pk)


def run_page(user: Any, pk: uuid.UUID) -> RunPage:
    """One import with its files, and its findings in the reader's sight."""
    run = run_for(user, pk)
    found = code_counts(findings_of_run(user, run)) if run.study_id else []
    return RunPage(run, list(SourceFile.objects.visible_to(user).filter(run=run)), found)
