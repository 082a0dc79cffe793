"""Putting one's name under exactly what was shown (21 CFR 11.50, 11.70, 11.100)."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trialcrm.access.roles import Role
from trialcrm.access.scope import scope_of
from trialcrm.audit.log import place_of
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import StaleRecord, refused, require
from trialcrm.users.domain.signatures import Proof, digest_of
from trialcrm.users.models import Signature, User
from trialcrm.users.selectors.signatures import content_of


@recorded("signature.given", gettext_lazy("Signed"))
def sign(*, by: User, record: Any, meaning: str, proof: Proof) -> Signature:
    """Put a name under a record that the caller holds locked; called inside the act that the signature stands for.

    Raises:
        Refused: nobody signs for somebody else; a program or an operator signs nothing (21 CFR 11.100(a)); no role at
            the record's place.
        StaleRecord: the record is no longer what was shown.
    """
    if proof.user_id != by.pk:
        require(refused(_("Nobody signs for somebody else.")))
    if by.is_service:
        require(refused(_("A service account signs nothing: a signature is a person's own.")))
    roles = _roles(by, record)
    items = content_of(record)
    digest = digest_of(f"{record._meta.label} {record.pk}", items)
    if digest != proof.shown:
        changed = _("This changed while it was open here. Read it again as it is now, then sign.")
        raise StaleRecord(refused(changed))
    signature = Signature(
        **place_of(record),
        entity_type=record._meta.label,
        entity_id=record.pk,
        meaning=meaning,
        signer=by,
        printed_name=by.name,
        role=", ".join(str(Role(role).label) for role in roles),
        method=proof.method,
        content=[asdict(item) for item in items],
        digest=digest,
    )
    signature.save()
    return signature


def _roles(by: User, record: Any) -> list[str]:
    place = place_of(record)
    roles = [role for role in scope_of(by).roles_at(place["site_id"], place["study_id"]) if role != Role.PART]
    if by.is_operator or not roles:
        require(refused(_("Only somebody with a role in the study signs its records.")))
    return roles
