"""Invented people: names from many cultures, birth dates, and contact details that reach nobody.

Phone numbers come from the ranges set aside for fiction by NANPA (555-01xx), Ofcom (020 7946, 07700 900) and ACMA
(02 5550, 0491 57); addresses of e-mail from example.org (RFC 2606).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from subjects.domain.participation import Ethnicity, Race, Sex
from subjects.models import Identity

# No name here is a word that a note or a reason might hold: a text with the person's own name in it is refused.


@dataclass(frozen=True, slots=True)
class Culture:
    women: str
    men: str
    families: str
    race: Race
    ethnicity: Ethnicity = Ethnicity.NOT_HISPANIC


CULTURES = {
    "english": Culture(
        "Margaret Ada Eleanor Harriet Doreen Sylvia Beryl Winifred Constance Philippa",
        "Alfred Bernard Clifford Desmond Ronald Leonard Stanley Percival Gordon Trevor",
        "Whitfield Ashworth Thackeray Pemberton Holloway Cartwright Lockwood Fairbairn Hargreaves Ellwood",
        Race.WHITE,
    ),
    "african-american": Culture(
        "Loretta Bernice Yolanda Mavis Ernestine Odessa Vernita Clarice",
        "Cornelius Roosevelt Lamar Thaddeus Isaiah Willis Booker Ezekiel",
        "Washington Gaines Broussard Tolliver Beckford Merriweather Dupree Hightower",
        Race.BLACK,
    ),
    "hispanic": Culture(
        "Lucía Guadalupe Marisol Consuelo Ximena Dolores Rosalía Inés",
        "Joaquín Esteban Raúl Hernán Ignacio Rodrigo Octavio Emiliano",
        "Prieto Villanueva Escobedo Montoya Arriaga Quintero Zamora Ibarra",
        Race.WHITE,
        Ethnicity.HISPANIC,
    ),
    "nigerian": Culture(
        "Grace Ngozi Folake Adaeze Ifeoma Yetunde Amaka Chiamaka",
        "Emeka Babatunde Chukwudi Olumide Tunde Obinna Kelechi Femi",
        "Okafor Adebayo Nwosu Eze Balogun Ogunleye Chukwu Afolabi",
        Race.BLACK,
    ),
    "indian": Culture(
        "Sunita Lakshmi Meenakshi Shobha Kamala Padma Vasanti Nirmala",
        "Ramesh Suresh Harish Anand Vikram Mohan Govind Prakash",
        "Iyer Chatterjee Deshpande Raghavan Kulkarni Bhattacharya Nair Subramanian",
        Race.ASIAN,
    ),
    "arab": Culture(
        "Layla Samira Nadia Farida Huda Zeinab Salwa Rania",
        "Omar Khalil Youssef Tariq Nabil Faisal Samir Bassam",
        "Haddad Mansour Khoury Nasser Shaheen Qasim Saab Darwish",
        Race.WHITE,
    ),
    "chinese": Culture(
        "Meiling Xiulan Yufang Huiying Lihua Shufen Qiaolan Ruolan",
        "Guowei Jianhua Zhiming Wenbin Haoran Deshun Yongfu Minghua",
        "Zhang Huang Zhou Deng Xie Tang Fong Liang",
        Race.ASIAN,
    ),
    "slavic": Culture(
        "Danuta Halina Bohdana Ludmila Jadwiga Vesna Zdenka Oksana",
        "Ivo Zbigniew Miroslav Dragan Tadeusz Vladimir Bogdan Kazimir",
        "Marek Kowalczyk Horvat Nowicki Dvorak Petrenko Jankovic Zelenka",
        Race.WHITE,
    ),
    "greek-italian": Culture(
        "Calliope Despina Eleni Fiorella Ginevra Loredana Vasiliki Annunziata",
        "Aristides Dimitrios Kostas Ettore Gaetano Raffaele Spiros Umberto",
        "Papadakis Economou Karagiannis Bellandi Ferraro Lombardi Vassilakis Giordano",
        Race.WHITE,
    ),
    "vietnamese": Culture(
        "Thuy Hanh Phuong Lien Ngoc Thanh Dao Kim",
        "Quang Hieu Tuan Phuc Khoa Binh Trung Duc",
        "Nguyen Tran Pham Huynh Vo Dang Bui Truong",
        Race.ASIAN,
    ),
    "caribbean": Culture(
        "Claudette Hyacinth Marcia Verona Sonia Jacinth Eulalie Myrtle",
        "Winston Delroy Errol Linford Clive Neville Everton Barrington",
        "Campbell Grantham Maragh Samuels Bartley Lindo Fenton Dacosta",
        Race.BLACK,
    ),
    "maori-pacific": Culture(
        "Aroha Mereana Hinemoa Lupe Sefina Moana Talia Ngaire",
        "Tamati Hemi Wiremu Sione Tevita Rangi Manaia Fetu",
        "Ngata Parata Tuilagi Faleolo Taufa Henare Leota Waitoa",
        Race.PACIFIC,
    ),
    "aboriginal": Culture(
        "Jedda Marlee Kylie Alinta", "Jarrah Lowan Darel Koa", "Djarrin Burramurra Yunkara Mirrin", Race.OTHER
    ),
    "native-american": Culture(
        "Ayita Winona Kimana Dyani",
        "Takoda Elan Hinto Mahkah",
        "Begaye Yellowhorse Tsosie Whitecrow",
        Race.AMERICAN_INDIAN,
    ),
}

#: How often people of a culture come, by the country of the site.
SHARES = {
    "USA": {
        "english": 6, "african-american": 5, "hispanic": 5, "nigerian": 2, "indian": 2, "arab": 2, "chinese": 3,
        "slavic": 2, "greek-italian": 3, "vietnamese": 2, "native-american": 1,
    },
    "GBR": {"english": 8, "indian": 4, "caribbean": 3, "nigerian": 2, "slavic": 2, "arab": 2, "chinese": 1},
    "AUS": {
        "english": 6, "greek-italian": 4, "vietnamese": 3, "chinese": 3, "maori-pacific": 2, "aboriginal": 1,
        "indian": 2, "arab": 1,
    },
}  # fmt: skip

_STREETS = "Alder Lane;Quarry Road;Harbour Street;Millbrook Avenue;Chapel Hill;Orchard Close;Station Terrace;Elm Court"
_TOWNS = {"USA": "Rochester, NY 14600", "GBR": "Leeds LS99 9ZZ", "AUS": "Newcastle NSW 2300"}
_PHONES = {
    "USA": ("(585) 555-01{:02d}", 100),
    "GBR": ("020 7946 {:04d}", 1000),
    "AUS": ("(02) 5550 {:04d}", 1000),
}
_BUSIEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented; their age is that at consent."""

    given: str
    family: str
    sex: Sex
    race: Race
    ethnicity: Ethnicity
    age: int
    country: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def identity(self, number: int, consented_on: date, rng: Random) -> Identity:
        """Who they are in clear; the number tells them from all others at the site."""
        pattern, range_ = _PHONES[self.country]
        street = rng.choice(_STREETS.split(";"))
        return Identity(
            full_name=self.name,
            date_of_birth=_born(consented_on, self.age, rng),
            medical_record_number=f"MR{number * 7919 % 900_000 + 100_000}",
            phone=pattern.format(number % range_),
            email=f"{_plain(self.given)}.{_plain(self.family)}{number}@example.org",
            address=f"{rng.randint(2, 180)} {street}, {_TOWNS[self.country]}",
        )


