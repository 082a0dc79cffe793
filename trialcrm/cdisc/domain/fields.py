"""Reading the values of one row, each refusal naming file, row and variable."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenRow, Dataset, Row
from trialcrm.cdisc.domain.terminology import Coded, CodeList
from trialcrm.core.partial_dates import BadDate, PartialDate, parse_partial_date

# Transport files hold visit numbers as binary floating point (9.3 reads 9.299999999999999); CDISC's own
# sample numbers unscheduled visits in hundredths (5.01), so one decimal would fold them into the planned
# visit.
_VISIT_STEP = Decimal("0.01")
TENTH = Decimal("0.1")
_LARGEST = 2**31 - 1
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Fields:
    """One row, asked by variable name. A variable that the file does not have reads as blank."""

    dataset: Dataset
    row: Row

    @property
    def row_no(self) -> int:
        return self.row.number

    def refuse(self, variable: str, reason: str | Promise) -> BrokenRow:
        """The exception to raise about a variable of this row."""
        return BrokenRow(self.dataset.file, self.row.number, variable, reason)

    def text(self, variable: str) -> str | None:
        """The text without surrounding blanks, or nothing."""
        value = self.row.values.get(variable)
        return (str(value).strip() or None) if value is not None else None

    def needed(self, variable: str) -> str:
        """The text; raises `BrokenRow` where it is blank."""
        return self._present(variable, self.text(variable))

    def number(self, variable: str) -> Decimal | None:
        """The number, exact as written; raises `BrokenRow` where it is none."""
        text = self.text(variable)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            raise self.refuse(variable, format_lazy(_("“{text}” is not a number."), text=text))
        return Decimal(text)

    def integer(self, variable: str) -> int | None:
        """The whole number; raises `BrokenRow` where it is none."""
        number = self.number(variable)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise self.refuse(variable, format_lazy(_("{number} is not a whole number."), number=number))
        if abs(number) > _LARGEST:
            raise self.refuse(variable, format_lazy(_("{number} is too large."), number=number))
        return int(number)

    def needed_integer(self, variable: str) -> int:
        """The whole number; raises `BrokenRow` where it is blank or none."""
        return self._present(variable, self.integer(variable))

    def visit_num(self, variable: str = "VISITNUM") -> Decimal | None:
        """The visit number with the noise of binary floating point removed, trailing zeros too."""
        number = self.number(variable)
        if number is None:
            return None
        if not 0 <= number < 10_000:
            raise self.refuse(variable, format_lazy(_("{number} is not a visit number."), number=number))
        stepped = number.quantize(_VISIT_STEP)
        return stepped.quantize(Decimal(1)) if stepped == stepped.to_integral_value() else stepped.normalize()

    def needed_visit_num(self) -> Decimal:
        """The visit number; raises `BrokenRow` where it is blank."""
        return self._present("VISITNUM", self.visit_num())

    def when(self, variable: str) -> PartialDate | None:
        """The date, of any precision; raises `BrokenRow` where it is not an ISO 8601 date."""
        text = self.text(variable)
        if text is None:
            return None
        try:
            return parse_partial_date(text)
        except BadDate as error:
            raise self.refuse(variable, error.args[0]) from error

    def day(self, variable: str) -> date | None:
        """The full calendar day, or nothing where the date is blank.

        Raises `BrokenRow` where it is partial.
        """
        when = self.when(variable)
        if when is None:
            return None
        if when.exact is None:
            raise self.refuse(variable, format_lazy(_("{text} is not a full date."), text=when.text))
        return when.exact

    def yes_no(self, variable: str) -> bool | None:
        """Y, N or blank (CDISC code list NY); raises `BrokenRow` for anything else."""
        text = self.text(variable)
        if text in (None, "Y", "N"):
            return None if text is None else text == "Y"
        raise self.refuse(variable, format_lazy(_("“{text}” is neither Y nor N nor blank."), text=text))

    def coded(self, variable: str, code_list: CodeList) -> Coded | None:
        """The value in today's terminology with its source text.

        Raises `BrokenRow` where a closed list has it not.
        """
        text = self.text(variable)
        if text is None:
            return None
        coded = code_list.find(text)
        if coded is None:
            reason = format_lazy(
                _("“{text}” is not in the CDISC code list {name}: {allowed}."),
                text=text,
                name=code_list.name,
                allowed=", ".join(sorted(code_list.values)),
            )
            raise self.refuse(variable, reason)
        return coded

    def needed_coded(self, variable: str, code_list: CodeList) -> Coded:
        """As `coded`; raises `BrokenRow` where the value is blank."""
        return self._present(variable, self.coded(variable, code_list))

    def _present(self, variable: str, value: ValueT | None) -> ValueT:
        if value is None:
            raise self.refuse(variable, _("The value is missing."))
        return value
