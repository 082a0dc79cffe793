"""TI, Trial Inclusion/Exclusion Criteria: one row per criterion and version of the protocol."""

import re
from dataclasses import dataclass

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import CRITERION_CATEGORY

_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion.

    `category` is INCLUSION or EXCLUSION, `version` empty where the delivery knows one only.
    """

    code: str
    category: str
    text: str
    subcategory: str | None
    rule: str | None
    version: str
    row_no: int

    @property
    def number(self) -> int | None:
        """The number that the protocol gives it: 16 for EXCL16."""
        found = _NUMBER.search(self.code)
        return int(found[0]) if found else None


def _read(fields: Fields) -> CriterionRow:
    return CriterionRow(
        code=fields.needed("IETESTCD"),
        category=fields.needed_coded("IECAT", CRITERION_CATEGORY).value,
        text=fields.needed("IETEST"),
        subcategory=fields.text("IESCAT"),
        rule=fields.text("TIRL"),
        version=fields.text("TIVERS") or "",
        row_no=fields.row_no,
    )


CRITERIA = Domain("TI", "criteria", ("IETESTCD", "IETEST", "IECAT"), _read, key=lambda row: (row.code, row.version))
