"""A rule answers in words."""

import pytest
from django.utils.translation import gettext_lazy

from trialcrm.core.decisions import ALLOWED, Decision, Refused, StaleRecord, first_refusal, refused, require


def test_what_is_allowed_goes_on_silently() -> None:
    require(ALLOWED)
    assert ALLOWED
    assert not refused("No.")


def test_a_refusal_carries_its_sentence_and_its_field() -> None:
    with pytest.raises(Refused, match="Too early") as caught:
        require(refused(gettext_lazy("Too early."), "starts_on"))

    assert caught.value.field == "starts_on"
    assert caught.value.decision.reason == "Too early."


def test_the_first_rule_that_refuses_speaks() -> None:
    assert first_refusal(ALLOWED, refused("First."), refused("Second.")) == Decision(False, "First.")
    assert first_refusal(ALLOWED, ALLOWED) is ALLOWED
    assert first_refusal() is ALLOWED


def test_a_stale_record_is_refused_like_anything_else() -> None:
    with pytest.raises(Refused):
        raise StaleRecord(refused("Somebody was faster."))
