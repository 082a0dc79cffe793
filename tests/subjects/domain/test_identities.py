"""A person's name, birth date and numbers are found in a text, and ordinary words are not taken for them."""

from datetime import date

import pytest

from subjects.domain.identities import mentions, words_of
from subjects.models import Identity

GRACE = Identity(
    full_name="Grace Anne-Marie O'Kafor Li",
    date_of_birth=date(1955, 4, 2),
    medical_record_number="H-48121",
    phone="+1 (555) 010-0123",
    email="grace@example.org",
)


@pytest.mark.parametrize(
    "text",
    [
        "Mrs Kafor called",
        "grace called",
        "GRACE",
        "Marie will come",
        "Gràce with an accent",
        "born 1955-04-02",
        "born 2.4.1955",
        "born 02/04/1955",
        "born 04/02/1955",
        "born 2 April 1955",
        "born 2 Apr 1955",
        "born April 2, 1955",
        "record H-48121",
        "record h-48121.",
        "record 48121",
        "call +1 555 010 0123",
        "call 555-010-0123",
        "call 15550100123 after noon",
        "write to Grace@Example.org",
        "Grace Anne-Marie O'Kafor Li",
    ],
)
def test_what_says_who_somebody_is_is_found(text):
    assert mentions(text, GRACE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The participant will come on 2026-04-02",
        "701-014 had a graceful gait",
        "Dose 48 mg, 121 ml",
        "Lithium stopped, Li level taken",
        "Seen on 2 April 2026, blood pressure 130/85",
        "Sample 5550",
    ],
)
def test_ordinary_text_passes(text):
    assert not mentions(text, GRACE)


def test_an_identity_that_knows_only_a_name_is_searched_for_that_alone():
    assert not mentions("Nothing here", Identity(full_name="Wu Li"))
    assert mentions("wu li came", Identity(full_name="Wu Li"))


def test_double_names_are_words_of_their_own():
    assert words_of("Anne-Marie O'Kafor, Jr.") == ["Anne", "Marie", "O", "Kafor", "Jr"]
