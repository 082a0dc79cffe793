"""Who answers criteria and decides a screening attempt."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.participation import SUBJECT_LIFECYCLE, SubjectState
from subjects.domain.permissions import Perm
from subjects.domain.screening import OPEN, SCREENING_LIFECYCLE, ScreeningStatus
from subjects.models import Screening, Subject
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused

from .participation import has_consent, in_screening, is_recruiting
from .rights import may_write


def _may_screen(user: Any, record: Any) -> Decision:
    return may_write(user, Perm.CHANGE_SCREENING, record, _("Your role does not record screening."))


def answer_criteria(user: Any, screening: Screening) -> Decision:
    """Answers are given while the attempt is open and the participant is in screening."""
    return first_refusal(_may_screen(user, screening), _is_open(screening), in_screening(screening.subject))


def decide_screening(user: Any, screening: Screening) -> Decision:
    """The result of an open attempt is recorded by those who screened."""
    return answer_criteria(user, screening)


def _is_open(screening: Screening) -> Decision:
    if screening.status in OPEN:
        return ALLOWED
    return refused(_("This attempt was decided: %(status)s.") % {"status": screening.get_status_display().lower()})


def revoke_pass(user: Any, screening: Screening) -> Decision:
    """A pass becomes a failure on new information, only before randomisation."""
    subject = screening.subject
    return first_refusal(
        _may_screen(user, screening),
        SCREENING_LIFECYCLE.may_move(screening.status, ScreeningStatus.FAILED),
        SUBJECT_LIFECYCLE.may_move(subject.state, SubjectState.SCREEN_FAILED),
    )


def confirm_eligibility(user: Any, screening: Screening) -> Decision:
    """Eligibility is an investigator's medical judgement on a passed attempt (ICH E6(R3) 2.7, 21 CFR 312.60)."""
    passed = (
        ALLOWED
        if screening.status == ScreeningStatus.PASSED
        else refused(_("Eligibility is confirmed once the attempt has passed."))
    )
    return first_refusal(
        may_write(user, Perm.CONFIRM_ELIGIBILITY, screening, _("Only an investigator confirms eligibility.")),
        passed,
        SUBJECT_LIFECYCLE.may_move(screening.subject.state, SubjectState.ELIGIBLE),
        has_consent(screening.subject),
    )


def rescreen(user: Any, subject: Subject) -> Decision:
    """A failed subject may be screened again if the protocol allows it; an investigator decides."""
    return first_refusal(
        holds(user, Perm.CONFIRM_ELIGIBILITY, subject, _("Only an investigator opens another attempt.")),
        _may_screen(user, subject),
        SUBJECT_LIFECYCLE.may_move(subject.state, SubjectState.RESCREEN),
        is_recruiting(subject.site),
    )
