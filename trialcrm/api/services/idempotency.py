"""Doing a call once, however often it is sent: a key that the caller chose stands for one call."""

import hashlib
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from trialcrm.api.domain.problems import Problem
from trialcrm.api.models import KeptAnswer


def digest_of_call(method: str, address: str, body: bytes) -> str:
    """What tells one call from another."""
    return hashlib.sha256(b"\0".join([method.encode(), address.encode(), body])).hexdigest()


def claim(person: Any, key: str, call: str) -> KeptAnswer | None:
    """Take the key for this call, within the caller's transaction; None where it was done before.

    Whoever comes with the same key meanwhile waits until this transaction ends.

    Raises:
        Problem: the key was used for another call (422).
    """
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(person=person, key=key, call=call)
    except IntegrityError:
        earlier = KeptAnswer.objects.get(person=person, key=key)
        if earlier.call != call:
            raise Problem(422, "This Idempotency-Key was used for another call.") from None
        return None


def keep(answer: KeptAnswer, record_id: UUID | None) -> None:
    """Note which record the call made or changed; none where it was about no single one."""
    answer.record_id = record_id
    answer.save(update_fields=["record_id"])


def kept_record(person: Any, key: str) -> UUID | None:
    """The record that the call with this key made or changed."""
    return KeptAnswer.objects.get(person=person, key=key).record_id


def give_back(answer: KeptAnswer) -> None:
    """Nothing came of the call; the key is free again."""
    answer.delete()
