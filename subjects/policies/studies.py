"""Who changes a study and its sites, and imports into it."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.domain.studies import StudyStatus
from subjects.models import Site, Study
from trialcrm.access.asking import holds
from trialcrm.access.scope import scope_of
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def change_design(user: Any, study: Study) -> Decision:
    """Arms, visits, criteria and settings belong to the sponsor's study manager."""
    return holds(user, Perm.CHANGE_STUDY, study, _("Only the study manager changes the study's design."))


def change_study(user: Any, study: Study) -> Decision:
    """Title and status are the study manager's; those of an imported study are as delivered."""
    words = {"study": study.protocol_id, "status": study.get_status_display().lower()}
    delivered = refused(_("%(study)s was imported; another delivery changes it.") % words)
    closed = refused(_("%(study)s is %(status)s; it is not changed any more.") % words)
    is_closed = study.status == StudyStatus.ARCHIVED
    right = holds(user, Perm.CHANGE_STUDY, study, _("Only the study manager changes the study."))
    return first_refusal(right, delivered if study.is_imported else ALLOWED, closed if is_closed else ALLOWED)


def change_site(user: Any, site: Site) -> Decision:
    """Under which investigator a site works, and in which zone: named by the study manager, who added it."""
    words = {"study": site.study.protocol_id, "status": site.study.get_status_display().lower()}
    closed = refused(_("%(study)s is %(status)s; it is not changed any more.") % words)
    right = holds(user, Perm.CHANGE_STUDY, site.study, _("Only the study manager changes a site."))
    return first_refusal(right, closed if site.study.status == StudyStatus.ARCHIVED else ALLOWED)


def import_study(user: Any) -> Decision:
    """A new study is taken over from a delivery by somebody who manages a study here."""
    if scope_of(user).anywhere(Perm.IMPORT_STUDY):
        return ALLOWED
    return refused(_("Only a study manager imports studies."))


def import_into(user: Any, study: Study) -> Decision:
    """Deliveries go only into a study that came from one, until it is locked (ICH E6(R3) 3.16.1(r))."""
    words = {"study": study.protocol_id, "status": study.get_status_display().lower()}
    right = holds(user, Perm.IMPORT_STUDY, study, _("Only the study manager imports data of %(study)s.") % words)
    own = refused(_("%(study)s was set up in the portal; a delivery is never merged into it.") % words)
    closed = refused(_("%(study)s is %(status)s; nothing is imported into it.") % words)
    is_closed = study.status in (StudyStatus.LOCKED, StudyStatus.ARCHIVED)
    return first_refusal(right, ALLOWED if study.is_imported else own, closed if is_closed else ALLOWED)
