"""Informed consent: versions of the document, and one person's consent to one version (ICH E6(R3) 2.8)."""

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from trialcrm.core.lifecycle import Lifecycle


class VersionStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    EFFECTIVE = "effective", _("Effective")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentStatus(TextChoices):
    DISCUSSED = "discussed", _("Discussed")
    SIGNED = "signed_by_participant", _("Signed by participant")
    ACTIVE = "active", _("Active")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DECLINED = "declined", _("Declined")
    INVALID = "invalid", _("Invalid")


class Capacity(TextChoices):
    SELF = "self", _("Participant")
    LAR = "lar", _("Legally acceptable representative")
    WITNESS = "witness", _("Witness")
    ASSENT = "assent", _("Assent")


class Mode(TextChoices):
    IN_PERSON = "in_person", _("In person")
    REMOTE = "remote", _("Remote")


class Method(TextChoices):
    WET_INK = "wet_ink", _("Ink on paper")
    ELECTRONIC = "electronic", _("Electronic")


_V, _C = VersionStatus, ConsentStatus

#: Consents that were given, whether or not they still hold; one that was recorded in error never was.
GIVEN = frozenset({_C.ACTIVE, _C.SUPERSEDED, _C.WITHDRAWN})

VERSION_LIFECYCLE = Lifecycle.of(
    "consent version",
    VersionStatus,
    {
        _V.DRAFT: {_V.APPROVED, _V.WITHDRAWN},
        _V.APPROVED: {_V.EFFECTIVE, _V.WITHDRAWN},
        _V.EFFECTIVE: {_V.SUPERSEDED, _V.WITHDRAWN},
    },
)

#: Versions that are in force, or once were.
RELEASED = frozenset({_V.EFFECTIVE, _V.SUPERSEDED, _V.WITHDRAWN})


def in_force(status: str, effective_from: date | None, superseded_on: date | None, on: date) -> bool:
    """Whether a version could be signed on a day: released, begun, and not yet superseded (its last day included)."""
    if status not in RELEASED or effective_from is None:
        return False
    return effective_from <= on and (superseded_on is None or on <= superseded_on)


CONSENT_LIFECYCLE = Lifecycle.of(
    "consent",
    ConsentStatus,
    {
        _C.DISCUSSED: {_C.SIGNED, _C.DECLINED},
        _C.SIGNED: {_C.ACTIVE, _C.INVALID},
        _C.ACTIVE: {_C.SUPERSEDED, _C.WITHDRAWN, _C.INVALID},
    },
)
