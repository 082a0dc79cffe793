"""What is odd in a delivery and was taken over as it is: every oddity named, none mended silently."""

from collections.abc import Callable, Iterator

from trialcrm.cdisc.domain.findings import (
    arms,
    completion,
    consents,
    deaths,
    elements,
    eligibility,
    events,
    exposures,
    precision,
    schedule,
    study_days,
    terminology,
    visits,
)
from trialcrm.cdisc.domain.findings.catalogue import Finding, Kind, Severity
from trialcrm.cdisc.domain.tabulations import Tabulations

GROUPS: tuple[Callable[[Tabulations], Iterator[Finding]], ...] = (
    events.find,
    exposures.find,
    study_days.find,
    visits.find,
    consents.find,
    eligibility.find,
    deaths.find,
    arms.find,
    completion.find,
    terminology.find,
    precision.find,
    elements.find,
    schedule.find,
)

__all__ = ["Finding", "Kind", "Severity", "find_all"]


def find_all(tabulations: Tabulations) -> list[Finding]:
    """Every finding of a delivery, by code, then in the order of the files."""
    found = [finding for group in GROUPS for finding in group(tabulations)]
    return sorted(found, key=lambda finding: (finding.code, finding.file, finding.row or 0))
