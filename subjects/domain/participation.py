"""One person's way through a study: states, moves, and what they mean for the screening status."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.decisions import Words
from trialcrm.core.lifecycle import Lifecycle


class SubjectState(TextChoices):
    PRESCREEN = "prescreen", _("Pre-screening")
    SCREENING = "screening", _("Screening")
    SCREEN_FAILED = "screen_failed", _("Screen failed")
    RESCREEN = "rescreen", _("Rescreening")
    ELIGIBLE = "eligible", _("Eligible")
    ENROLLED = "enrolled", _("Enrolled")
    RANDOMISED = "randomised", _("Randomised")
    ON_TREATMENT = "on_treatment", _("On treatment")
    TREATMENT_DISCONTINUED = "treatment_discontinued", _("Treatment stopped")
    FOLLOW_UP = "follow_up", _("Follow-up")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LOST_TO_FOLLOW_UP = "lost_to_follow_up", _("Lost to follow-up")
    DIED = "died", _("Died")


class EndReason(TextChoices):
    """Why participation ended: CDISC terminology NCOMPLT (C66727), submission values."""

    ADVERSE_EVENT = "ADVERSE EVENT", _("Adverse event")
    COMPLETED = "COMPLETED", _("Completed")
    DEATH = "DEATH", _("Death")
    DISEASE_RELAPSE = "DISEASE RELAPSE", _("Disease relapse")
    LACK_OF_EFFICACY = "LACK OF EFFICACY", _("Lack of efficacy")
    LOST_TO_FOLLOW_UP = "LOST TO FOLLOW-UP", _("Lost to follow-up")
    NON_COMPLIANCE = "NON-COMPLIANCE WITH STUDY DRUG", _("Non-compliance with study drug")
    PHYSICIAN_DECISION = "PHYSICIAN DECISION", _("Physician decision")
    PREGNANCY = "PREGNANCY", _("Pregnancy")
    PROGRESSIVE_DISEASE = "PROGRESSIVE DISEASE", _("Progressive disease")
    PROTOCOL_DEVIATION = "PROTOCOL DEVIATION", _("Protocol deviation")
    RECOVERY = "RECOVERY", _("Recovery")
    SCREEN_FAILURE = "SCREEN FAILURE", _("Screen failure")
    SITE_TERMINATED = "SITE TERMINATED BY SPONSOR", _("Site terminated by sponsor")
    STUDY_TERMINATED = "STUDY TERMINATED BY SPONSOR", _("Study terminated by sponsor")
    TECHNICAL_PROBLEMS = "TECHNICAL PROBLEMS", _("Technical problems")
    WITHDRAWAL_BY_GUARDIAN = "WITHDRAWAL BY PARENT/GUARDIAN", _("Withdrawal by parent or guardian")
    WITHDRAWAL_BY_SUBJECT = "WITHDRAWAL BY SUBJECT", _("Withdrawal by participant")
    FAILED_RANDOMISATION = "FAILURE TO MEET RANDOMIZATION CRITERIA", _("Randomisation criteria not met")
    FAILED_CONTINUATION = "FAILURE TO MEET CONTINUATION CRITERIA", _("Continuation criteria not met")
    PROTOCOL_CRITERION = "PROTOCOL-SPECIFIED WITHDRAWAL CRITERION MET", _("Withdrawal criterion of the protocol met")
    OTHER = "OTHER", _("Other")


#: Reasons that acts of their own record: completing, losing sight, a death, failing screening.
_OWN_ACTS = {EndReason.COMPLETED, EndReason.DEATH, EndReason.LOST_TO_FOLLOW_UP, EndReason.SCREEN_FAILURE}
#: Why somebody leaves early.
LEAVING = frozenset(EndReason) - _OWN_ACTS
#: Why treatment stops early.
STOPPING = frozenset(EndReason) - (_OWN_ACTS - {EndReason.LOST_TO_FOLLOW_UP})
#: Leaving because the participant, or who decides for them, wants it.
OWN_WISH = frozenset({EndReason.WITHDRAWAL_BY_SUBJECT, EndReason.WITHDRAWAL_BY_GUARDIAN})


class WithdrawalExtent(TextChoices):
    TREATMENT = "treatment", _("Treatment only")
    PROCEDURES = "procedures", _("All procedures")
    DATA = "data", _("Also data or samples")


class Sex(TextChoices):
    """CDISC terminology SEX (C66731), submission values."""

    FEMALE = "F", _("Female")
    MALE = "M", _("Male")
    INTERSEX = "INTERSEX", _("Intersex")
    UNKNOWN = "U", _("Unknown")


class Race(TextChoices):
    """CDISC terminology RACE (C74457), submission values."""

    AMERICAN_INDIAN = "AMERICAN INDIAN OR ALASKA NATIVE", _("American Indian or Alaska Native")
    ASIAN = "ASIAN", _("Asian")
    BLACK = "BLACK OR AFRICAN AMERICAN", _("Black or African American")
    PACIFIC = "NATIVE HAWAIIAN OR OTHER PACIFIC ISLANDER", _("Native Hawaiian or other Pacific Islander")
    WHITE = "WHITE", _("White")
    MULTIPLE = "MULTIPLE", _("Several")
    OTHER = "OTHER", _("Other")
    NOT_REPORTED = "NOT REPORTED", _("Not reported")
    UNKNOWN = "UNKNOWN", _("Unknown")


class Ethnicity(TextChoices):
    """CDISC terminology ETHNIC (C66790), submission values."""

    HISPANIC = "HISPANIC OR LATINO", _("Hispanic or Latino")
    NOT_HISPANIC = "NOT HISPANIC OR LATINO", _("Not Hispanic or Latino")
    NOT_REPORTED = "NOT REPORTED", _("Not reported")
    UNKNOWN = "UNKNOWN", _("Unknown")


_S = SubjectState
_ENDS = {_S.WITHDRAWN, _S.LOST_TO_FOLLOW_UP, _S.DIED}

SUBJECT_LIFECYCLE = Lifecycle.of(
    "participant",
    SubjectState,
    {
        _S.PRESCREEN: {_S.SCREENING, _S.WITHDRAWN, _S.DIED},
        _S.SCREENING: {_S.ELIGIBLE, _S.SCREEN_FAILED} | _ENDS,
        _S.SCREEN_FAILED: {_S.RESCREEN, _S.DIED},
        _S.RESCREEN: {_S.ELIGIBLE, _S.SCREEN_FAILED} | _ENDS,
        _S.ELIGIBLE: {_S.ENROLLED, _S.RANDOMISED, _S.SCREEN_FAILED} | _ENDS,
        _S.ENROLLED: {_S.ON_TREATMENT, _S.RANDOMISED} | _ENDS,
        _S.RANDOMISED: {_S.ON_TREATMENT} | _ENDS,
        _S.ON_TREATMENT: {_S.TREATMENT_DISCONTINUED, _S.FOLLOW_UP, _S.COMPLETED} | _ENDS,
        _S.TREATMENT_DISCONTINUED: {_S.FOLLOW_UP, _S.COMPLETED} | _ENDS,
        _S.FOLLOW_UP: {_S.COMPLETED} | _ENDS,
        _S.LOST_TO_FOLLOW_UP: {_S.FOLLOW_UP, _S.DIED},
        _S.COMPLETED: {_S.DIED},
        _S.WITHDRAWN: {_S.DIED},
    },
)

#: Participation is over; what is still planned will not take place.
ENDED = frozenset({_S.SCREEN_FAILED, _S.COMPLETED, _S.WITHDRAWN, _S.LOST_TO_FOLLOW_UP, _S.DIED})
#: An attempt at screening is under way.
IN_SCREENING = frozenset({_S.SCREENING, _S.RESCREEN})
#: Randomised or enrolled and not yet ended.
ON_STUDY = frozenset({_S.ENROLLED, _S.RANDOMISED, _S.ON_TREATMENT, _S.TREATMENT_DISCONTINUED, _S.FOLLOW_UP})


@dataclass(frozen=True, slots=True)
class Coded:
    """What is known of a subject without saying who it is. Sex, race and ethnicity are CDISC submission values."""

    sex_at_birth: str = ""
    race: str = ""
    ethnicity: str = ""
    country: str = ""
    source: str = ""


def age_on(born: date | None, on: date) -> int | None:
    """Completed years of life on a day; None where the birth date is not known."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else None


