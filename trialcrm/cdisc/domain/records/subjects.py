"""Participants as our records: DM for who, DS for the end. Birth dates and names are left behind."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from subjects.domain.importing import Item
from subjects.domain.participation import EndReason
from trialcrm.cdisc.domain.consents import ConsentDate, consent_dates
from trialcrm.cdisc.domain.datasets import BrokenRow
from trialcrm.cdisc.domain.participation import participation
from trialcrm.cdisc.domain.records.places import day, place, text
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS, SubjectRow
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS, DispositionRow, ends_of_participation
from trialcrm.cdisc.domain.sdtm.supp import DM_QUALIFIERS
from trialcrm.cdisc.domain.tabulations import Tabulations

_IN_A_YEAR = {"YEARS": 1, "MONTHS": 12, "WEEKS": 52, "DAYS": 365, "HOURS": 8766}
_VARIABLES = {
    "subject_id": "SUBJID",
    "unique_subject_id": "USUBJID",
    "site": "SITEID",
    "sex_at_birth": "SEX",
    "race": "RACE",
    "ethnicity": "ETHNIC",
    "age": "AGE",
    "country": "COUNTRY",
    "died_on": "DTHDTC",
}


def subject_id(row: SubjectRow) -> str:
    """The id within the study: the site's number, a hyphen, the number of the participant."""
    prefix = f"{row.site_no}-"
    return row.subject_no if row.subject_no.startswith(prefix) else f"{prefix}{row.subject_no}"


def end_reason(row: DispositionRow | None) -> str:
    """Why participation ended, in today's terminology; a reason that is not in it is “other”."""
    if row is None:
        return ""
    return row.reason.value if row.reason.value in EndReason.values else EndReason.OTHER


def subjects(tabulations: Tabulations) -> list[Item]:
    """Every participant.

    Raises:
        BrokenRow: two participants would have one id.
    """
    ends = ends_of_participation(tabulations[DISPOSITIONS])
    consents = consent_dates(tabulations)
    _refuse_shared_ids(tabulations)
    return [
        _subject(tabulations, row, ends.get(row.usubjid), consents.get(row.usubjid)) for row in tabulations[SUBJECTS]
    ]


def _subject(
    tabulations: Tabulations, row: SubjectRow, end: DispositionRow | None, consent: ConsentDate | None
) -> Item:
    values = {
        "site": row.site_no,
        "subject_id": subject_id(row),
        "unique_subject_id": row.usubjid,
        "state": participation(row, end),
        "sex_at_birth": text(row.sex),
        "race": text(row.race),
        "ethnicity": text(row.ethnicity),
        "age": _age_in_years(row),
        "country": text(row.country),
        "consented_on": day(consent.on) if consent else None,
        "first_dose_on": day(row.anchor),
        "last_dose_on": day(row.last_dose),
        "ended_on": day(end.started) if end else None,
        "end_reason": end_reason(end),
        "died_on": text(row.died),
    }
    return Item((row.usubjid,), values, place(tabulations, SUBJECTS, row.row_no), _VARIABLES)


def _age_in_years(row: SubjectRow) -> int | None:
    return None if row.age is None else row.age // _IN_A_YEAR[row.age_unit or "YEARS"]


def _refuse_shared_ids(tabulations: Tabulations) -> None:
    seen: dict[str, int] = {}
    for row in tabulations[SUBJECTS]:
        first = seen.setdefault(subject_id(row), row.row_no)
        if first != row.row_no:
            reason = format_lazy(_("Row {row} has the same site and number."), row=first)
            raise BrokenRow(tabulations.file(SUBJECTS), row.row_no, "SUBJID", reason)


def flags(tabulations: Tabulations) -> list[Item]:
    """What is said of a participant with yes or no beside demographics, such as a population of the analysis."""
    variables = {"code": "QNAM", "label": "QLABEL"}
    return [
        Item(
            (row.usubjid, row.code),
            {"subject": row.usubjid, "code": row.code, "label": text(row.label), "is_set": row.value == "Y"},
            place(tabulations, DM_QUALIFIERS, row.row_no),
            variables,
        )
        for row in tabulations[DM_QUALIFIERS]
        if row.value in ("Y", "N")
    ]
