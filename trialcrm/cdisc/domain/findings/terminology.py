"""Findings about values that today's controlled terminology no longer has.

One finding per value, not per row.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.findings.catalogue import OUTDATED_VALUE, Finding, say
from trialcrm.cdisc.domain.sdtm.assignments import ASSIGNMENTS
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS
from trialcrm.cdisc.domain.sdtm.se import ELEMENT_PERIODS
from trialcrm.cdisc.domain.sdtm.ta import ARM_ELEMENTS
from trialcrm.cdisc.domain.sdtm.ts import OUTDATED_PARAMETERS, SUMMARY, modern_value
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.cdisc.domain.terminology import UNASSIGNED_ARMS, Coded

_CODED: tuple[tuple[Domain[Any], str, str], ...] = (
    (SUBJECTS, "SEX", "sex"),
    (SUBJECTS, "RACE", "race"),
    (SUBJECTS, "ETHNIC", "ethnicity"),
    (ASSIGNMENTS, "ARMNRS", "null_reason"),
    (ARM_ELEMENTS, "EPOCH", "epoch"),
    (ELEMENT_PERIODS, "EPOCH", "epoch"),
    (DISPOSITIONS, "DSDECOD", "reason"),
    (DISPOSITIONS, "EPOCH", "epoch"),
)


class _Use(NamedTuple):
    domain: Domain[Any]
    variable: str
    source: str
    now: str | None


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Outdated values with the value of today that stands for them; what was delivered is kept beside it."""
    rows: dict[_Use, list[int]] = defaultdict(list)
    for use, row_no in _uses(tabulations):
        rows[use].append(row_no)
    for use, numbers in rows.items():
        file = tabulations.file(use.domain)
        yield Finding(OUTDATED_VALUE, file, numbers[0], None, use.variable, use.source, _explain(use, len(numbers)))


def _explain(use: _Use, count: int) -> Promise:
    if use.now is None:
        return say(
            _("“{source}” is no longer in the code list ({count} rows); kept."),
            source=use.source,
            count=count,
        )
    return say(
        _("“{source}” stands for “{now}” today ({count} rows); both are kept."),
        source=use.source,
        now=use.now,
        count=count,
    )


def _uses(tabulations: Tabulations) -> Iterator[tuple[_Use, int]]:
    for domain, variable, attribute in _CODED:
        for row in tabulations[domain]:
            coded: Coded | None = getattr(row, attribute)
            if coded and coded.is_changed:
                yield _Use(domain, variable, coded.source, coded.value), row.row_no
    yield from _arm_codes(tabulations)
    yield from _summary(tabulations)


def _arm_codes(tabulations: Tabulations) -> Iterator[tuple[_Use, int]]:
    """Arms that are none: the codes of older versions, which today are a blank arm with a reason (ARMNRS)."""
    for row in tabulations[ASSIGNMENTS]:
        code = row.planned_code
        if code and code.upper() in UNASSIGNED_ARMS:
            yield _Use(ASSIGNMENTS, "ARMCD", code, None), row.row_no


def _summary(tabulations: Tabulations) -> Iterator[tuple[_Use, int]]:
    for row in tabulations[SUMMARY]:
        value = modern_value(row)
        if row.code in OUTDATED_PARAMETERS:
            yield _Use(SUMMARY, "TSPARMCD", row.code, None), row.row_no
        elif value and value.is_changed:
            yield _Use(SUMMARY, f"TSVAL ({row.code})", value.source, value.value), row.row_no
