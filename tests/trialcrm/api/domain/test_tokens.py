"""What a token is worth when, and how its secret is known again."""

from datetime import date, timedelta

import pytest

from tests.support.cast import at
from trialcrm.api.domain.tokens import PREFIX, State, digest_of, ends_at, hint_of, in_words, is_secret, state_of

NOW = at("2026-03-09 14:00")
SECRET = f"{PREFIX}{'aB3-' * 10}xyz"


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (timedelta(days=15), State.VALID),
        (timedelta(days=14), State.EXPIRING),
        (timedelta(seconds=1), State.EXPIRING),
        (timedelta(0), State.EXPIRED),
        (-timedelta(days=1), State.EXPIRED),
    ],
)
def test_a_token_is_said_to_expire_two_weeks_before_it_does(left: timedelta, state: State) -> None:
    assert state_of(NOW + left, None, NOW) == state


def test_a_revoked_token_is_revoked_whenever_it_would_have_expired() -> None:
    assert state_of(NOW + timedelta(days=90), NOW, NOW) == State.REVOKED
    assert state_of(NOW - timedelta(days=90), NOW, NOW) == State.REVOKED


def test_a_token_ends_after_its_last_day_where_its_owner_is() -> None:
    assert ends_at(date(2026, 3, 9), "America/New_York") == at("2026-03-10 04:00")
    assert ends_at(date(2026, 3, 9), "UTC") == at("2026-03-10 00:00")


@pytest.mark.parametrize("text", ["", PREFIX, SECRET[:-1], f"{SECRET}x", f" {SECRET}", SECRET.replace("B", "ß")])
def test_what_has_not_the_form_of_a_secret_is_none(text: str) -> None:
    assert is_secret(SECRET)
    assert not is_secret(text)


def test_the_hint_is_the_beginning_and_the_digest_shows_nothing_of_the_secret() -> None:
    assert hint_of(SECRET) == f"{PREFIX}aB3-"
    assert len(digest_of(SECRET)) == 64
    assert "aB3" not in digest_of(SECRET)


def test_verbs_are_told_in_their_own_order() -> None:
    assert in_words(["change", "read"]) == "Read records, Change records"
