"""What was given as our records: EX."""

from subjects.domain.importing import Item
from trialcrm.cdisc.domain.records.places import place, text
from trialcrm.cdisc.domain.sdtm.ex import EXPOSURES
from trialcrm.cdisc.domain.tabulations import Tabulations

_VARIABLES = {
    "sequence": "EXSEQ",
    "treatment": "EXTRT",
    "dose": "EXDOSE",
    "dose_unit": "EXDOSU",
    "dose_form": "EXDOSFRM",
    "frequency": "EXDOSFRQ",
    "route": "EXROUTE",
    "lot": "EXLOT",
    "epoch": "EPOCH",
    "visit_num": "VISITNUM",
    "starts": "EXSTDTC",
    "ends": "EXENDTC",
}


def exposures(tabulations: Tabulations) -> list[Item]:
    """Every interval of dosing, with its dates as written; one without an end stays open."""
    return [
        Item(
            (row.usubjid, row.seq),
            {
                "subject": row.usubjid,
                "sequence": row.seq,
                "treatment": row.treatment,
                "dose": row.dose,
                "dose_unit": text(row.unit),
                "dose_form": text(row.form),
                "frequency": text(row.frequency),
                "route": text(row.route),
                "lot": text(row.lot),
                "epoch": text(row.epoch),
                "visit_num": row.visit_num,
                "starts": text(row.started),
                "ends": text(row.ended),
            },
            place(tabulations, EXPOSURES, row.row_no),
            _VARIABLES,
        )
        for row in tabulations[EXPOSURES]
    ]
