"""Findings about study days: the portal computes them from dates, so a delivered one that differs is told."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from subjects.domain.windows import study_day
from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.findings.catalogue import WRONG_STUDY_DAY, Finding, say
from trialcrm.cdisc.domain.sdtm.ae import EVENTS
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS
from trialcrm.cdisc.domain.sdtm.se import ELEMENT_PERIODS
from trialcrm.cdisc.domain.sdtm.sv import SUBJECT_VISITS
from trialcrm.cdisc.domain.tabulations import Tabulations


class _Stated(NamedTuple):
    domain: Domain[Any]
    variable: str
    row: Any
    on: date | None
    day: int | None


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Study days of the source that are not the ones computed from its own dates."""
    starts = {row.usubjid: row.reference_start.exact for row in tabulations[SUBJECTS] if row.reference_start}
    for stated in _stated_days(tabulations):
        computed = study_day(stated.on, starts.get(stated.row.usubjid))
        if stated.day is not None and computed is not None and computed != stated.day:
            text = say(
                _("The source says day {stated}, the dates give day {computed}."),
                stated=stated.day,
                computed=computed,
            )
            file = tabulations.file(stated.domain)
            yield Finding(
                WRONG_STUDY_DAY,
                file,
                stated.row.row_no,
                stated.row.usubjid,
                stated.variable,
                str(stated.day),
                text,
            )


def _stated_days(tabulations: Tabulations) -> Iterator[_Stated]:
    for event in tabulations[DISPOSITIONS]:
        yield _Stated(DISPOSITIONS, "DSSTDY", event, event.started.exact if event.started else None, event.start_day)
    for period in tabulations[ELEMENT_PERIODS]:
        yield _Stated(
            ELEMENT_PERIODS,
            "SESTDY",
            period,
            period.starts.exact if period.starts else None,
            period.start_day,
        )
    for row in tabulations[EVENTS]:
        yield _Stated(EVENTS, "AESTDY", row, row.started.exact if row.started else None, row.start_day)
    for visit in tabulations[SUBJECT_VISITS]:
        yield _Stated(SUBJECT_VISITS, "SVSTDY", visit, visit.on, visit.start_day)
