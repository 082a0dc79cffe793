"""Signing in tests: a proof without a password for services, and what somebody types for pages."""

from typing import Any

from tests.support.cast import PASSWORD
from trialcrm.users.selectors.signatures import digest_of_record
from trialcrm.users.services.proofs import witnessed as proof_for

__all__ = ["proof_for", "typed"]


def typed(user: Any, record: Any, **changed: str) -> dict[str, str]:
    """What the form under a record sends when its person signs it."""
    return {"email": user.email, "password": PASSWORD, "shown": digest_of_record(record), **changed}
