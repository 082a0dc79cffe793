"""Milestones and ends of participation as our records: DS."""

from subjects.domain.importing import Item
from subjects.domain.windows import study_day
from trialcrm.cdisc.domain.records.places import day, place, text
from trialcrm.cdisc.domain.records.subjects import end_reason
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS
from trialcrm.cdisc.domain.tabulations import Tabulations
from trialcrm.cdisc.domain.visits import anchors

_VARIABLES = {
    "sequence": "DSSEQ",
    "category": "DSCAT",
    "subcategory": "DSSCAT",
    "term": "DSTERM",
    "decoded": "DSDECOD",
    "epoch": "EPOCH",
    "visit_num": "VISITNUM",
    "starts": "DSSTDTC",
}


def dispositions(tabulations: Tabulations) -> list[Item]:
    """Every event. The standardised term is kept as delivered, today's reason for an end stands beside it."""
    starts = anchors(tabulations)
    return [
        Item(
            (row.usubjid, row.seq),
            {
                "subject": row.usubjid,
                "sequence": row.seq,
                "category": row.category,
                "subcategory": text(row.scope),
                "term": row.verbatim,
                "decoded": row.reason.source,
                "end_reason": end_reason(row) if row.ends_participation else "",
                "epoch": text(row.epoch),
                "visit_num": row.visit_num,
                "starts": text(row.started),
                "starts_from": row.started.lower if row.started else None,
                "starts_until": row.started.upper if row.started else None,
                "study_day": study_day(day(row.started), starts[row.usubjid].first_dose),
            },
            place(tabulations, DISPOSITIONS, row.row_no),
            _VARIABLES,
        )
        for row in tabulations[DISPOSITIONS]
    ]
