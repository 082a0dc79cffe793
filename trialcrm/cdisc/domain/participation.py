"""Where each participant stands in the study, read from demographics and disposition."""

from subjects.domain.participation import SubjectState
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS, SubjectRow
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS, DispositionRow, ends_of_participation
from trialcrm.cdisc.domain.tabulations import Tabulations

_BY_REASON = {
    "SCREEN FAILURE": SubjectState.SCREEN_FAILED,
    "COMPLETED": SubjectState.COMPLETED,
    "DEATH": SubjectState.DIED,
    "LOST TO FOLLOW-UP": SubjectState.LOST_TO_FOLLOW_UP,
}


def participation(subject: SubjectRow, end: DispositionRow | None) -> SubjectState:
    """The state of one participant; `end` is the row that ends the participation, if there is one.

    A screen failure stays one whatever else is recorded, a death comes before any other reason, and every
    reason that is not named is an early withdrawal. Without an end the participant is still in the study:
    no end is invented.
    """
    if subject.is_screen_failure:
        return SubjectState.SCREEN_FAILED
    if subject.is_known_dead:
        return SubjectState.DIED
    if end is not None:
        return _BY_REASON.get(end.reason.value, SubjectState.WITHDRAWN)
    if subject.first_dose is not None:
        return SubjectState.ON_TREATMENT
    return SubjectState.RANDOMISED if subject.is_assigned else SubjectState.SCREENING


def participations(tabulations: Tabulations) -> dict[str, SubjectState]:
    """The state of every participant."""
    ends = ends_of_participation(tabulations[DISPOSITIONS])
    return {row.usubjid: participation(row, ends.get(row.usubjid)) for row in tabulations[SUBJECTS]}