def _born(consented_on: date, age: int, rng: Random) -> date:
    """A birth date by which somebody has this age on that day, with at least a week to the birthday on both sides."""
    last_birthday = consented_on - timedelta(days=rng.randint(7, _BUSIEST_DAYS - 8))
    year = last_birthday.year - age
    day = 28 if (last_birthday.month, last_birthday.day) == (2, 29) else last_birthday.day
    return date(year, last_birthday.month, day)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def people(country: str, ages: tuple[int, int], rng: Random, taken: set[str]) -> Iterator[Person]:
    """People as they might come to a site in this country, none with a name taken before."""
    cultures, weights = list(SHARES[country]), list(SHARES[country].values())
    while True:
        culture = CULTURES[rng.choices(cultures, weights)[0]]
        person = _person(culture, country, rng, ages)
        if person.name not in taken:
            taken.add(person.name)
            yield person


def _person(culture: Culture, country: str, rng: Random, ages: tuple[int, int]) -> Person:
    sex = rng.choices((Sex.FEMALE, Sex.MALE), (11, 10))[0]
    given = rng.choice((culture.women if sex == Sex.FEMALE else culture.men).split())
    family = rng.choice(culture.families.split())
    age = round(rng.triangular(*ages))
    return Person(given, family, sex, culture.race, culture.ethnicity, age, country)


def known(given: str, family: str, country: str, age: int) -> Person:
    """A person of the lists above by name.

    Raises:
        LookupError: no culture has both names.
    """
    for culture in CULTURES.values():
        sexes = ((Sex.FEMALE, culture.women), (Sex.MALE, culture.men))
        for sex, names in sexes:
            if given in names.split() and family in culture.families.split():
                return Person(given, family, sex, culture.race, culture.ethnicity, age, country)
    raise LookupError(f"{given} {family}")
