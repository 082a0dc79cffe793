"""What a reader hands on.

One tabulation dataset, whatever file format it came in, and what is said of a broken one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.licensed import is_licensed

Value = str | int | float | Decimal | bool | None


class Broken(Exception):
    """Something in a delivery that cannot be taken over: nothing of the delivery may be stored.

    `file` is the file's name, `row` its row (the first row of data is 1) where one row is to blame,
    `variable` the variable where one is, `reason` a sentence that can be shown to people.
    """

    def __init__(self, file: str, row: int | None, reason: str | Promise, variable: str = "") -> None:
        super().__init__(file, row, variable, reason)
        self.file, self.row, self.variable, self.reason = file, row, variable, reason

    @property
    def place(self) -> str:
        """File, row and variable in one phrase."""
        parts = [self.file]
        if self.row is not None:
            parts.append(str(format_lazy(_("row {row}"), row=self.row)))
        if self.variable:
            parts.append(self.variable)
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class BrokenFile(Broken):
    """The file is not what it claims to be.

    Cut short, another format, wrong count of records, variables missing.
    """


class BrokenRow(Broken):
    """The file can be read, but one row of it says something impossible."""

    def __init__(self, file: str, row: int, variable: str, reason: str | Promise) -> None:
        super().__init__(file, row, reason, variable)


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of a dataset; `label` is empty where the format has none."""

    name: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `number` counts from 1 in the order of the file; blank values are `None`."""

    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Source:
    """The file that values came from.

    Its name, the SHA-256 of its bytes in hexadecimal, its size in bytes.
    """

    file: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Dataset:
    """One tabulation dataset (SDTM domain) as delivered, without the columns of licensed dictionaries."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: list[Row]
    source: Source

    @property
    def file(self) -> str:
        return self.source.file

    @property
    def sha256(self) -> str:
        return self.source.sha256

    @property
    def size(self) -> int:
        return self.source.size

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns)

    def require(self, variables: Iterable[str]) -> None:
        """Raise `BrokenFile` where a variable that the domain cannot do without is missing."""
        missing = [name for name in variables if name not in self.variables]
        if missing:
            reason = format_lazy(_("The file has no {names}."), names=", ".join(missing))
            raise BrokenFile(self.file, None, reason)


def build_dataset(
    source: Source, name: str, label: str, columns: Sequence[Column], records: Iterable[Sequence[Value]]
) -> Dataset:
    """Put together what a reader found.

    Blanks become `None`, columns of licensed dictionaries are left behind.

    Every reader comes through here, so nothing behind it can store a licensed term. Raises `BrokenFile`
    where a variable is named twice or a record has another number of values than there are variables.
    """
    _refuse_doubles(source, columns)
    names = [column.name for column in columns]
    kept = [index for index, variable in enumerate(names) if not is_licensed(name, variable)]
    rows = []
    for number, record in enumerate(records, start=1):
        if len(record) != len(names):
            reason = format_lazy(
                _("The row has {found} values for {wanted} variables."), found=len(record), wanted=len(names)
            )
            raise BrokenFile(source.file, number, reason)
        values = {names[index]: _clean(source, number, names[index], record[index]) for index in kept}
        rows.append(Row(number, _without_licensed_qualifier(name, values)))
    return Dataset(name, label, tuple(columns[index] for index in kept), rows, source)


def _refuse_doubles(source: Source, columns: Sequence[Column]) -> None:
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            reason = format_lazy(_("The variable {name} is there twice."), name=column.name)
            raise BrokenFile(source.file, None, reason)
        seen.add(column.name)


def _without_licensed_qualifier(name: str, values: dict[str, Value]) -> dict[str, Value]:
    """A supplemental qualifier (SUPP--) may carry a dictionary term as its value.

    The row stays, the term does not.
    """
    if name.startswith("SUPP") and is_licensed(name[4:], str(values.get("QNAM") or "")):
        return {**values, "QVAL": None}
    return values


def _clean(source: Source, number: int, variable: str, value: Value) -> Value:
    if not isinstance(value, str):
        return value
    text = value.rstrip(" \0")
    if "\0" in text:
        raise BrokenFile(source.file, number, _("The text holds a NUL character."), variable)
    return text or None
