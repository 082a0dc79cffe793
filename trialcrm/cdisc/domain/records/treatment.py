"""What each participant was meant to get and got, as our records: DM and SE. All of it is unblinding."""

from subjects.domain.importing import Item
from trialcrm.cdisc.domain.records.places import place, text
from trialcrm.cdisc.domain.sdtm.assignments import ASSIGNMENTS, AssignmentRow
from trialcrm.cdisc.domain.sdtm.se import ELEMENT_PERIODS
from trialcrm.cdisc.domain.sdtm.ta import ARM_ELEMENTS
from trialcrm.cdisc.domain.sdtm.te import ELEMENTS
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.cdisc.domain.terminology import UNASSIGNED_ARMS

_REASONS = {"SCRNFAIL": "SCREEN FAILURE", "NOTASSGN": "NOT ASSIGNED"}


def assignments(tabulations: Tabulations) -> list[Item]:
    """Planned and actual arm of every participant, or why there is none."""
    variables = {"planned_arm": "ARMCD", "actual_arm": "ACTARMCD", "not_assigned_reason": "ARMNRS"}
    return [
        Item(
            (row.usubjid,),
            {
                "subject": row.usubjid,
                "planned_arm": _arm(row.planned_code),
                "actual_arm": _arm(row.actual_code),
                "not_assigned_reason": _reason(row),
            },
            place(tabulations, ASSIGNMENTS, row.row_no),
            variables,
        )
        for row in tabulations[ASSIGNMENTS]
    ]


def _arm(code: str | None) -> str | None:
    return None if code is None or code.upper() in UNASSIGNED_ARMS else code


def _reason(row: AssignmentRow) -> str:
    """The reason of today's terminology, which older deliveries give as the code of an arm."""
    return text(row.null_reason) or _REASONS.get((row.planned_code or "").upper(), "")


def element_periods(tabulations: Tabulations) -> list[Item]:
    """When each participant was in which element; an element that is not of the design is kept by its code."""
    known = {row.code for row in tabulations[ELEMENTS]} | {row.element_code for row in tabulations[ARM_ELEMENTS]}
    variables = {"sequence": "SESEQ", "code": "ETCD", "epoch": "EPOCH", "starts": "SESTDTC", "ends": "SEENDTC"}
    return [
        Item(
            (row.usubjid, row.seq),
            {
                "subject": row.usubjid,
                "sequence": row.seq,
                "element": row.element_code if row.element_code in known else None,
                "code": row.element_code,
                "epoch": text(row.epoch),
                "starts": text(row.starts),
                "ends": text(row.ends),
                "description": text(row.unplanned_reason),
            },
            place(tabulations, ELEMENT_PERIODS, row.row_no),
            variables,
        )
        for row in tabulations[ELEMENT_PERIODS]
    ]
