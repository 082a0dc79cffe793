"""Invented people who could be anybody and can be reached by nobody."""

import re
from datetime import date
from itertools import islice
from random import Random

import pytest

from subjects.domain.participation import age_on
from trialcrm.core.crypto import fold
from trialcrm.demo import notes, words
from trialcrm.demo.names import CULTURES, SHARES, Person, people
from trialcrm.demo.protocols import PROTOCOLS

FICTIONAL = re.compile(r"\(585\) 555-01\d\d|020 7946 0\d{3}|\(02\) 5550 0\d{3}", re.ASCII)


def crowd(country: str, size: int = 80) -> list[Person]:
    return list(islice(people(country, (52, 88), Random(7), set()), size))


@pytest.mark.parametrize("country", SHARES)
def test_contact_details_reach_nobody(country: str) -> None:
    for number, person in enumerate(crowd(country)):
        identity = person.identity(number, date(2026, 3, 2), Random(number))
        assert FICTIONAL.fullmatch(identity.phone)
        assert re.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.org", identity.email)


@pytest.mark.parametrize("country", SHARES)
def test_people_are_of_many_cultures_and_of_the_age_that_the_protocol_wants(country: str) -> None:
    found = crowd(country)

    assert len({person.name for person in found}) == len(found)
    assert len({person.race for person in found}) >= 3
    assert {person.sex for person in found} == {"F", "M"}
    assert all(52 <= person.age <= 88 for person in found)


def test_the_birth_date_gives_the_age_at_consent() -> None:
    for number, person in enumerate(crowd("USA")):
        for consented_on in (date(2026, 3, 2), date(2028, 2, 29), date(2026, 1, 1), date(2026, 12, 31)):
            born = person.identity(number, consented_on, Random(number)).date_of_birth
            assert age_on(born, consented_on) == person.age


def test_record_numbers_of_a_site_differ() -> None:
    someone = crowd("GBR", 1)[0]
    numbers = [someone.identity(number, date(2026, 3, 2), Random(1)).medical_record_number for number in range(1, 200)]

    assert len(set(numbers)) == len(numbers)


def test_no_text_of_the_demo_holds_a_word_that_is_somebodys_name() -> None:
    names = {
        fold(name)
        for culture in CULTURES.values()
        for listed in (culture.women, culture.men, culture.families)
        for name in listed.split()
    }
    texts = [str(value) for name, value in vars(words).items() if name.isupper()]
    texts += [str(notes.NOTES), str(notes.SCREENING)]
    texts += [criterion.evidence for protocol in PROTOCOLS.values() for criterion in protocol.criteria]

    assert not names & set(re.findall(r"\w+", fold(" ".join(texts))))
