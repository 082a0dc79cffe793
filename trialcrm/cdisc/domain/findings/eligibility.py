"""Findings about eligibility."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.eligibility import ENTRY_CRITERION, entry_criteria
from trialcrm.cdisc.domain.findings.catalogue import ENTERED_UNMET, NO_FAIL_REASON, Finding, say
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.ie import UNMET_CRITERIA
from trialcrm.cdisc.domain.tabulations import Tabulations


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Screening failures without a recorded criterion, and participants randomised with one not met."""
    with_reason = {row.usubjid for row in tabulations[UNMET_CRITERIA]}
    for subject in tabulations[SUBJECTS]:
        if subject.is_screen_failure and subject.usubjid not in with_reason:
            unknown = _("No criterion is recorded as not met (IE); the reason is taken over as not recorded.")
            file = tabulations.file(SUBJECTS)
            yield Finding(NO_FAIL_REASON, file, subject.row_no, subject.usubjid, "ARMCD", None, unknown)
    for unmet in entry_criteria(tabulations):
        if unmet.is_assigned:
            text = say(
                _("Criterion {code} was not met, yet the participant was randomised: important deviation."),
                code=unmet.criterion_code or "?",
            )
            yield Finding(
                ENTERED_UNMET,
                unmet.file,
                unmet.row_no,
                unmet.usubjid,
                ENTRY_CRITERION,
                unmet.criterion_code,
                text,
            )
