"""TV, Trial Visits: the planned visits. SDTM has no variable for a window; windows come from elsewhere."""

import re
from dataclasses import dataclass
from decimal import Decimal

from subjects.domain.visits import VisitKind
from subjects.domain.windows import offset_of_study_day
from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.rules import FIRST_DOSE, AnchorPoint, StartRule, parse_start_rule

_PHONE = re.compile(r"\(T\)|\b(?:tele)?phone\b", re.IGNORECASE)
_HOME = re.compile(r"\bhome\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlannedVisitRow:
    """One planned visit.

    `offset_days` is the signed difference in days from `anchor`; `before` and `after` are the days of its
    window, if it has one. `is_unscheduled_kind` marks visits that only happen under a condition (early
    termination, rash). `arm_codes` is empty where the visit is for every arm. `is_from_visit_day` says that
    no rule could be read, so the offset was taken from `visit_day` (VISITDY).
    """

    visit_num: Decimal
    name: str
    kind: VisitKind
    offset_days: int | None
    anchor: AnchorPoint
    before: int | None
    after: int | None
    is_unscheduled_kind: bool
    start_rule: str | None
    end_rule: str | None
    visit_day: int | None
    arm_codes: tuple[str, ...]
    is_from_visit_day: bool
    row_no: int


def _read(fields: Fields) -> PlannedVisitRow:
    name, visit_day, arm_code = fields.needed("VISIT"), fields.integer("VISITDY"), fields.text("ARMCD")
    stated = parse_start_rule(fields.text("TVSTRL"))
    rule = _or_visit_day(stated, visit_day)
    return PlannedVisitRow(
        visit_num=fields.needed_visit_num(),
        name=name,
        kind=visit_kind(name),
        offset_days=rule.offset_days,
        anchor=rule.anchor,
        before=None,
        after=None,
        is_unscheduled_kind=rule.is_conditional,
        start_rule=fields.text("TVSTRL"),
        end_rule=fields.text("TVENRL"),
        visit_day=visit_day,
        arm_codes=(arm_code,) if arm_code else (),
        is_from_visit_day=rule is not stated,
        row_no=fields.row_no,
    )


def visit_kind(name: str) -> VisitKind:
    """Where a visit takes place, as far as its name tells."""
    if _PHONE.search(name):
        return VisitKind.PHONE
    return VisitKind.HOME if _HOME.search(name) else VisitKind.CLINIC


def _or_visit_day(rule: StartRule, visit_day: int | None) -> StartRule:
    if rule.anchor.anchor is not None or rule.is_conditional or not visit_day:
        return rule
    return StartRule(FIRST_DOSE, offset_of_visit_day(visit_day), is_conditional=False)


def offset_of_visit_day(visit_day: int) -> int:
    """The offset in days that VISITDY stands for when there is no rule to go by.

    Positive multiples of seven are taken as offsets, since delivered data write week 2 as 14 where its
    study day is 15; everything else is a study day. Raises `ValueError` for 0.
    """
    return visit_day if visit_day > 0 and visit_day % 7 == 0 else offset_of_study_day(visit_day)


PLANNED_VISITS = Domain(
    "TV", "planned_visits", ("VISITNUM", "VISIT"), _read, key=lambda row: (row.visit_num, row.arm_codes)
)
