"""Sealed values open only with their key and at their place."""

from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialcrm.core import crypto

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@given(text=st.text(max_size=200), place=st.text(max_size=40))
def test_what_was_sealed_opens_again(text: str, place: str) -> None:
    key = crypto.new_data_key()

    assert crypto.reveal(key, crypto.seal(key, text, place), place) == text


def test_equal_texts_are_sealed_differently_each_time() -> None:
    assert crypto.seal(OLD, "Grace", "name") != crypto.seal(OLD, "Grace", "name")


@pytest.mark.parametrize(
    ("key", "place"), [(NEW, "identity/1/name"), (OLD, "identity/2/name"), (OLD, "identity/1/phone")]
)
def test_with_another_key_or_at_another_place_it_does_not_open(key: bytes, place: str) -> None:
    sealed = crypto.seal(OLD, "Grace", "identity/1/name")

    with pytest.raises(crypto.Unreadable, match="does not open"):
        crypto.reveal(key, sealed, place)


def test_an_altered_value_does_not_open() -> None:
    raw = bytearray(b64decode(crypto.seal(OLD, "Grace", "name")))
    raw[-1] ^= 1

    with pytest.raises(crypto.Unreadable):
        crypto.reveal(OLD, b64encode(bytes(raw)).decode(), "name")


@pytest.mark.parametrize("text", ["", "x", "not base64 at all!", "AAAA"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(crypto.Unreadable):
        crypto.reveal(OLD, text, "name")


def test_a_new_master_key_wraps_and_old_ones_still_unwrap(settings: Any) -> None:
    data_key = crypto.new_data_key()
    settings.ENCRYPTION_KEYS = {"2025": OLD}
    wrapped = crypto.wrap(data_key)

    settings.ENCRYPTION_KEYS = {"2026": NEW, "2025": OLD}
    assert crypto.unwrap(wrapped) == data_key
    assert crypto.wrap(data_key).startswith("2026:")

    settings.ENCRYPTION_KEYS = {"2026": NEW}
    with pytest.raises(crypto.Unreadable, match="2025"):
        crypto.unwrap(wrapped)


@pytest.mark.parametrize(
    ("one", "other"), [("Grace", "grace"), (" Grace ", "Grace"), ("José", "Jose"), ("STRASSE", "straße")]
)
def test_an_index_finds_equal_texts_regardless_of_case_accents_and_spaces(one: str, other: str) -> None:
    assert crypto.blind_index(one, "name") == crypto.blind_index(other, "name")


def test_an_index_tells_nothing_without_its_key_and_its_purpose(settings: Any) -> None:
    index = crypto.blind_index("Grace", "name")

    assert crypto.blind_index("Grace", "number") != index
    assert crypto.blind_index("Grave", "name") != index
    settings.ENCRYPTION_INDEX_KEY = NEW
    assert crypto.blind_index("Grace", "name") != index
