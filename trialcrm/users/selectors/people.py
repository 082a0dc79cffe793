"""Who people are to the portal: identified, invited, with which second factors."""

from typing import Any

from django.db.models import QuerySet

from trialcrm.users.domain.invitations import Kind, digest_of_token
from trialcrm.users.models import IdentityCheck, Invitation, User


def is_identified(user: Any) -> bool:
    """Whether it is recorded how the person's identity was checked (21 CFR 11.100(b)).

    A program has none to check: who made its account answers for it and is named in it.
    """
    return user.is_service or IdentityCheck.objects.filter(user_id=user.pk).exists()


def identity_checks_of(user: Any) -> QuerySet[IdentityCheck]:
    """How, when and by whom it was checked who the person is, the first time first."""
    return IdentityCheck.objects.filter(user_id=user.pk).select_related("checked_by")


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation that a link belongs to, whatever it is worth by now."""
    return Invitation.objects.filter(token_digest=digest_of_token(token)).select_related("account").first()


def account_of_address(email: str) -> User | None:
    """The account that has this address, open or closed."""
    return User.objects.filter(email=email.lower()).first()


def may_come_by_single_sign_on(account: User) -> bool:
    """Whether an account was made for the person, and not only asked for by them, or its holder was identified."""
    if not account.is_active or account.is_service:
        return False
    asked = Invitation.objects.filter(account=account, kind=Kind.ASKED).exists()
    invited = Invitation.objects.filter(account=account, kind=Kind.INVITED).exists()
    return not asked or invited or is_identified(account)