class Move(NamedTuple):
    """A move that somebody makes on a page of its own; `rule` names the policy that allows it."""

    slug: str
    to: SubjectState
    rule: str
    label: Words
    icon: str


#: Moves in the order in which they are offered. Screening has its own pages for the states before them.
MOVES = (
    Move("enrol", _S.ENROLLED, "subjects.enrol", _("Enrol"), "user-check"),
    Move("randomise", _S.RANDOMISED, "subjects.randomise", _("Record randomisation"), "shuffle"),
    Move("start-treatment", _S.ON_TREATMENT, "subjects.start_treatment", _("Record first dose"), "circle-play"),
    Move("stop-treatment", _S.TREATMENT_DISCONTINUED, "subjects.stop_treatment", _("Stop treatment"), "circle-pause"),
    Move("follow-up", _S.FOLLOW_UP, "subjects.enter_follow_up", _("Begin follow-up"), "calendar-clock"),
    Move("complete", _S.COMPLETED, "subjects.complete_participation", _("Complete the study"), "circle-check"),
    Move("withdraw", _S.WITHDRAWN, "subjects.withdraw", _("Withdraw"), "log-out"),
    Move("lost", _S.LOST_TO_FOLLOW_UP, "subjects.lose_to_follow_up", _("Lost to follow-up"), "user-x"),
    Move("died", _S.DIED, "subjects.record_death", _("Record death"), "circle-slash"),
)


def moves_from(state: str) -> list[Move]:
    """The moves on offer that the table lists for somebody in a state."""
    return [move for move in MOVES if move.to in SUBJECT_LIFECYCLE.moves[state]]
