"""Findings about deaths."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.findings.catalogue import DEATH_DATES, NO_DEATH_FLAG, Finding, say
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS, SubjectRow
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS, DispositionRow, ends_of_participation
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.core.partial_dates import PartialDate


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Dates that contradict a death, and participants of whom only a blank says that they live."""
    file = tabulations.file(SUBJECTS)
    ends = ends_of_participation(tabulations[DISPOSITIONS])
    for subject in tabulations[SUBJECTS]:
        contradiction = _contradiction(subject, ends.get(subject.usubjid))
        if contradiction and subject.died:
            variable, when = contradiction
            text = say(
                _("{variable} is {when}, the death was on {died}."),
                variable=variable,
                when=when,
                died=subject.died,
            )
            yield Finding(DEATH_DATES, file, subject.row_no, subject.usubjid, variable, when.text, text)
        if not subject.is_known_dead:
            text = _("Taken over as not known to have died, never as alive.")
            yield Finding(NO_DEATH_FLAG, file, subject.row_no, subject.usubjid, "DTHFL", None, text)


def _contradiction(subject: SubjectRow, end: DispositionRow | None) -> tuple[str, PartialDate] | None:
    """The first date that says the participant was in the study after the death, or died on another day."""
    if subject.died is None:
        return None
    for variable, when in (("RFENDTC", subject.reference_end), ("RFPENDTC", subject.end_of_participation)):
        if when and when.is_certainly_after(subject.died):
            return variable, when
    if end and end.reason.value == "DEATH" and end.started and _differs(end.started, subject.died):
        return "DTHDTC", end.started
    return None


def _differs(one: PartialDate, other: PartialDate) -> bool:
    return one.is_certainly_before(other) or one.is_certainly_after(other)
