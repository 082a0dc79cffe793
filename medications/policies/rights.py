"""What several rules of this app ask first."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.participation import ENDED, ON_STUDY
from subjects.models import Subject
from subjects.policies import study_takes_entries
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def may_write(user: Any, permission: str, record: Any, otherwise: str) -> Decision:
    """The right at the record's place, in a study that takes entries."""
    return first_refusal(holds(user, permission, record, otherwise), study_takes_entries(record.study))


def is_on_study(subject: Subject) -> Decision:
    """Study medication goes to participants under the investigator's supervision only (21 CFR 312.61)."""
    if subject.state in ON_STUDY:
        return ALLOWED
    words = {"subject": subject, "state": subject.get_state_display().lower()}
    return refused(_("%(subject)s is not on the study (%(state)s).") % words)


def still_takes_part(subject: Subject) -> Decision:
    if subject.state not in ENDED:
        return ALLOWED
    words = {"subject": subject, "state": subject.get_state_display().lower()}
    return refused(_("%(subject)s no longer takes part (%(state)s).") % words)
