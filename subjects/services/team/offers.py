"""Inviting people to a role: by mail, with or without an account, in effect once their identity was checked."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.team import OFFER_LIFECYCLE, OfferStatus
from subjects.models import OfferedRole, Site, Study, Subject
from subjects.services.locking import locked
from trialcrm.access.roles import Role
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.users.models import User
from trialcrm.users.selectors import account_of_address, is_identified
from trialcrm.users.services import record_identity
from trialcrm.users.services.invitations import make_invitation, renew_invitation, revoke_invitation

from .roles import make_membership, require_no_conflict, require_place

_RELATED = ("invitation", "user", "study", "site", "subject", "offered_by")


@recorded("invitation.sent", gettext_lazy("Invitation sent"))
def invite(
    *,
    by: User,
    email: str,
    name: str,
    role: str,
    study: Study,
    site: Site | None = None,
    subject: Subject | None = None,
    starts_on: date,
    ends_on: date | None = None,
    identity_method: str = "",
    identity_checked_on: date | None = None,
    origin: str = "",
) -> OfferedRole:
    """Invite somebody to a role by mail. Whoever sends the invitation approves the role.

    The role begins when the person has accepted and their identity was checked (21 CFR 11.100(b)), which may be said
    here already. The mail names neither study nor role.

    Raises:
        Refused: the sender may not have somebody in this role there; the person has a role that conflicts with it; the
            identity check is said in part only; an invitation of this address to this role is open.
    """
    place = subject or site or study
    require(policies.appoint(by, place, role))
    require_place(role, site, subject)
    if bool(identity_method) != bool(identity_checked_on):
        require(refused(_("Say both how and when the identity was checked, or neither."), "identity_checked_on"))
    account = account_of_address(email)
    if account is not None:
        _require_fits(by, account, role, study, subject)
    _require_first(email, role, study, site, subject)
    offer = OfferedRole(
        study=study,
        site=site or (subject.site if subject else None),
        subject=subject,
        invitation=make_invitation(by=by, email=email, name=name, origin=origin),
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        offered_by=by,
        identity_method=identity_method,
        identity_checked_on=identity_checked_on,
    )
    offer.save()
    return offer


def _require_fits(by: User, account: User, role: str, study: Study, subject: Subject | None) -> None:
    if account.pk == by.pk:
        require(refused(_("Nobody gives a role to themselves."), "email"))
    if not account.is_active:
        require(refused(_("This account is deactivated."), "email"))
    require_no_conflict(account, role, study, subject)


def _require_first(email: str, role: str, study: Study, site: Site | None, subject: Subject | None) -> None:
    same = OfferedRole.objects.filter(
        invitation__email=email.lower(), role=role, study=study, subject=subject, status=OfferStatus.SENT
    )
    if (same.filter(site=site) if subject is None else same).exists():
        require(refused(_("This address is invited to this role already. Send that invitation again."), "email"))


@recorded("invitation.resent", gettext_lazy("Invitation sent again"))
def resend(*, by: User, offer: OfferedRole, origin: str = "") -> OfferedRole:
    """Send the mail again with a new link; the old one no longer works.

    Raises:
        Refused: it was accepted or withdrawn.
    """
    offer = locked(offer, *_RELATED)
    require(policies.change_offer(by, offer))
    renew_invitation(offer.invitation, origin)
    return offer


@recorded("invitation.withdrawn", gettext_lazy("Invitation withdrawn"))
def withdraw_offer(*, by: User, offer: OfferedRole, reason: str) -> OfferedRole:
    """Take an invitation back, or a role that was accepted and still waits for the identity check.

    Raises:
        Refused: the role is in effect; end it instead.
    """
    offer = locked(offer, *_RELATED)
    require(policies.change_offer(by, offer))
    if offer.status == OfferStatus.SENT:
        revoke_invitation(offer.invitation)
    offer.status = OfferStatus.WITHDRAWN
    offer.save()
    return offer


@recorded("invitation.identified", gettext_lazy("Identity of an invited person checked"))
def check_identity(*, by: User, offer: OfferedRole, method: str, checked_on: date, remark: str = "") -> OfferedRole:
    """Record how the identity of somebody was checked who accepted an invitation; their role begins.

    Raises:
        Refused: the sender may not appoint somebody to this role; the person has not accepted yet.
    """
    offer = locked(offer, *_RELATED)
    require(policies.change_offer(by, offer))
    if offer.user is None:
        raise Refused(refused(_("This person has not accepted the invitation yet.")))
    record_identity(by=by, user=offer.user, method=method, checked_on=checked_on, remark=remark)
    return locked(offer, *_RELATED)


@recorded("invitation.taken-up", gettext_lazy("Offered role taken up"))
def take_up(*, by: Any, offer: OfferedRole, user: User) -> OfferedRole:
    """Let an accepted offer become a role, or wait until the person's identity was checked; the portal does this.

    Raises:
        Refused: the person has a role by now that conflicts with this one.
    """
    offer = locked(offer, *_RELATED)
    offer.user = user
    if offer.identity_method and offer.identity_checked_on and not is_identified(user):
        offer.status = OfferStatus.ACCEPTED
        offer.save()
        # Roles that wait for the check begin with it, this one among them.
        record_identity(
            by=by,
            user=user,
            method=offer.identity_method,
            checked_on=offer.identity_checked_on,
            checked_by=offer.offered_by,
        )
        return locked(offer, *_RELATED)
    if is_identified(user):
        _begin(offer, user)
    else:
        offer.status = OfferStatus.ACCEPTED
    offer.save()
    return offer


def _begin(offer: OfferedRole, user: User) -> None:
    require(OFFER_LIFECYCLE.may_move(offer.status, OfferStatus.IN_EFFECT))
    offer.membership = make_membership(
        user=user,
        role=offer.role,
        study=offer.study,
        # A participant's role is held for the subject, wherever that is cared for.
        site=None if offer.role == Role.PART else offer.site,
        subject=offer.subject,
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        approved_by=offer.offered_by,
    )
    offer.status = OfferStatus.IN_EFFECT
