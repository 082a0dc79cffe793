"""Criteria that participants did not meet, from wherever the delivery records them."""

from collections.abc import Iterator
from dataclasses import dataclass

from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.ie import UNMET_CRITERIA
from trialcrm.cdisc.domain.sdtm.supp import DS_QUALIFIERS
from trialcrm.cdisc.domain.sdtm.ti import CRITERIA
from trialcrm.cdisc.domain.tabulations import Tabulations

ENTRY_CRITERION = "ENTCRIT"


@dataclass(frozen=True, slots=True)
class UnmetCriterion:
    """A criterion that one participant did not meet.

    `criterion_code` is nothing where the delivered number fits no criterion of the study; `is_assigned`:
    the participant was assigned to an arm all the same.
    """

    usubjid: str
    criterion_code: str | None
    is_assigned: bool
    file: str
    row_no: int


def unmet_criteria(tabulations: Tabulations) -> list[UnmetCriterion]:
    """What IE records, and the entry criteria that a disposition names by number only (ENTCRIT in SUPPDS)."""
    return [*_recorded(tabulations), *entry_criteria(tabulations)]


def _recorded(tabulations: Tabulations) -> Iterator[UnmetCriterion]:
    assigned = _assigned(tabulations)
    for row in tabulations[UNMET_CRITERIA]:
        yield UnmetCriterion(
            row.usubjid,
            row.criterion_code,
            row.usubjid in assigned,
            tabulations.file(UNMET_CRITERIA),
            row.row_no,
        )


def entry_criteria(tabulations: Tabulations) -> Iterator[UnmetCriterion]:
    """Participants whose disposition says by number which entry criterion they had not met."""
    by_number = {str(row.number): row.code for row in tabulations[CRITERIA]}
    assigned = _assigned(tabulations)
    for row in tabulations[DS_QUALIFIERS]:
        if row.code == ENTRY_CRITERION:
            code = by_number.get(row.value or "")
            yield UnmetCriterion(
                row.usubjid, code, row.usubjid in assigned, tabulations.file(DS_QUALIFIERS), row.row_no
            )


def _assigned(tabulations: Tabulations) -> frozenset[str]:
    return frozenset(row.usubjid for row in tabulations[SUBJECTS] if row.is_assigned)
