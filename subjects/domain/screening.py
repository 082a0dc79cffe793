"""Screening: attempts, criteria, and when the answers allow a pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class ScreeningStatus(TextChoices):
    PENDING = "pending", _("Pending")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Failed")
    RESCREEN = "rescreen", _("Rescreen")


class CriterionKind(TextChoices):
    """CDISC terminology IECAT (C66797), submission values."""

    INCLUSION = "INCLUSION", _("Inclusion")
    EXCLUSION = "EXCLUSION", _("Exclusion")


class Answer(TextChoices):
    """Y means that the statement of the criterion, as the protocol words it, is true for this person."""

    YES = "Y", _("Yes")
    NO = "N", _("No")
    NOT_APPLICABLE = "NA", _("Not applicable")


class FailReason(TextChoices):
    CRITERIA = "criteria", _("Criteria not met")
    WITHDREW = "withdrew", _("Withdrew before the decision")
    NOT_COMPLETED = "not_completed", _("Screening not completed")
    STUDY_CLOSED = "study_closed", _("Study or site closed")
    OTHER = "other", _("Other")
    NOT_RECORDED = "not_recorded", _("Not recorded at the source")


SCREENING_LIFECYCLE = Lifecycle.of(
    "screening attempt",
    ScreeningStatus,
    {
        ScreeningStatus.PENDING: {ScreeningStatus.PASSED, ScreeningStatus.FAILED},
        ScreeningStatus.RESCREEN: {ScreeningStatus.PASSED, ScreeningStatus.FAILED},
        ScreeningStatus.PASSED: {ScreeningStatus.FAILED},
    },
)

#: An attempt that waits for its result. A second or later attempt is open as “rescreen”.
OPEN = frozenset({ScreeningStatus.PENDING, ScreeningStatus.RESCREEN})


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to one criterion, with its evidence; without any (None) that which is recorded stays."""

    answer: str
    evidence: str | None = ""


class Answered(NamedTuple):
    """One criterion and its answer; `answer` is empty while it is open."""

    code: str
    kind: str
    answer: str


def is_met(kind: str, answer: str) -> bool | None:
    """Whether a criterion lets the person in; None while unanswered. “Not applicable” lets in."""
    if not answer:
        return None
    if answer == Answer.NOT_APPLICABLE:
        return True
    return (answer == Answer.YES) == (kind == CriterionKind.INCLUSION)


def unmet(answers: Iterable[Answered]) -> list[str]:
    """Codes of criteria that keep the person out: an inclusion answered no, an exclusion answered yes."""
    return [item.code for item in answers if is_met(item.kind, item.answer) is False]


def unanswered(answers: Iterable[Answered]) -> list[str]:
    """Codes of criteria that nobody has answered yet."""
    return [item.code for item in answers if not item.answer]


#: From this part of the days allowed on, an attempt is told to be slow.
WARNS_AT = 0.75


def days_used(consented_on: date, today: date) -> int:
    """Whole days since consent, by which the length of screening is counted."""
    return (today - consented_on).days
