"""The design of the study as our records: TA, TE, TS, TV and TI."""

from collections.abc import Iterator

from subjects.domain.importing import Item
from trialcrm.cdisc.domain.records.places import place, text
from trialcrm.cdisc.domain.sdtm.assignments import ASSIGNMENTS
from trialcrm.cdisc.domain.sdtm.ta import ARM_ELEMENTS
from trialcrm.cdisc.domain.sdtm.te import ELEMENTS
from trialcrm.cdisc.domain.sdtm.ti import CRITERIA
from trialcrm.cdisc.domain.sdtm.ts import SUMMARY
from trialcrm.cdisc.domain.sdtm.tv import PLANNED_VISITS
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.cdisc.domain.terminology import UNASSIGNED_ARMS

_ONLY_VERSION = "1"


def arms(tabulations: Tabulations) -> list[Item]:
    """The arms of TA, and those that only DM names. The codes for “no arm” are none."""
    found: dict[str, Item] = {}
    for code, name, origin in _named_arms(tabulations):
        if code and code.upper() not in UNASSIGNED_ARMS and code not in found:
            found[code] = Item((code,), {"code": code, "name": name or code}, origin, {"code": "ARMCD", "name": "ARM"})
    return list(found.values())


def _named_arms(tabulations: Tabulations) -> Iterator[tuple]:
    for element in tabulations[ARM_ELEMENTS]:
        yield element.arm_code, element.arm_name, place(tabulations, ARM_ELEMENTS, element.row_no)
    for row in tabulations[ASSIGNMENTS]:
        origin = place(tabulations, ASSIGNMENTS, row.row_no)
        yield row.planned_code, row.planned_name, origin
        yield row.actual_code, row.actual_name, origin


def elements(tabulations: Tabulations) -> list[Item]:
    """The elements of TE, and those that only TA names."""
    variables = {
        "code": "ETCD",
        "name": "ELEMENT",
        "start_rule": "TESTRL",
        "end_rule": "TEENRL",
        "duration": "TEDUR",
    }
    found = {
        row.code: Item(
            (row.code,),
            {
                "code": row.code,
                "name": row.name,
                "start_rule": row.start_rule,
                "end_rule": text(row.end_rule),
                "duration": text(row.duration),
            },
            place(tabulations, ELEMENTS, row.row_no),
            variables,
        )
        for row in tabulations[ELEMENTS]
    }
    for row in tabulations[ARM_ELEMENTS]:
        code, name = row.element_code, row.element_name or row.element_code
        origin = place(tabulations, ARM_ELEMENTS, row.row_no)
        found.setdefault(code, Item((code,), {"code": code, "name": name}, origin, variables))
    return list(found.values())


def arm_elements(tabulations: Tabulations) -> list[Item]:
    """Which elements follow each other in which arm."""
    variables = {"order": "TAETORD", "branch": "TABRANCH", "transition": "TATRANS", "epoch": "EPOCH"}
    return [
        Item(
            (row.arm_code, row.order),
            {
                "arm": row.arm_code,
                "element": row.element_code,
                "order": row.order,
                "branch": text(row.branch),
                "transition": text(row.transition),
                "epoch": text(row.epoch),
            },
            place(tabulations, ARM_ELEMENTS, row.row_no),
            variables,
        )
        for row in tabulations[ARM_ELEMENTS]
    ]


def parameters(tabulations: Tabulations) -> list[Item]:
    """The characteristics of the study, valued as delivered."""
    variables = {
        "code": "TSPARMCD",
        "name": "TSPARM",
        "sequence": "TSSEQ",
        "group": "TSGRPID",
        "value": "TSVAL",
        "null_flavor": "TSVALNF",
    }
    return [
        Item(
            (row.code, row.seq),
            {
                "code": row.code,
                "name": row.name,
                "sequence": row.seq,
                "group": text(row.group),
                "value": text(row.value),
                "null_flavor": text(row.null_flavour),
            },
            place(tabulations, SUMMARY, row.row_no),
            variables,
        )
        for row in tabulations[SUMMARY]
    ]


def planned_visits(tabulations: Tabulations) -> list[Item]:
    """The planned visits with their anchors and windows; a visit of several arms is one."""
    variables = {"visit_num": "VISITNUM", "name": "VISIT", "offset_days": "TVSTRL", "visit_day": "VISITDY"}
    return [
        Item(
            (visit.visit_num,),
            {
                "visit_num": visit.visit_num,
                "name": visit.name,
                "kind": visit.kind,
                "anchor": visit.anchor.anchor or "",
                "anchor_visit_num": visit.anchor.visit_num,
                "offset_days": visit.offset_days,
                "window_before": visit.before,
                "window_after": visit.after,
                "is_unscheduled_kind": visit.is_unscheduled_kind,
                "start_rule": text(visit.start_rule),
                "end_rule": text(visit.end_rule),
                "visit_day": visit.visit_day,
            },
            place(tabulations, PLANNED_VISITS, visit.row_no),
            variables,
        )
        for visit in tabulations.schedule.visits.values()
    ]


def criteria(tabulations: Tabulations) -> list[Item]:
    """The criteria of every version of the protocol; the version that is delivered last is the current one."""
    rows = tabulations[CRITERIA]
    variables = {"code": "IETESTCD", "text": "IETEST", "version": "TIVERS"}
    return [
        Item(
            (row.version or _ONLY_VERSION, row.code),
            {
                "version": row.version or _ONLY_VERSION,
                "code": row.code,
                "kind": row.category,
                "text": row.text,
                "order": order,
                "is_current": row.version == rows[-1].version,
            },
            place(tabulations, CRITERIA, row.row_no),
            variables,
        )
        for order, row in enumerate(rows, start=1)
    ]
