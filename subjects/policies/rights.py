"""What several rules of this app ask first: the right at the place, and a study that still takes entries."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.domain.studies import WRITABLE
from subjects.models import Study
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def study_takes_entries(study: Study) -> Decision:
    """Data of a study that is not open, or that is locked, are not edited (ICH E6(R3) 3.16.1(r))."""
    if study.status in WRITABLE:
        return ALLOWED
    return refused(
        _("%(study)s is %(status)s; nothing is entered in it.")
        % {"study": study.protocol_id, "status": study.get_status_display().lower()}
    )


def may_write(user: Any, permission: Perm, record: Any, otherwise: str) -> Decision:
    """The right at the record's place, in a study that takes entries."""
    study = record if isinstance(record, Study) else record.study
    return first_refusal(holds(user, permission, record, otherwise), study_takes_entries(study))
