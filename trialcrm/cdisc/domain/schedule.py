"""The schedule of a study.

Its planned visits with anchors resolved and windows filled in, and their target dates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from subjects.domain.visits import Anchor
from subjects.domain.windows import Window, overlaps, planned_window, target_date
from trialcrm.cdisc.domain.datasets import BrokenFile, BrokenRow
from trialcrm.cdisc.domain.rules import FIRST_DOSE
from trialcrm.cdisc.domain.sdtm.tv import PlannedVisitRow
from trialcrm.cdisc.domain.windows import WindowTable

_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Anchors:
    """The days of one participant that visits count from; nothing where unknown or known only in part."""

    consent: date | None
    first_dose: date | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The planned visits in the order of their numbers."""

    visits: Mapping[Decimal, PlannedVisitRow]

    def __contains__(self, visit_num: Decimal) -> bool:
        return visit_num in self.visits

    def target(self, visit_num: Decimal, anchors: Anchors, actual: Mapping[Decimal, date]) -> date | None:
        """The day a visit is aimed at for one participant.

        Nothing for unplanned visits and unknown anchors.

        A visit that counts from an earlier one counts from its `actual` day where there is one. Where it
        counts from a later one (the day before week 2) only the target of that was known when it was
        planned.
        """
        visit = self.visits.get(visit_num)
        if visit is None or visit.offset_days is None:
            return None
        start = self._anchor_date(visit, anchors, actual)
        return target_date(start, visit.offset_days) if start else None

    def window(self, visit_num: Decimal, anchors: Anchors, actual: Mapping[Decimal, date]) -> Window | None:
        """The window of a visit for one participant; nothing where it has none or its target is unknown."""
        visit = self.visits.get(visit_num)
        target = self.target(visit_num, anchors, actual)
        if visit is None or target is None or visit.before is None or visit.after is None:
            return None
        return planned_window(target, 0, visit.before, visit.after)

    def offset_from_first_dose(self, visit_num: Decimal) -> int | None:
        """The planned difference in days from the first dose, along the chain of anchors.

        Nothing where it has none.
        """
        target = self.target(visit_num, Anchors(None, _ANY_DAY), {})
        return (target - _ANY_DAY).days if target else None

    def _anchor_date(self, visit: PlannedVisitRow, anchors: Anchors, actual: Mapping[Decimal, date]) -> date | None:
        match visit.anchor.anchor:
            case Anchor.CONSENT:
                return anchors.consent
            case Anchor.BASELINE:
                return anchors.first_dose
            case Anchor.VISIT:
                return self._visit_date(visit, anchors, actual)
        return None

    def _visit_date(self, visit: PlannedVisitRow, anchors: Anchors, actual: Mapping[Decimal, date]) -> date | None:
        number = visit.anchor.visit_num
        if number is None:
            return None
        if number < visit.visit_num and number in actual:
            return actual[number]
        return self.target(number, anchors, actual)


def plan_schedule(rows: Iterable[PlannedVisitRow], windows: WindowTable, file: str) -> Schedule:
    """Make the schedule of TV rows and a window table.

    Visits that count from the visit of the first dose count from the first dose itself, so that a late
    baseline visit never moves them. Raises `BrokenRow` where the rows of one visit disagree, a visit counts
    from one that does not exist or from itself, and `BrokenFile` where the windows name unknown visits or
    overlap.
    """
    visits = _one_per_number(rows, file)
    for visit in visits.values():
        _refuse_lost_anchor(visit, visits, file)
    planned = {number: _with_window(visit, windows) for number, visit in visits.items()}
    schedule = Schedule({number: _from_first_dose(visit, visits) for number, visit in planned.items()})
    _refuse_windows(schedule, windows)
    return schedule


def _one_per_number(rows: Iterable[PlannedVisitRow], file: str) -> dict[Decimal, PlannedVisitRow]:
    """SDTM repeats a visit for each arm that has it; it is one visit only if the arms agree on it."""
    merged: dict[Decimal, PlannedVisitRow] = {}
    for row in sorted(rows, key=lambda row: (row.visit_num, row.row_no)):
        first = merged.setdefault(row.visit_num, row)
        if first is row:
            continue
        if replace(row, arm_codes=first.arm_codes, row_no=first.row_no) != first:
            raise BrokenRow(file, row.row_no, "VISITNUM", _("The visit differs between arms, which is not supported."))
        both = first.arm_codes + row.arm_codes if first.arm_codes and row.arm_codes else ()
        merged[row.visit_num] = replace(first, arm_codes=both)
    return merged


def _refuse_lost_anchor(visit: PlannedVisitRow, visits: Mapping[Decimal, PlannedVisitRow], file: str) -> None:
    seen = {visit.visit_num}
    number = visit.anchor.visit_num
    while number is not None:
        if number not in visits:
            reason = format_lazy(_("The visit counts from visit {number}, which is not planned."), number=number)
            raise BrokenRow(file, visit.row_no, "TVSTRL", reason)
        if number in seen:
            raise BrokenRow(file, visit.row_no, "TVSTRL", _("The visit counts from itself."))
        seen.add(number)
        number = visits[number].anchor.visit_num


def _with_window(visit: PlannedVisitRow, windows: WindowTable) -> PlannedVisitRow:
    window = windows.find(visit.visit_num, visit.anchor)
    return replace(visit, before=window.before, after=window.after) if window else visit


def _from_first_dose(visit: PlannedVisitRow, visits: Mapping[Decimal, PlannedVisitRow]) -> PlannedVisitRow:
    number = visit.anchor.visit_num
    baseline = visits[number] if number is not None else None
    if baseline and baseline.anchor == FIRST_DOSE and baseline.offset_days == 0:
        return replace(visit, anchor=FIRST_DOSE)
    return visit


def _refuse_windows(schedule: Schedule, windows: WindowTable) -> None:
    file = windows.source.file if windows.source else windows.origin
    for window in windows.windows if windows.source else ():
        if window.visit_num not in schedule:
            reason = format_lazy(_("There is no planned visit {number}."), number=window.visit_num)
            raise BrokenFile(file, None, reason)
    _refuse_overlaps(schedule, file)


def _refuse_overlaps(schedule: Schedule, file: str) -> None:
    anchors = Anchors(_ANY_DAY, _ANY_DAY)
    found = [(number, schedule.window(number, anchors, {})) for number in schedule.visits]
    placed = sorted(
        ((number, window) for number, window in found if window),
        key=lambda placed: (placed[1].target, placed[0]),
    )
    for (number, window), (next_number, next_window) in pairwise(placed):
        if overlaps(window, next_window):
            reason = format_lazy(_("The windows of visits {one} and {other} overlap."), one=number, other=next_number)
            raise BrokenFile(file, None, reason)
