"""Recording how it was checked who somebody is."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import refused, require
from trialcrm.core.events import publish
from trialcrm.users.domain.invitations import IdentityMethod
from trialcrm.users.events import IdentityChecked
from trialcrm.users.models import IdentityCheck, User


@recorded("account.identified", gettext_lazy("Identity checked"))
def record_identity(
    *, by: Any, user: User, method: str, checked_on: date, remark: str = "", checked_by: User | None = None
) -> IdentityCheck:
    """Record who saw that a person is who they say, how and when (21 CFR 11.100(b)); roles that wait for it begin.

    Whether `by` may vouch for the person is asked by whoever calls this: it depends on the role that is waiting.

    Raises:
        Refused: nobody vouches for themselves; the day is still to come; no such way of checking.
    """
    if by.pk == user.pk:
        require(refused(_("Nobody vouches for themselves.")))
    if method not in IdentityMethod.values:
        require(refused(_("Say how the identity was checked."), "method"))
    if checked_on > clock.today("UTC") and checked_on > clock.today(user.time_zone or "UTC"):
        require(refused(_("This day is still to come."), "checked_on"))
    check = IdentityCheck(
        user=user,
        checked_by_id=checked_by.pk if checked_by else by.pk,
        method=method,
        checked_on=checked_on,
        remark=remark,
    )
    check.save()
    publish(IdentityChecked(user.pk))
    return check
