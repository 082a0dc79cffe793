"""What can happen to accounts and signatures, told upward: ids and plain values only."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SigningFailed:
    """Somebody failed to sign so often that their session was ended (21 CFR 11.300(d))."""

    user_id: uuid.UUID
    study_id: uuid.UUID | None
    site_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class InvitationAccepted:
    """Somebody with an account has taken up an invitation."""

    invitation_id: uuid.UUID
    user_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class IdentityChecked:
    """It was recorded how somebody's identity was checked."""

    user_id: uuid.UUID
