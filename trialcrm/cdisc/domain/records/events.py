"""Adverse events as our records: AE, one event with its assessments and their causality."""

from datetime import UTC, date, datetime, time

from django.utils.translation import gettext_lazy as _

from safety.domain.assessments import Criterion, Outcome, worst
from safety.domain.events import EventStatus, LearnedFrom
from subjects.domain.importing import Item
from trialcrm.cdisc.domain.datasets import BrokenRow
from trialcrm.cdisc.domain.events import Event, events, known_on
from trialcrm.cdisc.domain.records.places import place, text
from trialcrm.cdisc.domain.sdtm.ae import EVENTS, EventRow
from trialcrm.cdisc.domain.tabulations import Tabulations

#: A delivery names no product with a causality: there is one study drug.
PRODUCT = "Study drug"
_EVENT_VARIABLES = {"event_term": "AETERM", "onset": "AESTDTC", "end": "AEENDTC", "number": "AESPID"}
_ROW_VARIABLES = {"severity": "AESEV", "outcome": "AEOUT", "action_taken": "AEACN", "assessed_on": "AEDTC"}


def adverse_events(tabulations: Tabulations) -> list[Item]:
    """Every event with its header: the worst severity, the last outcome, the last judgement of causality.

    The study that delivers is over, so what has not ended is closed with its outcome as it stands.
    """
    killed: set[str] = set()
    return [_event(tabulations, event, killed) for event in events(tabulations)]


def _event(tabulations: Tabulations, event: Event, killed: set[str]) -> Item:
    first, last = event.first, event.last
    aware_at = datetime.combine(_known(tabulations, first), time(12), UTC)
    is_serious = any(row.criteria for row in event.rows)
    is_fatal = last.outcome == Outcome.FATAL and event.usubjid not in killed
    if is_fatal:
        killed.add(event.usubjid)
    values = {
        "subject": event.usubjid,
        "number": event.number,
        "event_term": first.term,
        "onset": text(first.started),
        "end": text(last.ended),
        "status": EventStatus.CLOSED,
        "learned_from": LearnedFrom.SOURCE,
        "aware_at": aware_at,
        "serious_since": aware_at if is_serious else None,
        "is_serious": is_serious,
        "severity": last.severity,
        "max_severity": worst(row.severity for row in event.rows),
        "causality": next((row.causality for row in reversed(event.rows) if row.causality), ""),
        "action_taken": last.action,
        "outcome": last.outcome,
        "is_cause_of_death": is_fatal,
    }
    return Item((event.usubjid, event.number), values, place(tabulations, EVENTS, first.row_no), _EVENT_VARIABLES)


def _known(tabulations: Tabulations, row: EventRow) -> date:
    when = known_on(row)
    if when is None:
        reason = _("Neither the day of the record nor that of the onset is known.")
        raise BrokenRow(tabulations.file(EVENTS), row.row_no, "AEDTC", reason)
    return when.lower


def assessments(tabulations: Tabulations) -> list[Item]:
    """How each event stood each time, with the seriousness that the source states beside the criteria."""
    return [
        Item(
            (event.usubjid, event.number, sequence),
            {
                "subject": event.usubjid,
                "event": (event.usubjid, event.number),
                "sequence": sequence,
                "assessed_on": _known(tabulations, row),
                "severity": row.severity,
                **{item.value: item in row.criteria for item in Criterion},
                "action_taken": row.action,
                "outcome": row.outcome,
                "source_serious": row.serious,
                "source_cancer": row.cancer,
                "source_overdose": row.overdose,
            },
            place(tabulations, EVENTS, row.row_no),
            _ROW_VARIABLES,
        )
        for event in events(tabulations)
        for sequence, row in enumerate(event.rows, 1)
    ]


def causalities(tabulations: Tabulations) -> list[Item]:
    """What the investigator thought of the study drug each time; nothing where that is blank."""
    return [
        Item(
            (event.usubjid, event.number, sequence, PRODUCT),
            {
                "subject": event.usubjid,
                "assessment": (event.usubjid, event.number, sequence),
                "product": PRODUCT,
                "causality": row.causality,
            },
            place(tabulations, EVENTS, row.row_no),
            {"causality": "AEREL"},
        )
        for event in events(tabulations)
        for sequence, row in enumerate(event.rows, 1)
        if row.causality
    ]
