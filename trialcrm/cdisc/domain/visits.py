"""The visits of each participant.

Numbered, placed on the schedule, measured against their windows, missed ones named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext_lazy as _

from subjects.domain.visits import VisitKind
from subjects.domain.windows import Timing, Window, study_day
from trialcrm.cdisc.domain.consents import consent_dates
from trialcrm.cdisc.domain.datasets import BrokenRow
from trialcrm.cdisc.domain.fields import TENTH
from trialcrm.cdisc.domain.schedule import Anchors, Schedule
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.sv import SUBJECT_VISITS, SubjectVisitRow
from trialcrm.cdisc.domain.sdtm.tv import visit_kind
from trialcrm.cdisc.domain.tabulations import Tabulations


@dataclass(frozen=True, slots=True)
class SubjectVisit:
    """One visit of one participant.

    `visit_num` is unique for the participant; `source_visit_num` is what was delivered. `is_unscheduled`:
    the number is not in the schedule. `study_day` is computed from dates. `target`, `window`,
    `deviation_days` (0 inside, negative early, positive late) and `timing` are nothing where the schedule
    gives the visit none.
    """

    usubjid: str
    visit_num: Decimal
    source_visit_num: Decimal
    name: str
    kind: VisitKind
    is_unscheduled: bool
    has_occurred: bool
    on: date | None
    until: date | None
    study_day: int | None
    target: date | None
    window: Window | None
    deviation_days: int | None
    timing: Timing | None
    missed_reason: str | None
    contact_mode: str | None
    unplanned_reason: str | None
    row_no: int

    @property
    def is_renumbered(self) -> bool:
        """Whether the delivered number is also that of an earlier visit."""
        return self.visit_num != self.source_visit_num


@dataclass(frozen=True, slots=True)
class MissedVisit:
    """A planned visit that is not recorded although `later_visit_num`, planned after it, is."""

    usubjid: str
    visit_num: Decimal
    name: str
    kind: VisitKind
    target: date | None
    window: Window | None
    later_visit_num: Decimal


def anchors(tabulations: Tabulations) -> dict[str, Anchors]:
    """The days that the visits of each participant count from. A date known only in part anchors nothing."""
    consents = consent_dates(tabulations)
    found = {}
    for subject in tabulations[SUBJECTS]:
        consent = consents.get(subject.usubjid)
        found[subject.usubjid] = Anchors(
            consent=consent.on.exact if consent else None,
            first_dose=subject.anchor.exact if subject.anchor else None,
        )
    return found


def subject_visits(tabulations: Tabulations) -> list[SubjectVisit]:
    """Every delivered visit, participant by participant, in the order of their numbers.

    Raises `BrokenRow` where more visits lie between two whole numbers than tenths can number.
    """
    by_subject: dict[str, list[SubjectVisitRow]] = defaultdict(list)
    for row in tabulations[SUBJECT_VISITS]:
        by_subject[row.usubjid].append(row)
    starts = anchors(tabulations)
    return [
        visit for usubjid, rows in by_subject.items() for visit in _visits_of_one(rows, tabulations, starts[usubjid])
    ]


def _visits_of_one(rows: list[SubjectVisitRow], tabulations: Tabulations, starts: Anchors) -> list[SubjectVisit]:
    schedule = tabulations.schedule
    numbered = sorted(_numbered(rows, tabulations), key=lambda pair: pair[0])
    actual = {number: row.on for number, row in numbered if row.on and row.has_occurred}
    return [_visit(number, row, schedule, starts, actual) for number, row in numbered]


def _numbered(rows: list[SubjectVisitRow], tabulations: Tabulations) -> Iterator[tuple[Decimal, SubjectVisitRow]]:
    """Each row with a number of its own: of rows with the same number the earliest keeps it."""
    taken = {row.visit_num for row in rows} | set(tabulations.schedule.visits)
    given: set[Decimal] = set()
    for row in sorted(rows, key=lambda row: (row.visit_num, row.on or date.max, row.row_no)):
        number = row.visit_num
        if number in given:
            number = _new_number(row, taken | given, tabulations.file(SUBJECT_VISITS))
        given.add(number)
        yield number, row


def _new_number(row: SubjectVisitRow, taken: Collection[Decimal], file: str) -> Decimal:
    try:
        return next_unscheduled_number(row.visit_num.quantize(TENTH, ROUND_FLOOR), taken)
    except ValueError as error:
        raise BrokenRow(
            file, row.row_no, "VISITNUM", _("There are more visits here than tenths can number.")
        ) from error


def next_unscheduled_number(after: Decimal, taken: Collection[Decimal]) -> Decimal:
    """The next free number for an unscheduled visit after `after`, in tenths and below the next whole number.

    Numbers in `taken` (in use or planned) are skipped. Raises `ValueError` where none is left.
    """
    ceiling = after.to_integral_value(ROUND_FLOOR) + 1
    number = after + TENTH
    while number in taken:
        number += TENTH
    if number >= ceiling:
        raise ValueError(f"No number is free between {after} and {ceiling}.")
    return number


def _visit(
    number: Decimal, row: SubjectVisitRow, schedule: Schedule, starts: Anchors, actual: Mapping[Decimal, date]
) -> SubjectVisit:
    planned = schedule.visits.get(number)
    window = schedule.window(number, starts, actual)
    took_place = row.on if row.has_occurred else None
    name = row.name or (planned.name if planned else "")
    return SubjectVisit(
        usubjid=row.usubjid,
        visit_num=number,
        source_visit_num=row.visit_num,
        name=name,
        kind=planned.kind if planned else visit_kind(name),
        is_unscheduled=planned is None,
        has_occurred=row.has_occurred,
        on=row.on,
        until=row.until,
        study_day=study_day(row.on, starts.first_dose),
        target=schedule.target(number, starts, actual),
        window=window,
        deviation_days=window.deviation_days(took_place) if window and took_place else None,
        timing=window.timing(took_place) if window and took_place else None,
        missed_reason=row.missed_reason,
        contact_mode=row.contact_mode,
        unplanned_reason=row.unplanned_reason,
        row_no=row.row_no,
    )


def missed_visits(
    visits: Iterable[SubjectVisit], schedule: Schedule, starts: Mapping[str, Anchors]
) -> list[MissedVisit]:
    """The planned visits that were passed over.

    An absent visit cannot be told from one not yet due, so it counts only if a visit planned after it took
    place on or after its target: an early end, recorded under the number of the next planned visit, passes
    over nothing that was due. Visits that happen only under a condition are neither missed nor prove that
    another was: retrieval at week 24 after an early stop does not make the weeks between missed.
    """
    by_subject: dict[str, dict[Decimal, SubjectVisit]] = defaultdict(dict)
    for visit in visits:
        by_subject[visit.usubjid][visit.visit_num] = visit
    return [
        missed
        for usubjid, present in by_subject.items()
        for missed in _missed_of_one(usubjid, present, schedule, starts[usubjid])
    ]


def _missed_of_one(
    usubjid: str, present: Mapping[Decimal, SubjectVisit], schedule: Schedule, starts: Anchors
) -> Iterator[MissedVisit]:
    actual = {number: visit.on for number, visit in present.items() if visit.on and visit.has_occurred}
    ordinary = [number for number, visit in schedule.visits.items() if not visit.is_unscheduled_kind]
    for position, number in enumerate(ordinary):
        target = schedule.target(number, starts, actual)
        later = _first_since(target, ordinary[position + 1 :], actual)
        if number in present or later is None:
            continue
        planned = schedule.visits[number]
        yield MissedVisit(
            usubjid=usubjid,
            visit_num=number,
            name=planned.name,
            kind=planned.kind,
            target=target,
            window=schedule.window(number, starts, actual),
            later_visit_num=later,
        )


def _first_since(target: date | None, numbers: Iterable[Decimal], actual: Mapping[Decimal, date]) -> Decimal | None:
    return next((number for number in numbers if number in actual and (not target or actual[number] >= target)), None)
