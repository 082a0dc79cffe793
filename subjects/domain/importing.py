"""What a delivery from outside says of a record, and where it says so."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a delivered record stands: dataset (`SV`), file, SHA-256 of the file in hexadecimal, row from 1.

    There is no row where the record follows from a file as a whole.
    """

    dataset: str
    file: str
    sha256: str
    row: int | None = None

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row}"
        return f"{self.file}{row}, sha256 {self.sha256[:12]}…"


@dataclass(frozen=True, slots=True)
class Item:
    """One record as delivered.

    `key` finds it within its study. `values` are by the name of our field; another record is named by its own key (a
    participant by the unique id, an arm by its code). `variables` says under which names the values were delivered.
    """

    key: Key
    values: Mapping[str, Any]
    place: Place
    variables: Mapping[str, str] = field(default_factory=dict)
