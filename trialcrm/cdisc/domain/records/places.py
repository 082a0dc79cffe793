"""Where a row of a delivery stands, and texts as our columns hold them."""

from datetime import date
from typing import Any

from subjects.domain.importing import Place
from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.cdisc.domain.terminology import Coded
from trialcrm.core.partial_dates import PartialDate


def place(tabulations: Tabulations, domain: Domain[Any], row_no: int | None = None) -> Place:
    """The place of a row of a delivered domain; without a number, of its file."""
    source = tabulations.datasets[domain.dataset].source
    return Place(domain.dataset, source.file, source.sha256, row_no)


def text(value: str | Coded | PartialDate | None) -> str:
    """A text column has no null: what is blank is empty. Of a coded value today's term is kept."""
    if isinstance(value, Coded):
        return value.value
    return value.text if isinstance(value, PartialDate) else value or ""


def day(when: PartialDate | None) -> date | None:
    """The calendar day, or nothing where more than one is possible."""
    return when.exact if when else None
