"""What cannot all be true of one event. On entry most of it is refused; of imported data it is a finding."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Words
from trialcrm.core.partial_dates import PartialDate

from .assessments import ENDED_OUTCOMES, LASTING_OUTCOMES, Outcome


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks look at. Dates are the participant's; `is_dead` and `died_on` are those of their record."""

    onset: PartialDate | None
    end: PartialDate | None = None
    end_is_unknown: bool = False
    outcome: str = ""
    results_in_death: bool = False
    hospitalisation: bool = False
    admitted: PartialDate | None = None
    consented_on: date | None = None
    is_dead: bool = False
    died_on: PartialDate | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One contradiction: its code, the field where it can be mended, and whether it is refused on entry."""

    code: str
    field: str
    words: Words
    is_refused: bool = True


def problems(facts: Facts) -> list[Problem]:
    """Every contradiction in what is known of one event."""
    return [*_of_dates(facts), *_of_outcome(facts), *_of_death(facts)]


def _of_dates(facts: Facts) -> Iterator[Problem]:
    onset, end, admitted = facts.onset, facts.end, facts.admitted
    if onset and facts.today and onset.lower > facts.today:
        yield Problem("AE-FUTURE", "onset", _("This date lies in the future."))
    if end and facts.today and end.lower > facts.today:
        yield Problem("AE-FUTURE-END", "end", _("This date lies in the future."))
    if onset and end and end.is_certainly_before(onset):
        yield Problem("AE-END", "end", _("It cannot end before it began."))
    if onset and facts.consented_on and onset.is_certainly_before(facts.consented_on):
        words = _("It began before consent: that is medical history, not an adverse event.")
        yield Problem("AE-HISTORY", "onset", words)
    if facts.hospitalisation and not admitted:
        yield Problem("AE-ADMISSION", "admitted", _("Say when the participant was admitted."))
    if admitted and facts.today and admitted.lower > facts.today:
        yield Problem("AE-FUTURE-ADMISSION", "admitted", _("This date lies in the future."))


def _of_outcome(facts: Facts) -> Iterator[Problem]:
    if facts.outcome in ENDED_OUTCOMES - {Outcome.FATAL} and not (facts.end or facts.end_is_unknown):
        yield Problem("AE-NO-END", "end", _("Recovered: say when it ended."))
    if facts.outcome in LASTING_OUTCOMES and facts.end:
        yield Problem("AE-STILL-LASTING", "end", _("Not recovered: then it has no end date."))


def _of_death(facts: Facts) -> Iterator[Problem]:
    is_fatal = facts.outcome == Outcome.FATAL
    if is_fatal and not facts.results_in_death:
        yield Problem("AE-FATAL", "criteria", _("Fatal: then it is serious because of the death."))
    if facts.results_in_death and not is_fatal:
        yield Problem("AE-DEATH", "outcome", _("It resulted in death: then its outcome is fatal."))
    if is_fatal and not facts.is_dead:
        words = _("The death itself is not recorded yet; an investigator records it.")
        yield Problem("AE-ALIVE", "died_on", words, is_refused=False)
    if is_fatal and facts.end and facts.died_on and not _may_be_same(facts.end, facts.died_on):
        words = _("It is fatal but does not end on the day of the death.")
        yield Problem("AE-DEATH-DATE", "end", words, is_refused=False)


def _may_be_same(first: PartialDate, second: PartialDate) -> bool:
    return not (first.is_certainly_before(second) or first.is_certainly_after(second))


def is_treatment_emergent(onset: PartialDate | None, first_dose_on: date | None) -> bool | None:
    """Whether it began under treatment: not certainly before the first dose (SDTM AETRTEM).

    None for somebody never treated, and where nothing is known of the onset.
    """
    if onset is None or first_dose_on is None:
        return None
    return not onset.is_certainly_before(first_dose_on)
