"""SE, Subject Elements: which element a participant was in, from when to when.

Elements name treatments, so rows of SE are unblinding: only the one that starts with consent may be used
freely.
"""

from dataclasses import dataclass

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import EPOCH, Coded
from trialcrm.core.partial_dates import PartialDate

UNPLANNED = "UNPLAN"


@dataclass(frozen=True, slots=True)
class ElementPeriodRow:
    """One participant's time in one element; the name is blank for an unplanned one."""

    usubjid: str
    seq: int
    element_code: str
    element_name: str | None
    epoch: Coded | None
    starts: PartialDate | None
    ends: PartialDate | None
    start_day: int | None
    unplanned_reason: str | None
    row_no: int

    @property
    def is_unplanned(self) -> bool:
        return self.element_code == UNPLANNED


def _read(fields: Fields) -> ElementPeriodRow:
    return ElementPeriodRow(
        usubjid=fields.needed("USUBJID"),
        seq=fields.needed_integer("SESEQ"),
        element_code=fields.needed("ETCD"),
        element_name=fields.text("ELEMENT"),
        epoch=fields.coded("EPOCH", EPOCH),
        starts=fields.when("SESTDTC"),
        ends=fields.when("SEENDTC"),
        start_day=fields.integer("SESTDY"),
        unplanned_reason=fields.text("SEUPDES"),
        row_no=fields.row_no,
    )


ELEMENT_PERIODS = Domain(
    "SE",
    "element_periods",
    ("USUBJID", "SESEQ", "ETCD", "SESTDTC"),
    _read,
    key=lambda row: (row.usubjid, row.seq),
)
