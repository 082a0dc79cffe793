"""Accounts as those who run the installation see them: no clinical data, no study, no role."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from trialcrm.audit import context
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.core.decisions import require
from trialcrm.users.models import IdentityCheck, SignInAttempts, User
from trialcrm.users.policies import lock_rule, operate

from .factors import REAL

#: What people are shown of their own account; reading and signing records is told elsewhere.
OWN_EVENTS = Q(action__startswith="account.") | Q(action__startswith="signature.")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account: open or closed, when last used, how many devices are signed in, and until when it is locked."""

    user: User
    sessions: int
    has_factor: bool
    is_identified: bool
    locked_until: datetime | None


def accounts(by: Any, words: str = "") -> list[AccountRow]:
    """All accounts, or those whose name or address holds the words, by name.

    Raises:
        Refused: only operators list accounts.
    """
    require(operate(by))
    rows = User.objects.filter(Q(name__icontains=words) | Q(email__icontains=words)).annotate(
        session_count=Count("usersession", distinct=True),
        factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=REAL)),
        identified=Exists(IdentityCheck.objects.filter(user=OuterRef("pk"))),
    )
    found = list(rows.order_by("name", "pk"))
    locked = _locks(found)
    return [AccountRow(user, user.session_count, user.factor, user.identified, locked.get(user.pk)) for user in found]


def _locks(users: list[User]) -> dict[uuid.UUID, datetime]:
    digests = {context.digest(user.email): user.pk for user in users}
    now = clock.now()
    held = SignInAttempts.objects.filter(address__in=digests)
    until = {digests[item.address]: lock_rule().locked_until(item.times, now) for item in held}
    return {pk: moment for pk, moment in until.items() if moment}


def security_events(user: Any, number: int = 20) -> QuerySet[AuditLog]:
    """The newest security events of somebody's own account."""
    about = Q(entity_type="users.User", entity_id=str(user.pk))
    return AuditLog.objects.filter(OWN_EVENTS, about | Q(actor_id=user.pk)).order_by("-id")[:number]
