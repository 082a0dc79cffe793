"""Findings of a study or of one import, within the reader's sight: by site, and by whether treatments may be seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from subjects.models import Site, Study
from trialcrm.audit.log import note
from trialcrm.cdisc.models import Finding, ImportRun
from trialcrm.core.paging import Order

BY_CODE = Order(("code", "id"))


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often one kind of finding was made."""

    code: str
    title: str
    severity: str
    count: int


def findings_of_study(user: Any, study: Study) -> QuerySet[Finding]:
    """What the latest delivery of a study still has."""
    return Finding.objects.visible_to(user).current().filter(study=study).select_related("subject", "site")


def findings_of_run(user: Any, run: ImportRun) -> QuerySet[Finding]:
    """What the delivery of one import had."""
    return Finding.objects.visible_to(user).of_run(run).select_related("subject", "site")


def code_counts(rows: QuerySet[Finding]) -> list[CodeCount]:
    """Findings by kind, in the order of their codes."""
    counted = rows.order_by("code", "title").values_list("code", "title", "severity").annotate(Count("pk"))
    return [CodeCount(*row) for row in counted]


def sites_of(user: Any, study: Study) -> QuerySet[Site]:
    """The sites of a study that the person may see."""
    return Site.objects.visible_to(user).filter(study=study)


def finding_lines(user: Any, study: Study, rows: QuerySet[Finding]) -> tuple[list[str], Iterator[list[Any]]]:
    """Findings as a table; that somebody takes it along is logged."""
    note("finding.exported", _("Findings exported"), by=user, about=study, facts={"rows": rows.count()})
    header = [
        _("Code"),
        _("Severity"),
        _("Finding"),
        _("Participant"),
        _("Site"),
        _("File"),
        _("Row"),
        _("Variable"),
        _("Delivered value"),
        _("What was done"),
    ]
    return header, (_line(finding) for finding in rows.order_by(*BY_CODE.fields).iterator())


def _line(finding: Finding) -> list[Any]:
    return [
        finding.code,
        finding.get_severity_display(),
        finding.title,
        finding.subject or "",
        finding.site or "",
        finding.file,
        finding.row,
        finding.variable,
        finding.value,
        finding.text,
    ]
