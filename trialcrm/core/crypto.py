"""Encryption at rest: a ring of master keys, one data key per person, and an index that can be looked up blindly.

The master keys come from the environment and wrap data keys; data keys seal the values. Rotating a master key
re-wraps data keys only; destroying one data key makes that person's values unreadable everywhere, also in the
history, which holds nothing but ciphertext (GDPR Articles 17 and 32).
"""

import hashlib
import hmac
import os
import unicodedata
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class Unreadable(Exception):
    """A sealed value whose key is not on the ring, was destroyed, or that was altered."""


def new_data_key() -> bytes:
    return AESGCM.generate_key(bit_length=256)


def wrap(data_key: bytes) -> str:
    """Seal a data key with the newest master key; the text names that key's id."""
    key_id, master = next(iter(settings.ENCRYPTION_KEYS.items()))
    return f"{key_id}:{seal(master, b64encode(data_key).decode(), key_id)}"


def unwrap(wrapped: str) -> bytes:
    """The data key behind a wrapped one.

    Raises:
        Unreadable: the master key is not on the ring, or the text was altered.
    """
    key_id, _, sealed = wrapped.partition(":")
    if key_id not in settings.ENCRYPTION_KEYS:
        raise Unreadable(f"the key {key_id!r} is not on the ring")
    return b64decode(reveal(settings.ENCRYPTION_KEYS[key_id], sealed, key_id))


def seal(key: bytes, text: str, place: str) -> str:
    """Encrypt text (AES-256-GCM) so that it opens only at the same place, for example one record's one field."""
    nonce = os.urandom(NONCE_BYTES)
    return b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), place.encode())).decode()


def reveal(key: bytes, sealed: str, place: str) -> str:
    """Decrypt what `seal` made.

    Raises:
        Unreadable: wrong key, wrong place, or altered text.
    """
    try:
        raw = b64decode(sealed)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable(f"a sealed value at {place} does not open") from error


def blind_index(text: str, purpose: str) -> str:
    """A keyed digest by which equal texts find each other, regardless of case, accents and outer spaces."""
    message = f"{purpose}\x00{fold(text)}".encode()
    return hmac.new(settings.ENCRYPTION_INDEX_KEY, message, hashlib.sha256).hexdigest()[:32]


def fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
