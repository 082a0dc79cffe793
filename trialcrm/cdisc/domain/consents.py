"""When each participant gave consent, and how the delivery says so."""

from collections.abc import Iterator
from dataclasses import dataclass

from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS
from trialcrm.cdisc.domain.sdtm.se import ELEMENT_PERIODS
from trialcrm.cdisc.domain.sdtm.te import ELEMENTS
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.core.partial_dates import PartialDate

_OBTAINED = "INFORMED CONSENT OBTAINED"


@dataclass(frozen=True, slots=True)
class ConsentDate:
    """When one participant gave consent.

    `is_inferred`: no record of consent itself, only the start of the element that begins with it. `file`
    and `row_no` say where the date was read.
    """

    usubjid: str
    on: PartialDate
    is_inferred: bool
    file: str
    row_no: int


def consent_dates(tabulations: Tabulations) -> dict[str, ConsentDate]:
    """The consent of each participant: from DM (RFICDTC), else the milestone of DS, else inferred from SE.

    Participants whose consent cannot be told are not in it.
    """
    found: dict[str, ConsentDate] = {}
    for consent in (*_demographics(tabulations), *_milestones(tabulations), *_elements(tabulations)):
        found.setdefault(consent.usubjid, consent)
    return found


def _demographics(tabulations: Tabulations) -> Iterator[ConsentDate]:
    for subject in tabulations[SUBJECTS]:
        if subject.consented:
            yield ConsentDate(subject.usubjid, subject.consented, False, tabulations.file(SUBJECTS), subject.row_no)


def _milestones(tabulations: Tabulations) -> Iterator[ConsentDate]:
    for event in tabulations[DISPOSITIONS]:
        if event.reason.value == _OBTAINED and event.started:
            yield ConsentDate(event.usubjid, event.started, False, tabulations.file(DISPOSITIONS), event.row_no)


def _elements(tabulations: Tabulations) -> Iterator[ConsentDate]:
    starting = {element.code for element in tabulations[ELEMENTS] if element.starts_with_consent}
    for period in tabulations[ELEMENT_PERIODS]:
        if period.element_code in starting and period.starts:
            yield ConsentDate(period.usubjid, period.starts, True, tabulations.file(ELEMENT_PERIODS), period.row_no)
