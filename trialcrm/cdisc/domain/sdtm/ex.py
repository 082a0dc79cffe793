"""EX, Exposure: what each participant was given, one row for each interval of constant dosing. Tells the treatment."""

from dataclasses import dataclass
from decimal import Decimal

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.core.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """One interval as delivered; an end that is not known leaves it open."""

    usubjid: str
    seq: int
    treatment: str
    dose: Decimal | None
    unit: str | None
    form: str | None
    frequency: str | None
    route: str | None
    lot: str | None
    device: str | None
    epoch: str | None
    visit_num: Decimal | None
    started: PartialDate | None
    ended: PartialDate | None
    start_day: int | None
    end_day: int | None
    row_no: int


def _read(fields: Fields) -> ExposureRow:
    return ExposureRow(
        usubjid=fields.needed("USUBJID"),
        seq=fields.needed_integer("EXSEQ"),
        treatment=fields.needed("EXTRT"),
        dose=fields.number("EXDOSE"),
        unit=fields.text("EXDOSU"),
        form=fields.text("EXDOSFRM"),
        frequency=fields.text("EXDOSFRQ"),
        route=fields.text("EXROUTE"),
        lot=fields.text("EXLOT"),
        device=fields.text("SPDEVID"),
        epoch=fields.text("EPOCH"),
        visit_num=fields.visit_num(),
        started=fields.when("EXSTDTC"),
        ended=fields.when("EXENDTC"),
        start_day=fields.integer("EXSTDY"),
        end_day=fields.integer("EXENDY"),
        row_no=fields.row_no,
    )


EXPOSURES = Domain("EX", "exposures", ("USUBJID", "EXSEQ", "EXTRT"), _read, key=lambda row: (row.usubjid, row.seq))
