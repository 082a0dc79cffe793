"""Second factors: checking a code, and helping somebody who has lost theirs."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy

from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import require
from trialcrm.users import mails, policies
from trialcrm.users.models import User

from . import lock
from .sessions import end_all_sessions


def has_code(user: User, code: str) -> bool:
    """Whether this is a code of the person's authenticator app now; each works once, and guessing is counted.

    Raises:
        Refused: too many attempts failed; the address is locked.
    """
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is None:
        return False
    attempt = lock.begin(user.email)
    if not app.wrap().validate_code(code.replace(" ", "")):
        lock.failed(attempt)
        return False
    lock.passed(attempt)
    return True


@recorded("account.factors-reset", gettext_lazy("Second factors removed"))
def reset_factors(*, by: Any, user: User, reason: str) -> User:
    """Remove all second factors of somebody who has lost them, and sign them out; they are told by mail.

    Raises:
        Refused: only an operator does this, and for somebody else.
    """
    require(policies.operate_on(by, user))
    Authenticator.objects.filter(user=user).delete()
    end_all_sessions(user=user)
    mails.tell_of_factor(user, removed=True)
    return user
