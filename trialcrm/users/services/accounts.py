"""What happens to accounts."""

from typing import Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import refused, require
from trialcrm.core.ids import new_id
from trialcrm.users import policies
from trialcrm.users.models import User

from .sessions import end_all_sessions


@recorded("account.created", gettext_lazy("Account created"))
def create_account(
    *, by: Any, email: str, name: str, password: str | None = None, time_zone: str = "", is_operator: bool = False
) -> User:
    """Make an account. It may see nothing until it gets a membership.

    Raises:
        Refused: the address has, or had, an account; or the password is too weak.
    """
    address = BaseUserManager.normalize_email(email).lower()
    user = User(email=address, name=name, time_zone=time_zone, is_operator=is_operator)
    if User.objects.filter(email=address).exists():
        taken = _("This address has, or had, an account. Addresses are never given to another person.")
        require(refused(taken, "email"))
    if password is None:
        user.set_unusable_password()
    else:
        _require_strong(password, user)
        user.set_password(password)
    user.save()
    return user


@recorded("account.service-created", gettext_lazy("Service account created"))
def create_service_account(*, by: User, name: str) -> User:
    """Make an account for a program. It has no password and no mailbox, and cannot sign in by any way.

    Nobody checks the identity of a program: `by` answers for it, is named in it for good (21 CFR 11.100(b)), and is a
    person who may give roles, which is asked by whoever calls this.

    Raises:
        Refused: a program makes no other; the name is empty.
    """
    if by.is_service:
        require(refused(_("A service account makes no accounts.")))
    if not name.strip():
        require(refused(_("Write the name."), "account_name"))
    # The domain is one that no mail can be sent to (RFC 2606).
    user = User(email=f"{new_id().hex}@service.invalid", name=name.strip(), is_service=True, answered_by=by)
    user.set_unusable_password()
    user.save()
    return user


def _require_strong(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        require(refused(" ".join(error.messages), "password"))


@recorded("account.deactivated", gettext_lazy("Account deactivated"))
def deactivate_account(*, by: Any, user: User, reason: str) -> User:
    """Close an account for good or for a while; it stays in the record of everything it did, and its sessions end.

    Raises:
        Refused: only an operator does this, and not to their own account.
    """
    require(policies.operate_on(by, user))
    user.is_active = False
    user.save()
    end_all_sessions(user=user)
    return user


@recorded("account.reactivated", gettext_lazy("Account reactivated"))
def reactivate_account(*, by: Any, user: User, reason: str) -> User:
    """Open a closed account again, for the same person.

    Raises:
        Refused: only an operator does this, and not to their own account.
    """
    require(policies.operate_on(by, user))
    user.is_active = True
    user.save()
    return user


@recorded("account.changed", gettext_lazy("Account changed"))
def change_time_zone(*, by: User, time_zone: str) -> User:
    """Set the zone (an IANA name) in which a person sees times that belong to no site; everybody sets their own."""
    by.time_zone = time_zone
    by.save()
    return by


@recorded("account.renamed", gettext_lazy("Name changed"))
def change_name(*, by: Any, user: User, name: str, reason: str) -> User:
    """Change the name that stands under somebody's signatures from now on; earlier ones keep the name they had.

    Raises:
        Refused: only an operator does this, for somebody else; the name is empty.
    """
    require(policies.operate_on(by, user))
    if not name.strip():
        require(refused(_("Write the name."), "name"))
    user.name = name.strip()
    user.save()
    return user
