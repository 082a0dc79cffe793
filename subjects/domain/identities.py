"""Finding a person's own name, birth date or numbers in a text that must stay coded (GDPR Article 25)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Protocol

from trialcrm.core.crypto import fold

#: Shorter parts of a name, and shorter numbers, are also ordinary words and figures.
SHORTEST_NAME_PART = 3
SHORTEST_NUMBER = 5
SHORTEST_WITHOUT_CODE = 7

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


class Person(Protocol):
    """What says who somebody is, in clear."""

    @property
    def full_name(self) -> str: ...
    @property
    def date_of_birth(self) -> date | None: ...
    @property
    def medical_record_number(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def email(self) -> str: ...


def words_of(full_name: str) -> list[str]:
    """The words of a name, the parts of a double name each for itself."""
    return [word for word in re.split(r"[\s\-‐'’.,]+", full_name) if word]


def mentions(text: str, person: Person) -> bool:
    """Whether a text holds the person's name or a part of it, birth date, record number, phone or e-mail address."""
    folded = fold(text)
    # What is not there at all needs no pattern: compiling dozens of them takes longer than everything else.
    here = (mark for mark in _marks(person) if mark in folded)
    found = any(re.search(rf"(?<!\w){re.escape(mark)}(?!\w)", folded) for mark in here)
    return found or any(_same(given, number) for given in _digits(folded).split() for number in _numbers(person))


def _marks(person: Person) -> Iterator[str]:
    name = fold(person.full_name)
    parts = [fold(word) for word in words_of(person.full_name)]
    yield from (part for part in parts if len(part) >= SHORTEST_NAME_PART)
    if len(parts) > 1:
        yield name
    if person.date_of_birth:
        yield from _ways_to_write(person.date_of_birth)
    record_number = fold(person.medical_record_number)
    yield from (mark for mark in (record_number, fold(person.email)) if len(mark) >= SHORTEST_NAME_PART)


def _numbers(person: Person) -> list[str]:
    numbers = (_only_digits(text) for text in (person.medical_record_number, person.phone))
    return [number for number in numbers if len(number) >= SHORTEST_NUMBER]


def _same(given: str, number: str) -> bool:
    """Equal, or equal but for a country or area code."""
    long_enough = min(len(given), len(number)) >= SHORTEST_WITHOUT_CODE
    return given == number or (long_enough and (given.endswith(number) or number.endswith(given)))


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _digits(text: str) -> str:
    """The figures of a text; spaces, dots and dashes within a number are left out, other characters part numbers."""
    joined = re.sub(r"(?<=\d)[\s().\-–/]+(?=[\d(])", "", text)
    return re.sub(r"[^\d]+", " ", joined)


def _ways_to_write(born: date) -> Iterator[str]:
    month = _MONTHS[born.month - 1]
    days, months = {f"{born.day}", f"{born.day:02d}"}, {f"{born.month}", f"{born.month:02d}"}
    for day in days:
        for number in months:
            for mark in "./-":
                yield f"{day}{mark}{number}{mark}{born.year}"
                yield f"{number}{mark}{day}{mark}{born.year}"
                yield f"{born.year}{mark}{number}{mark}{day}"
        for name in {month, month[:3]}:
            yield from (f"{day} {name} {born.year}", f"{day}. {name} {born.year}")
            yield from (f"{name} {day}, {born.year}", f"{name} {day} {born.year}")
