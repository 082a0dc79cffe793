"""Findings about the precision of dates."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.findings.catalogue import MIXED_PRECISION, Finding
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.core.partial_dates import PartialDate


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Dates with a time of day in a variable that has only the date in other rows."""
    ends = [(row, row.end_of_participation) for row in tabulations[SUBJECTS]]
    collections = [(row, row.collected) for row in tabulations[DISPOSITIONS]]
    yield from _mixed(tabulations, SUBJECTS, "RFPENDTC", ends)
    yield from _mixed(tabulations, DISPOSITIONS, "DSDTC", collections)


def _mixed(
    tabulations: Tabulations,
    domain: Domain[Any],
    variable: str,
    dates: Iterable[tuple[Any, PartialDate | None]],
) -> Iterator[Finding]:
    known = [(row, when) for row, when in dates if when]
    if all(when.has_time for _row, when in known):
        return
    for row, when in known:
        if when.has_time:
            text = _("Kept as recorded: no time was added to the others, none was cut off here.")
            yield Finding(MIXED_PRECISION, tabulations.file(domain), row.row_no, row.usubjid, variable, when.text, text)
