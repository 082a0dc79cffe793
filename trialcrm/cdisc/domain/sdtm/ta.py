"""TA, Trial Arms: which elements follow each other in which arm."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.cdisc.domain.terminology import EPOCH, Coded


@dataclass(frozen=True, slots=True)
class ArmElementRow:
    """One element of one arm, `order` counting from 1 within the arm."""

    arm_code: str
    arm_name: str
    order: int
    element_code: str
    element_name: str | None
    branch: str | None
    transition: str | None
    epoch: Coded | None
    row_no: int


def _read(fields: Fields) -> ArmElementRow:
    return ArmElementRow(
        arm_code=fields.needed("ARMCD"),
        arm_name=fields.needed("ARM"),
        order=fields.needed_integer("TAETORD"),
        element_code=fields.needed("ETCD"),
        element_name=fields.text("ELEMENT"),
        branch=fields.text("TABRANCH"),
        transition=fields.text("TATRANS"),
        epoch=fields.coded("EPOCH", EPOCH),
        row_no=fields.row_no,
    )


ARM_ELEMENTS = Domain(
    "TA",
    "arm_elements",
    ("ARMCD", "ARM", "TAETORD", "ETCD"),
    _read,
    key=lambda row: (row.arm_code, row.order),
)


class ArmFacts(NamedTuple):
    """An arm of the study; the row is the first that names it."""

    code: str
    name: str
    row_no: int


def arms(rows: Iterable[ArmElementRow]) -> list[ArmFacts]:
    """The arms in the order of their first row."""
    found: dict[str, ArmFacts] = {}
    for row in rows:
        found.setdefault(row.arm_code, ArmFacts(row.arm_code, row.arm_name, row.row_no))
    return list(found.values())
