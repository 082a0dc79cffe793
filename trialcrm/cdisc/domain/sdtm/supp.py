"""SUPP--, Supplemental Qualifiers: facts about a row of another domain that have no variable of their own."""

from dataclasses import dataclass

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields


@dataclass(frozen=True, slots=True)
class QualifierRow:
    """One qualifier.

    `parent_variable` and `parent_value` find the row that it belongs to; blank ones mean the participant's
    only row. Surrounding blanks of the value are gone, as source systems pad it.
    """

    usubjid: str
    parent_variable: str | None
    parent_value: str | None
    code: str
    label: str | None
    value: str | None
    origin: str | None
    evaluator: str | None
    row_no: int


def _read(fields: Fields) -> QualifierRow:
    return QualifierRow(
        usubjid=fields.needed("USUBJID"),
        parent_variable=fields.text("IDVAR"),
        parent_value=fields.text("IDVARVAL"),
        code=fields.needed("QNAM"),
        label=fields.text("QLABEL"),
        value=fields.text("QVAL"),
        origin=fields.text("QORIG"),
        evaluator=fields.text("QEVAL"),
        row_no=fields.row_no,
    )


def qualifiers(parent: str) -> Domain[QualifierRow]:
    """The supplemental qualifiers of one domain."""
    return Domain(
        f"SUPP{parent}",
        f"{parent.lower()}_qualifiers",
        ("RDOMAIN", "USUBJID", "QNAM", "QVAL"),
        _read,
        key=lambda row: (row.usubjid, row.parent_variable, row.parent_value, row.code),
    )


DM_QUALIFIERS = qualifiers("DM")
DS_QUALIFIERS = qualifiers("DS")
AE_QUALIFIERS = qualifiers("AE")
