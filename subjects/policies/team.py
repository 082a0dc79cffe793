"""Who gives roles, keeps the delegation log and signs it."""

from typing import Any

from django.utils.translation import gettext as _

from subjects.domain.permissions import Perm
from subjects.domain.team import ENTRY_LIFECYCLE, OFFER_LIFECYCLE, EntryStatus, OfferStatus, tasks_of
from subjects.models import AccessRequest, DelegationEntry, Membership, OfferedRole, Study
from trialcrm.access.asking import holds
from trialcrm.access.roles import DELEGATED_ROLES, Role
from trialcrm.core.decisions import ALLOWED, Decision, first_refusal, refused


def change_memberships(user: Any, place: Any) -> Decision:
    """Site staff are approved by the investigator, the sponsor's side by the study manager."""
    return holds(user, Perm.CHANGE_MEMBERSHIP, place, _("Only the investigator or the study manager gives roles."))


def give_role(user: Any, place: Any, person: Any) -> Decision:
    """Nobody changes their own rights (EMA guideline on computerised systems, 2023)."""
    own = refused(_("Nobody gives a role to themselves.")) if user.pk == person.pk else ALLOWED
    active = ALLOWED if person.is_active else refused(_("This account is deactivated."), "user")
    return first_refusal(change_memberships(user, place), own, active)


def appoint(user: Any, place: Any, role: str) -> Decision:
    """Whether the person may have somebody in this role there: participants' accounts come from their site, an
    investigator from the study manager, everybody else from the investigator or the study manager.
    """
    if role == Role.PART:
        return holds(user, Perm.INVITE_PARTICIPANT, place, _("Participants are invited by their own site."))
    if role == Role.PI:
        study = place if isinstance(place, Study) else place.study
        return holds(user, Perm.CHANGE_MEMBERSHIP, study, _("The study manager appoints the investigator of a site."))
    return change_memberships(user, place)


def invite_participant(user: Any, place: Any) -> Decision:
    return appoint(user, place, Role.PART)


def change_offer(user: Any, offer: OfferedRole) -> Decision:
    """Sending an invitation again, withdrawing it, or recording who its person is."""
    open_still = OFFER_LIFECYCLE.may_move(offer.status, OfferStatus.WITHDRAWN)
    own = refused(_("Nobody does this for themselves.")) if offer.user_id == user.pk else ALLOWED
    return first_refusal(appoint(user, offer.subject or offer.site or offer.study, offer.role), own, open_still)


def answer_request(user: Any, request: AccessRequest) -> Decision:
    own = refused(_("Nobody answers their own request.")) if request.user_id == user.pk else ALLOWED
    return first_refusal(appoint(user, request.site or request.study, request.role), own)


def read_log(user: Any, site: Any) -> Decision:
    """Site staff, the monitor, the study manager and inspectors read who does what at a site."""
    return holds(user, Perm.VIEW_DELEGATION, site, _("Your role does not include the delegation log."))


def read_people(user: Any, study: Study) -> Decision:
    return holds(user, Perm.VIEW_MEMBERSHIP, study, _("Your role does not include who works on this study."))


def keep_log(user: Any, site: Any) -> Decision:
    """The investigator, and whoever was delegated to keep it, write the delegation log."""
    words = _("The delegation log is kept by the investigator, and by those to whom this task is delegated.")
    return holds(user, Perm.CHANGE_DELEGATION, site, words)


def propose_entry(user: Any, membership: Membership) -> Decision:
    """Tasks are delegated at a site to somebody else who has a role there that works by delegation."""
    if membership.role not in DELEGATED_ROLES or not tasks_of(membership.role):
        return refused(_("This role does nothing by delegation."))
    own = refused(_("Nobody delegates to themselves.")) if membership.user_id == user.pk else ALLOWED
    return first_refusal(keep_log(user, membership.site), own)


def change_entry(user: Any, entry: DelegationEntry) -> Decision:
    """Until the delegate has accepted it; after that another line is written."""
    open_still = entry.status == EntryStatus.PROPOSED
    stays = ALLOWED if open_still else refused(_("What was accepted is not changed; end it and write another line."))
    return first_refusal(propose_entry(user, entry.membership), stays)


def accept_entry(user: Any, entry: DelegationEntry) -> Decision:
    """The delegate alone accepts."""
    own = ALLOWED if entry.user_id == user.pk else refused(_("Only the person to whom the tasks go accepts them."))
    return first_refusal(own, ENTRY_LIFECYCLE.may_move(entry.status, EntryStatus.ACCEPTED))


def authorise_entry(user: Any, entry: DelegationEntry) -> Decision:
    """The investigator of the site alone signs; this task is never delegated (ICH E6(R3) 2.3.1)."""
    words = _("Only the principal investigator signs the delegation log.")
    own = refused(_("Nobody delegates to themselves.")) if entry.user_id == user.pk else ALLOWED
    accepted = (
        refused(_("%(person)s has not accepted these tasks yet.") % {"person": entry.user})
        if entry.status == EntryStatus.PROPOSED
        else ENTRY_LIFECYCLE.may_move(entry.status, EntryStatus.SIGNED)
    )
    return first_refusal(holds(user, Perm.SIGN_DELEGATION, entry.site, words), own, accepted)


def end_entry(user: Any, entry: DelegationEntry) -> Decision:
    own = refused(_("Nobody changes their own rights.")) if entry.user_id == user.pk else ALLOWED
    return first_refusal(keep_log(user, entry.site), own, ENTRY_LIFECYCLE.may_move(entry.status, EntryStatus.ENDED))


def withdraw_entry(user: Any, entry: DelegationEntry) -> Decision:
    moves = ENTRY_LIFECYCLE.may_move(entry.status, EntryStatus.WITHDRAWN)
    return first_refusal(keep_log(user, entry.site), moves)
