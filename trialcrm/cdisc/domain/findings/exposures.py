"""Findings about what was given."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.findings.catalogue import OPEN_EXPOSURE, Finding
from trialcrm.cdisc.domain.sdtm.ex import EXPOSURES
from trialcrm.cdisc.domain.tabulations import Tabulations


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Intervals of dosing whose end is not recorded."""
    file = tabulations.file(EXPOSURES)
    for row in tabulations[EXPOSURES]:
        if row.ended is None:
            text = _("The interval stays open; no end was made up.")
            yield Finding(OPEN_EXPOSURE, file, row.row_no, row.usubjid, "EXENDTC", None, text)
