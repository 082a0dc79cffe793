"""Keeping findings: new ones are added, those that are no longer there are marked so, never removed."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from subjects.models import Study, Subject
from subjects.services.importing import subjects_of
from trialcrm.audit import bulk
from trialcrm.cdisc.domain.findings import Finding as Found
from trialcrm.cdisc.models import Finding, ImportRun


def keep_findings(study: Study, run: ImportRun, found: Iterable[Found]) -> list[Finding]:
    """Bring the findings of a study in line with a delivery; returns all that hold now. Inside an act under way."""
    subjects = subjects_of(study)
    existing = {finding.key: finding for finding in Finding.objects.filter(study=study)}
    held = {}
    for key, item in _keyed(found):
        finding = existing.get(key) or Finding(study=study, key=key, run=run)
        if finding.gone_in_id:
            finding.run, finding.gone_in = run, None
        _describe(finding, item, subjects.get(item.usubjid or ""))
        held[key] = finding
    bulk.create((finding for finding in held.values() if finding._state.adding), _reason)
    bulk.update([finding for key, finding in held.items() if key in existing], _reason)
    _mark_gone(run, [finding for key, finding in existing.items() if key not in held and not finding.gone_in_id])
    return list(held.values())


def _keyed(found: Iterable[Found]) -> Iterable[tuple[str, Found]]:
    """Each finding with what stays the same of it from delivery to delivery: not its row, not its words."""
    seen: Counter[tuple[str, ...]] = Counter()
    for item in found:
        facts = (item.code, str(item.title), item.usubjid or "", item.variable, item.value or "")
        seen[facts] += 1
        yield sha256("\x1f".join((*facts, str(seen[facts]))).encode()).hexdigest(), item


def _describe(finding: Finding, item: Found, subject: Subject | None) -> None:
    finding.subject, finding.site_id = subject, subject.site_id if subject else None
    finding.code, finding.severity, finding.title = item.code, item.severity, str(item.title)
    finding.file, finding.row, finding.variable = item.file, item.row, item.variable
    finding.value, finding.text = item.value or "", str(item.text)
    finding.is_unblinding = item.is_unblinding


def _reason(finding: Any) -> str:
    return finding.file if finding.row is None else f"{finding.file}, row {finding.row}"


def _mark_gone(run: ImportRun, gone: list[Finding]) -> None:
    for finding in gone:
        finding.gone_in = run
    bulk.update(gone, lambda finding: f"Not found in “{run.label}”")
