"""Guessing passwords ends after a few attempts (21 CFR 11.300(d)).

Addresses with and without an account are counted, locked and answered alike, so that nothing tells them apart.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trialcrm.audit import context
from trialcrm.audit.acts import SystemActor
from trialcrm.audit.log import note
from trialcrm.audit.recording import recorded
from trialcrm.core import clock
from trialcrm.core.decisions import Refused, refused, require
from trialcrm.users import mails
from trialcrm.users.models import SignInAttempts, User
from trialcrm.users.policies import lock_rule, operate_on


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt under way, and the how-manieth of those that count."""

    address: str
    number: int
    at: datetime


def begin(address: str) -> Attempt:
    """Count an attempt before the password is looked at: attempts made at the same moment cannot pass the limit.

    Raises:
        Refused: the address is locked; the reason says until when. A right password is refused as well.
    """
    now = clock.now()
    with transaction.atomic():
        held = _held(address, now)
        until = lock_rule().locked_until(held.times, now)
        if until is None:
            held.times = [*lock_rule().recent(held.times, now), now]
            held.save(update_fields=["times"])
    if until is not None:
        refuse(address, "locked")
        raise _locked(until, now)
    return Attempt(address, len(held.times), now)


def failed(attempt: Attempt) -> None:
    """Log that the password was wrong; with the last attempt allowed, lock the address and tell people by mail.

    Raises:
        Refused: the address is locked from now on; the reason says until when.
    """
    _log("account.sign-in-failed", _("Sign-in failed"), attempt.address)
    if attempt.number < lock_rule().attempts:
        return
    until = attempt.at + lock_rule().span
    _log("account.locked", _("Sign-in locked after too many attempts"), attempt.address, until=until.isoformat())
    mails.tell_of_lock(attempt.address, _account(attempt.address), _digest(attempt.address), until)
    raise _locked(until, clock.now())


def passed(attempt: Attempt) -> None:
    """Forget the failures of this address, and those of any other that are too old to count."""
    SignInAttempts.objects.filter(address=_digest(attempt.address)).update(times=[])
    with transaction.atomic():
        old = SignInAttempts.objects.filter(last_at__lt=attempt.at - 2 * lock_rule().span)
        # Two people who sign in at once would otherwise wait for each other's rows in different orders.
        found = list(old.select_for_update(skip_locked=True).values_list("address", flat=True))
        SignInAttempts.objects.filter(address__in=found).delete()


@recorded("account.unlocked", gettext_lazy("Sign-in unlocked"))
def unlock(*, by: Any, user: User, reason: str) -> User:
    """Let somebody sign in again before their lock ends.

    Raises:
        Refused: only an operator does this.
    """
    require(operate_on(by, user))
    SignInAttempts.objects.filter(address=_digest(user.email)).update(times=[])
    return user


def refuse(address: str, why: str) -> None:
    """Log an attempt that was turned away whatever its password was."""
    _log("account.sign-in-refused", _("Sign-in refused"), address, why=why)


def _held(address: str, now: datetime) -> SignInAttempts:
    """The row of the address, locked until the transaction ends; one statement makes it or locks the one there."""
    fresh = SignInAttempts(address=_digest(address), last_at=now)
    SignInAttempts.objects.bulk_create(
        [fresh], update_conflicts=True, unique_fields=["address"], update_fields=["last_at"]
    )
    return SignInAttempts.objects.get(address=fresh.address)


def _log(action: str, says: str, address: str, **facts: str) -> None:
    # Whoever typed the address has not shown who they are, so the portal is the actor and the account what it is about.
    facts = {"address": _digest(address), **facts}
    note(action, says, by=SystemActor("sign-in"), about=_account(address), facts=facts)


def _digest(address: str) -> str:
    return context.digest(address.lower())


def _account(address: str) -> User | None:
    return User.objects.filter(email=address.lower()).first()


def _locked(until: datetime, now: datetime) -> Refused:
    minutes = math.ceil((until - now).total_seconds() / 60)
    words = ngettext(
        "Too many attempts failed. This address is locked for %(minutes)s more minute, until %(until)s UTC.",
        "Too many attempts failed. This address is locked for %(minutes)s more minutes, until %(until)s UTC.",
        minutes,
    )
    return Refused(refused(words % {"minutes": minutes, "until": f"{until:%H:%M}"}))
