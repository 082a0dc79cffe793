"""Visits as our records: SV, and the planned visits that were passed over."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from subjects.domain.importing import Item
from subjects.domain.visits import UnscheduledReason, VisitKind, VisitStatus
from subjects.domain.windows import Window
from trialcrm.cdisc.domain.datasets import BrokenRow
from trialcrm.cdisc.domain.records.places import place, text
from trialcrm.cdisc.domain.sdtm.sv import SUBJECT_VISITS
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.cdisc.domain.visits import (
    MissedVisit,
    SubjectVisit,
    anchors,
    missed_visits,
    subject_visits,
)

_VARIABLES = {"visit_num": "VISITNUM", "visit_type": "VISIT", "not_done_reason": "SVREASOC"}
_MODES = {"PHONE": VisitKind.PHONE, "REMOTE": VisitKind.PHONE, "HOME": VisitKind.HOME}


def visits(tabulations: Tabulations) -> list[Item]:
    """Every visit that took place or was missed.

    Raises:
        BrokenRow: a visit that was missed has neither date nor target, so nobody can say when it was due.
    """
    delivered, starts = subject_visits(tabulations), anchors(tabulations)
    missed = missed_visits(delivered, tabulations.schedule, starts)
    dates = {(visit.usubjid, visit.visit_num): visit.on for visit in delivered if visit.on}
    return [
        *(_visit(tabulations, visit) for visit in delivered),
        *(_missed(tabulations, visit, dates) for visit in missed),
    ]


def _visit(tabulations: Tabulations, visit: SubjectVisit) -> Item:
    due = visit.on or visit.target
    if due is None:
        reason = format_lazy(_("Visit {number} has neither a date nor a target."), number=visit.visit_num)
        raise BrokenRow(tabulations.file(SUBJECT_VISITS), visit.row_no, "SVSTDTC", reason)
    values = {
        **_planned(visit.usubjid, visit.visit_num, None if visit.is_unscheduled else visit.visit_num, visit.name),
        **_aim(visit.target, visit.window),
        "kind": _kind(visit),
        "status": VisitStatus.COMPLETED if visit.has_occurred else VisitStatus.MISSED,
        "is_unscheduled": visit.is_unscheduled,
        "unscheduled_reason": UnscheduledReason.OTHER if visit.is_unscheduled and visit.unplanned_reason else "",
        "due_on": due,
        "started_on": visit.on if visit.has_occurred else None,
        "ended_on": visit.until if visit.has_occurred else None,
        "study_day": visit.study_day if visit.has_occurred else None,
        "deviation_days": visit.deviation_days,
        "not_done_reason": "" if visit.has_occurred else text(visit.missed_reason) or str(_("Not recorded.")),
    }
    origin = place(tabulations, SUBJECT_VISITS, visit.row_no)
    return Item((visit.usubjid, visit.visit_num), values, origin, _VARIABLES)


def _missed(tabulations: Tabulations, visit: MissedVisit, dates: Mapping[tuple[str, Decimal], date]) -> Item:
    reason = _("Not recorded; visit {number} took place later.")
    values = {
        **_planned(visit.usubjid, visit.visit_num, visit.visit_num, visit.name),
        **_aim(visit.target, visit.window),
        "kind": visit.kind,
        "status": VisitStatus.MISSED,
        "is_unscheduled": False,
        "unscheduled_reason": "",
        "due_on": visit.target or dates[visit.usubjid, visit.later_visit_num],
        "started_on": None,
        "ended_on": None,
        "study_day": None,
        "deviation_days": None,
        "not_done_reason": str(format_lazy(reason, number=visit.later_visit_num)),
    }
    return Item((visit.usubjid, visit.visit_num), values, place(tabulations, SUBJECT_VISITS), _VARIABLES)


def _planned(usubjid: str, number: Decimal, planned: Decimal | None, name: str) -> dict[str, object]:
    return {"subject": usubjid, "planned_visit": planned, "visit_num": number, "visit_type": name}


def _aim(target: date | None, window: Window | None) -> dict[str, date | None]:
    return {
        "target_on": target,
        "opens_on": window.opens if window else None,
        "closes_on": window.closes if window else None,
    }


def _kind(visit: SubjectVisit) -> VisitKind:
    mode = (visit.contact_mode or "").upper()
    return next((kind for word, kind in _MODES.items() if word in mode), visit.kind)
