"""Invitations to have an account, and how it was checked who somebody is."""

from datetime import datetime
from hashlib import sha256

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """Who asked that there be an account."""

    INVITED = "invited", _("Invited")
    ASKED = "asked", _("Asked for an account")


class Standing(TextChoices):
    """What an invitation is worth now."""

    OPEN = "open", _("Open")
    EXPIRED = "expired", _("Expired")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class IdentityMethod(TextChoices):
    """How somebody saw that a person is who they say (21 CFR 11.100(b))."""

    DOCUMENT = "document", _("Saw an identity document, in person")
    VIDEO = "video", _("Saw an identity document, by video")
    EMPLOYER = "employer", _("Confirmed by the employer")
    KNOWN = "known", _("Knows the person")


def standing(
    expires_at: datetime, accepted_at: datetime | None, withdrawn_at: datetime | None, now: datetime
) -> Standing:
    """What an invitation is worth: it works once, and only until it expires."""
    if accepted_at:
        return Standing.ACCEPTED
    if withdrawn_at:
        return Standing.WITHDRAWN
    return Standing.EXPIRED if now >= expires_at else Standing.OPEN


def digest_of_token(token: str) -> str:
    """What is kept of a link's secret: enough to know it again, nothing to make it from (it is 256 random bits)."""
    return sha256(token.encode()).hexdigest()
