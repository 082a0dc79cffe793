"""IE, Inclusion/Exclusion Criteria Not Met: one row per criterion that a participant did not meet."""

from dataclasses import dataclass

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import CRITERION_CATEGORY
from trialcrm.core.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class UnmetCriterionRow:
    """One criterion that was not met: an inclusion answered N or an exclusion answered Y (`answer`)."""

    usubjid: str
    seq: int
    criterion_code: str
    category: str
    answer: str
    assessed: PartialDate | None
    row_no: int


def _read(fields: Fields) -> UnmetCriterionRow:
    fields.yes_no("IEORRES")
    return UnmetCriterionRow(
        usubjid=fields.needed("USUBJID"),
        seq=fields.needed_integer("IESEQ"),
        criterion_code=fields.needed("IETESTCD"),
        category=fields.needed_coded("IECAT", CRITERION_CATEGORY).value,
        answer=fields.needed("IEORRES"),
        assessed=fields.when("IEDTC"),
        row_no=fields.row_no,
    )


UNMET_CRITERIA = Domain(
    "IE",
    "unmet_criteria",
    ("USUBJID", "IESEQ", "IETESTCD", "IECAT", "IEORRES"),
    _read,
    key=lambda row: (row.usubjid, row.seq),
)
