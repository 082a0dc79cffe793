"""What a token is worth: what it lets a program do, for how long, and how its secret is known again."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

#: Stands before every secret, so that programs which look for leaked ones find those of this portal.
PREFIX = "trialcrm_"
SECRET = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
HINT_LENGTH = len(PREFIX) + 4
#: The last day of a token is at most this far away, today included.
LONGEST = timedelta(days=366)
#: From when on its owner is told that it runs out.
SOON = timedelta(days=14)
#: The time of its last use is written no more often than this.
USE_NOTED_EVERY = timedelta(minutes=1)


class Verb(TextChoices):
    """What a token was made for, besides what its owner may do at all."""

    READ = "read", _("Read records")
    CREATE = "create", _("Create records")
    CHANGE = "change", _("Change records")
    ACT = "act", _("Carry out steps, like completing a visit")


#: What a program under a name of its own does: whoever makes it may lack the rights of the role that it gets.
SERVICE_VERBS = frozenset({Verb.READ})


class State(TextChoices):
    """What a token is worth now."""

    VALID = "valid", _("Valid")
    EXPIRING = "expiring", _("Expires soon")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


USABLE = frozenset({State.VALID, State.EXPIRING})


def state_of(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> State:
    """What a token is worth: it works until it expires or is revoked, and is shown as expiring two weeks before."""
    if revoked_at:
        return State.REVOKED
    if now >= expires_at:
        return State.EXPIRED
    return State.EXPIRING if expires_at - now <= SOON else State.VALID


def ends_at(last_day: date, zone: str) -> datetime:
    """The midnight after the last day in the owner's IANA zone, in UTC."""
    return datetime.combine(last_day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC)


def is_secret(text: str) -> bool:
    """Whether a text has the form of a secret; anything else need not be looked up."""
    return SECRET.fullmatch(text) is not None


def digest_of(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so that a plain SHA-256 is enough:
    nobody guesses it back, with or without salt and delay.
    """
    return sha256(secret.encode()).hexdigest()


def hint_of(secret: str) -> str:
    """The first characters, by which its owner knows a token again; 232 bits stay unknown."""
    return secret[:HINT_LENGTH]


def in_words(verbs: Iterable[str]) -> str:
    """What a token may do, in the order of the verbs."""
    held = set(verbs)
    return ", ".join(str(verb.label) for verb in Verb if verb in held)
