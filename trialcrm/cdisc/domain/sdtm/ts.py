"""TS, Trial Summary: one row per value of a parameter of the study."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import Coded, CodeList

PHASE = CodeList(
    "TPHASE (C66737)",
    {
        "NOT APPLICABLE": "C48660",
        "PHASE 0 TRIAL": "C54721",
        "PHASE I TRIAL": "C15600",
        "PHASE I/II TRIAL": "C15693",
        "PHASE II TRIAL": "C15601",
        "PHASE II/III TRIAL": "C15694",
        "PHASE III TRIAL": "C15602",
        "PHASE IV TRIAL": "C15603",
    },
    is_extensible=True,
)
_DURATION = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?")
_WORDED_DURATION = re.compile(r"(\d+)\s*(year|month|week|day)s?", re.IGNORECASE)
_DURATIONS = frozenset({"AGEMIN", "AGEMAX", "LENGTH"})
_NO_LIMIT = frozenset({"NO MAXIMUM", "NONE", "NO LIMIT"})
# Parameters that today's list TSPARMCD (C66738) no longer has.
OUTDATED_PARAMETERS = frozenset({"COMPTRT", "AGESPAN"})


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One value of one parameter.

    `null_flavour` says why a value is missing (ISO 21090: NA, PINF, UNK ...).
    """

    code: str
    name: str
    seq: int
    group: str | None
    value: str | None
    null_flavour: str | None
    value_code: str | None
    vocabulary: str | None
    vocabulary_version: str | None
    row_no: int


def _read(fields: Fields) -> SummaryRow:
    return SummaryRow(
        code=fields.needed("TSPARMCD"),
        name=fields.needed("TSPARM"),
        seq=fields.needed_integer("TSSEQ"),
        group=fields.text("TSGRPID"),
        value=fields.text("TSVAL"),
        null_flavour=fields.text("TSVALNF"),
        value_code=fields.text("TSVALCD"),
        vocabulary=fields.text("TSVCDREF"),
        vocabulary_version=fields.text("TSVCDVER"),
        row_no=fields.row_no,
    )


SUMMARY = Domain(
    "TS",
    "summary",
    ("TSSEQ", "TSPARMCD", "TSPARM", "TSVAL"),
    _read,
    key=lambda row: (row.code, row.seq, row.group),
)


def modern_value(row: SummaryRow) -> Coded | None:
    """The value as today's terminology writes it.

    Durations in ISO 8601, phases from the code list, "no maximum" as the null flavour PINF. Nothing where
    the value is missing.
    """
    if row.value is None:
        return None
    if row.code == "TPHASE":
        return PHASE.find(row.value)
    if row.code in _DURATIONS:
        return Coded(_modern_duration(row.value), row.value)
    return Coded(row.value, row.value)


def _modern_duration(text: str) -> str:
    if _DURATION.fullmatch(text):
        return text
    if text.upper() in _NO_LIMIT:
        return "PINF"
    found = _WORDED_DURATION.fullmatch(text)
    return f"P{found[1]}{found[2][0].upper()}" if found else text


class StudyFacts(NamedTuple):
    """What the summary says of the study, in today's terminology; nothing where it says nothing."""

    title: str | None
    sponsor: str | None
    indication: str | None
    phase: str | None
    treatment: str | None
    blinding: str | None
    control: str | None
    planned_subjects: int | None
    minimum_age: str | None
    maximum_age: str | None
    sexes: str | None
    length: str | None
    is_randomised: bool | None
    registry_id: str | None
    started: str | None
    ended: str | None


def study_facts(rows: Iterable[SummaryRow]) -> StudyFacts:
    """The parameters that describe a study, the first value of each.

    Ages and length are ISO 8601 durations.
    """
    first: dict[str, str] = {}
    for row in rows:
        value = modern_value(row)
        if value is not None:
            first.setdefault(row.code, value.value)
    planned, randomised = first.get("PLANSUB", ""), first.get("RANDOM")
    return StudyFacts(
        title=first.get("TITLE"),
        sponsor=first.get("SPONSOR"),
        indication=first.get("INDIC"),
        phase=first.get("TPHASE"),
        treatment=first.get("TRT"),
        blinding=first.get("TBLIND"),
        control=first.get("TCNTRL"),
        planned_subjects=int(planned) if planned.isdigit() else None,
        minimum_age=first.get("AGEMIN"),
        maximum_age=first.get("AGEMAX"),
        sexes=first.get("SEXPOP"),
        length=first.get("LENGTH"),
        is_randomised=None if randomised is None else randomised == "Y",
        registry_id=first.get("REGID"),
        started=first.get("SSTDTC"),
        ended=first.get("SENDTC"),
    )
