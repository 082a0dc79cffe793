"""DS, Disposition.

Milestones, the end of participation, and other events of a participant's way through the study.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import (
    DISPOSITION_CATEGORY,
    END_REASON,
    EPOCH,
    MILESTONE,
    SPONSOR_DEFINED,
    Coded,
    CodeList,
)
from trialcrm.core.partial_dates import PartialDate

END = "DISPOSITION EVENT"
MILESTONE_EVENT = "PROTOCOL MILESTONE"
OTHER_EVENT = "OTHER EVENT"
OF_PARTICIPATION = "STUDY PARTICIPATION"
_REASONS: dict[str, CodeList] = {END: END_REASON, MILESTONE_EVENT: MILESTONE, OTHER_EVENT: SPONSOR_DEFINED}


@dataclass(frozen=True, slots=True)
class DispositionRow:
    """One event.

    `verbatim` is what was reported, `reason` the standardised term, `scope` whether it concerns the
    participation or the treatment only (blank where the delivery does not distinguish).
    """

    usubjid: str
    seq: int
    sponsor_id: str | None
    verbatim: str
    reason: Coded
    category: str
    scope: str | None
    epoch: Coded | None
    visit_num: Decimal | None
    started: PartialDate | None
    collected: PartialDate | None
    start_day: int | None
    row_no: int

    @property
    def ends_participation(self) -> bool:
        return self.category == END and self.scope in (None, OF_PARTICIPATION)


def _read(fields: Fields) -> DispositionRow:
    category = fields.needed_coded("DSCAT", DISPOSITION_CATEGORY).value
    return DispositionRow(
        usubjid=fields.needed("USUBJID"),
        seq=fields.needed_integer("DSSEQ"),
        sponsor_id=fields.text("DSSPID"),
        verbatim=fields.needed("DSTERM"),
        reason=fields.needed_coded("DSDECOD", _REASONS[category]),
        category=category,
        scope=fields.text("DSSCAT"),
        epoch=fields.coded("EPOCH", EPOCH),
        visit_num=fields.visit_num(),
        started=fields.when("DSSTDTC"),
        collected=fields.when("DSDTC"),
        start_day=fields.integer("DSSTDY"),
        row_no=fields.row_no,
    )


DISPOSITIONS = Domain(
    "DS",
    "dispositions",
    ("USUBJID", "DSSEQ", "DSTERM", "DSDECOD", "DSCAT"),
    _read,
    key=lambda row: (row.usubjid, row.seq),
)


def ends_of_participation(rows: Iterable[DispositionRow]) -> dict[str, DispositionRow]:
    """The one row per participant that says why participation ended.

    Participants still in the study are not in it.
    """
    return {row.usubjid: row for row in rows if row.ends_participation}
