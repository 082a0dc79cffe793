"""DM again, for what was assigned: planned and actual arm.

Unblinding: to be stored and shown apart from the person.
"""

from dataclasses import dataclass

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import ARM_NULL_REASON, UNASSIGNED_ARMS, Coded


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """Planned and actual arm of one participant as delivered, and why there is none."""

    usubjid: str
    planned_code: str | None
    planned_name: str | None
    actual_code: str | None
    actual_name: str | None
    null_reason: Coded | None
    unplanned_description: str | None
    row_no: int

    @property
    def is_assigned(self) -> bool:
        """Whether an arm was planned: not for screen failures and people never assigned."""
        return self.planned_code is not None and self.planned_code.upper() not in UNASSIGNED_ARMS


def _read(fields: Fields) -> AssignmentRow:
    return AssignmentRow(
        usubjid=fields.needed("USUBJID"),
        planned_code=fields.text("ARMCD"),
        planned_name=fields.text("ARM"),
        actual_code=fields.text("ACTARMCD"),
        actual_name=fields.text("ACTARM"),
        null_reason=fields.coded("ARMNRS", ARM_NULL_REASON),
        unplanned_description=fields.text("ACTARMUD"),
        row_no=fields.row_no,
    )


ASSIGNMENTS = Domain("DM", "assignments", ("USUBJID", "ARMCD"), _read, key=lambda row: row.usubjid)
