"""Who starts imports. Whether a delivery may go into a study is a rule of the study (`subjects.policies`)."""

from typing import Any

from django.utils.translation import gettext as _

from subjects import policies as study_policies
from trialcrm.access.asking import holds
from trialcrm.cdisc.domain.permissions import Perm
from trialcrm.cdisc.domain.runs import RunStatus
from trialcrm.cdisc.models import ImportRun
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def start_import(user: Any, about: Any = None) -> Decision:
    """Somebody who manages a study here brings in deliveries."""
    return study_policies.import_study(user)


def see_findings(user: Any, study: Any) -> Decision:
    """Findings are for those who look at the data of the study, at one site of it at least."""
    return holds(user, Perm.VIEW_FINDING, study, _("Your role does not include the findings of imports."))


def start_again(user: Any, run: ImportRun) -> Decision:
    """A refused import of uploaded files is tried again as long as the files are kept."""
    if run.status != RunStatus.REFUSED:
        return refused(_("Only an import that was refused is started again."))
    kept = ALLOWED if run.is_uploaded and run.folder.is_dir() else refused(_("Its files are not kept here any more."))
    return first_refusal(start_import(user), kept)
