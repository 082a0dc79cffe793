"""Findings about adverse events."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from safety.domain.assessments import LASTING_OUTCOMES
from safety.domain.consistency import is_treatment_emergent
from trialcrm.cdisc.domain.events import events, first_doses
from trialcrm.cdisc.domain.findings.catalogue import (
    ALREADY_UNDER_WAY,
    END_ALTHOUGH_LASTING,
    FLAGGED_NOT_SERIOUS,
    NO_ACTION,
    NO_CAUSALITY,
    OTHER_EMERGENCE,
    PARTIAL_ONSET,
    REASSESSED_EVENT,
    Finding,
    Kind,
    say,
)
from trialcrm.cdisc.domain.sdtm.ae import EVENTS, EventRow
from trialcrm.cdisc.domain.sdtm.supp import AE_QUALIFIERS
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.core.decisions import Words


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """What is odd about events: told again, contradicting themselves, or not judged."""
    file = tabulations.file(EVENTS)
    for event in events(tabulations):
        if len(event.rows) > 1:
            text = say(
                _("{rows} rows are one event, assessed again: {term}."), rows=len(event.rows), term=event.first.term
            )
            yield Finding(
                REASSESSED_EVENT, file, event.first.row_no, event.first.usubjid, "AESPID", event.first.event, text
            )
    doses = first_doses(tabulations)
    for row in tabulations[EVENTS]:
        for kind, variable, value, words in _of_row(row):
            yield Finding(kind, file, row.row_no, row.usubjid, variable, value, words)
        dose = doses.get(row.usubjid)
        if row.started and row.started.exact and dose and row.started.exact < dose:
            text = say(_("It began before the first dose on {dose} and is not under treatment."), dose=dose)
            yield Finding(ALREADY_UNDER_WAY, file, row.row_no, row.usubjid, "AESTDTC", row.started.text, text)
    yield from _other_emergence(tabulations)


def _of_row(row: EventRow) -> Iterator[tuple[Kind, str, str | None, Words]]:
    if row.outcome in LASTING_OUTCOMES and row.ended:
        words = _("The end was filled in afterwards; the last row of the event says how it ended.")
        yield END_ALTHOUGH_LASTING, "AEENDTC", row.ended.text, words
    if row.serious is False and row.is_flagged:
        yield FLAGGED_NOT_SERIOUS, "AESER", "N", _("Kept as recorded; by its criteria the event counts as serious.")
    if row.started and row.started.exact is None:
        yield PARTIAL_ONSET, "AESTDTC", row.started.text, _("Kept as recorded, with the first and last possible day.")
    if not row.causality:
        yield NO_CAUSALITY, "AEREL", None, _("Left blank.")
    if not row.action:
        yield NO_ACTION, "AEACN", None, _("Left blank: not recorded is not the same as unknown.")


def _other_emergence(tabulations: Tabulations) -> Iterator[Finding]:
    """The flag of the source against the rule, where it is delivered."""
    stated = {(row.usubjid, row.parent_value): row for row in tabulations[AE_QUALIFIERS] if row.code == "AETRTEM"}
    doses = first_doses(tabulations)
    for row in tabulations[EVENTS]:
        flag = stated.get((row.usubjid, str(row.seq)))
        emergent = is_treatment_emergent(row.started, doses.get(row.usubjid))
        if flag and emergent is not None and (flag.value == "Y") != emergent:
            words = _("The portal goes by the dates of the onset and of the first dose.")
            file = tabulations.file(AE_QUALIFIERS)
            yield Finding(OTHER_EMERGENCE, file, flag.row_no, row.usubjid, "AETRTEM", flag.value, words)
