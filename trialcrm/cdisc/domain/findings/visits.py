"""Findings about the visits of participants."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.findings.catalogue import (
    REPEATED_VISIT,
    RETRIEVAL_MISSING,
    SAME_DAY_VISITS,
    VISIT_OUT_OF_ORDER,
    Finding,
    Kind,
    say,
)
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS
from trialcrm.cdisc.domain.sdtm.sv import SUBJECT_VISITS
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.cdisc.domain.visits import SubjectVisit, subject_visits

_FINAL_RETRIEVAL = "FINAL RETRIEVAL VISIT"
_RETRIEVAL = "RETRIEVAL"


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Visit numbers delivered twice, visits out of order, several on a day, retrieval visits that DS does
    not have.
    """
    visits = subject_visits(tabulations)
    file = tabulations.file(SUBJECT_VISITS)
    for _usubjid, group in groupby(visits, key=lambda visit: visit.usubjid):
        of_one = list(group)
        yield from _renumbered(of_one, file)
        yield from _out_of_order(of_one, file)
        yield from _same_day(of_one, file)
    yield from _without_disposition(visits, tabulations, file)


def _finding(kind: Kind, visit: SubjectVisit, file: str, stated: tuple[str, object], text: Promise) -> Finding:
    variable, value = stated
    return Finding(kind, file, visit.row_no, visit.usubjid, variable, str(value), text)


def _renumbered(visits: Iterable[SubjectVisit], file: str) -> Iterator[Finding]:
    for visit in visits:
        if visit.is_renumbered:
            text = say(
                _("Visit {number} of {on} is taken over as visit {new}."),
                number=visit.source_visit_num,
                on=visit.on,
                new=visit.visit_num,
            )
            yield _finding(REPEATED_VISIT, visit, file, ("VISITNUM", visit.source_visit_num), text)


def _out_of_order(visits: Iterable[SubjectVisit], file: str) -> Iterator[Finding]:
    dated = [visit for visit in visits if visit.on and not visit.is_renumbered]
    for visit, following in pairwise(dated):
        if visit.on and following.on and following.on < visit.on:
            text = say(
                _("Visit {later} ({later_on}) lies before visit {number} ({on}); both dates are kept."),
                later=following.visit_num,
                later_on=following.on,
                number=visit.visit_num,
                on=visit.on,
            )
            yield _finding(VISIT_OUT_OF_ORDER, following, file, ("SVSTDTC", following.on), text)


def _same_day(visits: Iterable[SubjectVisit], file: str) -> Iterator[Finding]:
    by_day: dict[object, list[SubjectVisit]] = defaultdict(list)
    for visit in visits:
        if visit.on:
            by_day[visit.on].append(visit)
    for on, (first, *others) in by_day.items():
        for visit in others:
            text = say(
                _("Visit {number} is on the day of visit {first}, {on}; both are kept."),
                number=visit.visit_num,
                first=first.visit_num,
                on=on,
            )
            yield _finding(SAME_DAY_VISITS, visit, file, ("SVSTDTC", on), text)


def _without_disposition(visits: Iterable[SubjectVisit], tabulations: Tabulations, file: str) -> Iterator[Finding]:
    """Only where the delivery records retrieval visits as events at all."""
    recorded = {row.usubjid for row in tabulations[DISPOSITIONS] if row.reason.value == _FINAL_RETRIEVAL}
    if not recorded:
        return
    for visit in visits:
        if _RETRIEVAL in visit.name.upper() and visit.usubjid not in recorded:
            text = say(
                _("The retrieval visit of {on} has no event “{event}” in DS; the visit is kept."),
                on=visit.on,
                event=_FINAL_RETRIEVAL,
            )
            yield _finding(RETRIEVAL_MISSING, visit, file, ("VISIT", visit.name), text)
