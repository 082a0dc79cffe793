"""Who settles how a study records safety."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.models import Study
from subjects.policies import study_takes_entries
from trialcrm.access.asking import holds
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def change_plan(user: Any, study: Study) -> Decision:
    """By the study's manager; the study may still be a draft."""
    right = holds(user, Perm.CHANGE_STUDY, study, _("The study manager settles how safety is recorded."))
    return first_refusal(right, ALLOWED if study.status == "draft" else study_takes_entries(study))


def change_scale(study: Study, has_events: bool) -> Decision:
    """Severity and grade are never mixed in one study."""
    if has_events:
        return refused(_("%(study)s has events already; the scale stays.") % {"study": study}, "severity_scale")
    return ALLOWED
