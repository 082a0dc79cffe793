"""DM, Demographics: one row per participant.

What was assigned to whom is read by `assignments`, never here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import AGE_UNIT, ETHNICITY, RACE, SCREEN_FAILURE_ARMS, SEX, Coded
from trialcrm.core.partial_dates import PartialDate

_OLDEST = 130


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One participant.

    `usubjid` identifies the person in the whole delivery, `subject_no` and `site_no` are the numbers within
    the study. `is_known_dead` is true or nothing: a blank death flag means "not known to be dead".
    `is_assigned` says that an arm was planned, not which.
    """

    usubjid: str
    subject_no: str
    site_no: str
    country: str | None
    sex: Coded
    race: Coded | None
    ethnicity: Coded | None
    birth: PartialDate | None
    age: int | None
    age_unit: str | None
    consented: PartialDate | None
    reference_start: PartialDate | None
    reference_end: PartialDate | None
    first_dose: PartialDate | None
    last_dose: PartialDate | None
    end_of_participation: PartialDate | None
    died: PartialDate | None
    is_known_dead: bool | None
    is_screen_failure: bool
    is_assigned: bool
    collected: PartialDate | None
    row_no: int

    @property
    def anchor(self) -> PartialDate | None:
        """The start that study days and windows count from: the first dose, else the reference start."""
        return self.first_dose or self.reference_start


def _read(fields: Fields) -> SubjectRow:
    failed = _is_screen_failure(fields)
    return SubjectRow(
        usubjid=fields.needed("USUBJID"),
        subject_no=fields.needed("SUBJID"),
        site_no=fields.needed("SITEID"),
        country=_country(fields),
        sex=fields.needed_coded("SEX", SEX),
        race=fields.coded("RACE", RACE),
        ethnicity=fields.coded("ETHNIC", ETHNICITY),
        birth=fields.when("BRTHDTC"),
        age=_age(fields),
        age_unit=_age_unit(fields),
        consented=fields.when("RFICDTC"),
        reference_start=fields.when("RFSTDTC"),
        reference_end=fields.when("RFENDTC"),
        first_dose=fields.when("RFXSTDTC"),
        last_dose=fields.when("RFXENDTC"),
        end_of_participation=fields.when("RFPENDTC"),
        died=fields.when("DTHDTC"),
        is_known_dead=_known_dead(fields),
        is_screen_failure=failed,
        is_assigned=not failed and fields.text("ARMCD") not in (None, "NOTASSGN"),
        collected=fields.when("DMDTC"),
        row_no=fields.row_no,
    )


def _is_screen_failure(fields: Fields) -> bool:
    arm_code, reason = fields.text("ARMCD") or "", fields.text("ARMNRS") or ""
    return arm_code.upper() in SCREEN_FAILURE_ARMS or reason.upper() == "SCREEN FAILURE"


def _country(fields: Fields) -> str | None:
    country = fields.text("COUNTRY")
    if country is not None and not (
        len(country) == 3 and country.isascii() and country.isalpha() and country.isupper()
    ):
        raise fields.refuse("COUNTRY", format_lazy(_("“{text}” is not an ISO 3166-1 alpha-3 code."), text=country))
    return country


def _age(fields: Fields) -> int | None:
    age = fields.integer("AGE")
    if (age is not None and age < 0) or ((age or 0) > _OLDEST and (fields.text("AGEU") or "YEARS") == "YEARS"):
        raise fields.refuse("AGE", format_lazy(_("{age} is not an age."), age=age))
    return age


def _age_unit(fields: Fields) -> str | None:
    unit = fields.coded("AGEU", AGE_UNIT)
    return unit.value if unit else None


def _known_dead(fields: Fields) -> bool | None:
    flag = fields.text("DTHFL")
    if flag not in (None, "Y"):
        raise fields.refuse("DTHFL", format_lazy(_("“{text}” is neither Y nor blank."), text=flag))
    return True if flag == "Y" or fields.text("DTHDTC") else None


SUBJECTS = Domain(
    "DM",
    "subjects",
    ("USUBJID", "SUBJID", "SITEID", "SEX", "RFSTDTC", "ARMCD"),
    _read,
    key=lambda row: row.usubjid,
)


class SiteFacts(NamedTuple):
    """A site of the study, known from the participants it enrolled; the row is the first that names it."""

    number: str
    country: str | None
    row_no: int


def sites(rows: Iterable[SubjectRow]) -> list[SiteFacts]:
    """The sites in the order of their numbers."""
    found: dict[str, SiteFacts] = {}
    for row in rows:
        found.setdefault(row.site_no, SiteFacts(row.site_no, row.country, row.row_no))
    return sorted(found.values())
