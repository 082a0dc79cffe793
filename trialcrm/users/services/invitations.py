"""Accounts come about by a link in a mail, which proves that the address is the person's."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish
from trialcrm.users import mails
from trialcrm.users.domain.invitations import Kind, Standing, digest_of_token
from trialcrm.users.events import InvitationAccepted
from trialcrm.users.models import Invitation, User

from .accounts import create_account

#: How long whoever asked for an account waits before another mail is sent.
PATIENCE = timedelta(minutes=15)


def make_invitation(*, by: Any, email: str, name: str, origin: str) -> Invitation:
    """Invite somebody, inside an act under way; the mail goes when it is committed.

    `origin` is where the portal is, like https://trial.example.org. The mail names no study, no site and no role.
    """
    invitation = Invitation(email=plain(email), name=name.strip(), invited_by_id=by.pk)
    _send(invitation, origin)
    return invitation


def plain(email: str) -> str:
    """An address as accounts hold it."""
    return BaseUserManager.normalize_email(email).lower()


def renew_invitation(invitation: Invitation, origin: str) -> Invitation:
    """Send the mail again, inside an act under way; the link sent before no longer works.

    Raises:
        Refused: it was accepted or withdrawn.
    """
    _require_unused(invitation)
    invitation.sent_at = clock.now()
    _send(invitation, origin)
    return invitation


def revoke_invitation(invitation: Invitation) -> Invitation:
    """Make the link worthless, inside an act under way.

    Raises:
        Refused: it was accepted or withdrawn.
    """
    _require_unused(invitation)
    invitation.withdrawn_at = clock.now()
    invitation.save()
    return invitation


def _require_unused(invitation: Invitation) -> None:
    if invitation.standing in (Standing.ACCEPTED, Standing.WITHDRAWN):
        require(refused(_("This invitation was accepted or withdrawn already.")))


def _send(invitation: Invitation, origin: str) -> None:
    token = secrets.token_urlsafe(32)
    invitation.token, invitation.token_digest = token, digest_of_token(token)
    invitation.expires_at = clock.now() + timedelta(hours=settings.INVITATION_HOURS)
    invitation.save()
    link = f"{origin.rstrip('/')}{reverse('users-invitation', args=[token])}"
    asked = invitation.kind == Kind.ASKED
    to, until = invitation.email, invitation.expires_at
    transaction.on_commit(lambda: mails.tell_of_invitation(to, link, until, asked=asked))


@recorded("invitation.accepted", gettext_lazy("Invitation accepted"))
def accept_invitation(*, by: Any, invitation: Invitation, name: str, password: str) -> Invitation:
    """Make the account of whoever holds the link; they choose password and name.

    Raises:
        Refused: the link is spent, or the address has an account by now; the password is too weak.
    """
    invitation = _held(invitation)
    account = create_account(by=by, email=invitation.email, name=name.strip(), password=password)
    return _accepted(invitation, account)


@recorded("invitation.taken", gettext_lazy("Invitation taken up"))
def take_invitation(*, by: User, invitation: Invitation) -> Invitation:
    """Take up an invitation with the account that one has.

    Raises:
        Refused: the link is spent, or was sent to another address.
    """
    invitation = _held(invitation)
    if invitation.email != by.email:
        require(refused(_("This invitation was sent to another address. Sign in with the account of that address.")))
    return _accepted(invitation, by)


def _held(invitation: Invitation) -> Invitation:
    found = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if found.standing != Standing.OPEN:
        require(refused(_("This link is spent. Ask whoever invited you to send another one.")))
    return found


def _accepted(invitation: Invitation, account: User) -> Invitation:
    invitation.accepted_at, invitation.account = clock.now(), account
    invitation.save()
    publish(InvitationAccepted(invitation.pk, account.pk))
    return invitation


@recorded("account.asked-for", gettext_lazy("An account was asked for"))
def ask_for_account(*, by: Any, email: str, name: str, origin: str) -> Invitation | None:
    """Send somebody a link with which they make an account that may see nothing yet.

    Every address gets one mail and the same answer, whether it has an account or not.
    """
    address = plain(email)
    if User.objects.filter(email=address).exists():
        link = f"{origin.rstrip('/')}{reverse('account_login')}"
        transaction.on_commit(lambda: mails.tell_of_account(address, link))
        return None
    earlier = Invitation.objects.filter(email=address, sent_at__gt=clock.now() - PATIENCE, withdrawn_at=None)
    if earlier.exists():
        return None
    invitation = Invitation(email=address, name=name.strip(), kind=Kind.ASKED)
    _send(invitation, origin)
    return invitation
