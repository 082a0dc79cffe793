"""Who changes a study, its sites and the people who work on it."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.models import Study
from trialcrm.access.asking import holds
from trialcrm.core.decisions import Decision, first_refusal, refused


def change_design(user: Any, study: Study) -> Decision:
    """Arms, visits, criteria and settings belong to the sponsor's study manager."""
    return holds(user, Perm.CHANGE_STUDY, study, _("Only the study manager changes the study's design."))


def change_memberships(user: Any, place: Any) -> Decision:
    """Site staff are approved by the investigator, the sponsor's side by the study manager."""
    return holds(user, Perm.CHANGE_MEMBERSHIP, place, _("Only the investigator or the study manager gives roles."))


def give_role(user: Any, place: Any, person: Any) -> Decision:
    """Nobody changes their own rights (EMA guideline on computerised systems, 2023)."""
    own = refused(_("Nobody gives a role to themselves.")) if user.pk == person.pk else Decision(True)
    active = Decision(True) if person.is_active else refused(_("This account is deactivated."), "user")
    return first_refusal(change_memberships(user, place), own, active)
