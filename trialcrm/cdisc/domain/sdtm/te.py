"""TE, Trial Elements: the building blocks of the arms, with the rules that start and end them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields

_LIMIT_FROM_CONSENT = re.compile(r"no more than (\d+) (day|week)s? from informed consent", re.IGNORECASE)
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element; `duration` is an ISO 8601 duration or nothing."""

    code: str
    name: str
    start_rule: str
    end_rule: str | None
    duration: str | None
    row_no: int

    @property
    def starts_with_consent(self) -> bool:
        """Whether the element begins when consent is given."""
        return "informed consent" in self.start_rule.lower()


def _read(fields: Fields) -> ElementRow:
    return ElementRow(
        code=fields.needed("ETCD"),
        name=fields.needed("ELEMENT"),
        start_rule=fields.needed("TESTRL"),
        end_rule=fields.text("TEENRL"),
        duration=fields.text("TEDUR"),
        row_no=fields.row_no,
    )


ELEMENTS = Domain("TE", "elements", ("ETCD", "ELEMENT", "TESTRL"), _read, key=lambda row: row.code)


def max_screening_days(rows: Iterable[ElementRow]) -> int | None:
    """How many days screening may last from consent, where the end rule of the consent element says so."""
    for row in rows:
        found = _LIMIT_FROM_CONSENT.search(row.end_rule or "") if row.starts_with_consent else None
        if found:
            return int(found[1]) * _DAYS[found[2].lower()]
    return None
