"""Findings about the elements of participants."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.findings.catalogue import UNNAMED_ELEMENT, Finding, say
from trialcrm.cdisc.domain.sdtm.se import ELEMENT_PERIODS
from trialcrm.cdisc.domain.tabulations import Tabulations


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Unplanned elements that have no name; accepted as they are."""
    for row in tabulations[ELEMENT_PERIODS]:
        if row.is_unplanned and row.element_name is None:
            text = say(_("Accepted; the source says “{reason}”."), reason=row.unplanned_reason or "")
            file = tabulations.file(ELEMENT_PERIODS)
            yield Finding(UNNAMED_ELEMENT, file, row.row_no, row.usubjid, "ELEMENT", None, text)
