"""What a signature says, what it is bound to, and what has changed since (21 CFR 11.50, 11.70; Annex 11 section 14)."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Meaning(TextChoices):
    """What the signer says by signing (21 CFR 11.50(a)(3))."""

    REVIEWED = "reviewed", _("Reviewed and approved")
    RESPONSIBLE = "responsible", _("Responsible")
    ELIGIBLE = "eligible", _("Eligibility confirmed")
    CAUSALITY = "causality", _("Causality assessed")
    PRESCRIBED = "prescribed", _("Prescribed")
    DISPENSED = "dispensed", _("Dispensed")
    VERIFIED = "verified", _("Verified")
    CONSENT = "consent", _("Consent obtained")
    AUTHORISED = "authorised", _("Authorised")
    ACCEPTED = "accepted", _("Accepted")


#: The sentence under which the signer puts their name.
STATEMENTS = {
    Meaning.REVIEWED: _("I have reviewed this record and approve it."),
    Meaning.RESPONSIBLE: _("I am responsible for this record."),
    Meaning.ELIGIBLE: _("I confirm that this participant meets every criterion of the protocol."),
    Meaning.CAUSALITY: _("I have assessed this event, its seriousness and its causality as shown here."),
    Meaning.PRESCRIBED: _("I prescribe this treatment as shown here."),
    Meaning.DISPENSED: _("I have dispensed what is shown here."),
    Meaning.VERIFIED: _("I have verified what is shown here against its source."),
    Meaning.CONSENT: _("I have obtained the consent shown here."),
    Meaning.AUTHORISED: _("I authorise this person to carry out these tasks under my responsibility."),
    Meaning.ACCEPTED: _("I accept these tasks and am qualified for them."),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of what is signed: the field's name and label, its value, and the words in which it was shown."""

    name: str
    label: str
    value: Any
    shown: str


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody has just shown who they are, and the digest of what they had in front of them."""

    user_id: uuid.UUID
    method: str
    shown: str


@dataclass(frozen=True, slots=True)
class Change:
    """A line that is no longer as it was signed."""

    label: str
    old: str
    new: str


def digest_of(entity: str, items: Iterable[Item]) -> str:
    """SHA-256 over the record's identity and every line as it was shown."""
    text = json.dumps([entity, [asdict(item) for item in items]], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def changes_since(signed: Sequence[Item], now: Sequence[Item]) -> list[Change]:
    """The lines whose value differs from what was signed, in the order of now; lines that are gone come last."""
    before = {item.name: item for item in signed}
    after = {item.name: item for item in now}
    changed = [
        Change(item.label, before[item.name].shown if item.name in before else "", item.shown)
        for item in now
        if item.name not in before or before[item.name].value != item.value
    ]
    return changed + [Change(item.label, item.shown, "") for item in signed if item.name not in after]
