"""Findings about arms. They tell what was given: see `Kind.is_unblinding`."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.findings.catalogue import OTHER_ARM, Finding, say
from trialcrm.cdisc.domain.sdtm.assignments import ASSIGNMENTS
from trialcrm.cdisc.domain.tabulations import Tabulations


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Participants whose actual arm is not the planned one; both are kept."""
    for row in tabulations[ASSIGNMENTS]:
        if row.is_assigned and row.actual_code is not None and row.actual_code != row.planned_code:
            text = say(
                _("Planned {planned}, actual {actual}; both are kept."),
                planned=row.planned_name or row.planned_code,
                actual=row.actual_name or row.actual_code,
            )
            file = tabulations.file(ASSIGNMENTS)
            yield Finding(OTHER_ARM, file, row.row_no, row.usubjid, "ACTARMCD", row.actual_code, text)
