"""The ledger: a balance sheet that shows its sum and says when it does not come out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; amounts that leave are negative, `balance` is the running sum behind it."""

    label: str
    amount: int
    balance: int
    url: str


@dataclass(frozen=True, slots=True)
class Ledger:
    entries: tuple[Entry, ...]
    balance: int
    counted: int | None

    @property
    def difference(self) -> int:
        """Counted less computed: 0 when it comes out, or when nobody has counted yet."""
        return 0 if self.counted is None else self.counted - self.balance


def ledger(rows: Iterable[tuple[Any, ...]], counted: int | None = None) -> Ledger:
    """Sum (label, amount) or (label, amount, url) rows in the order given, against what was counted by hand."""
    entries: list[Entry] = []
    balance = 0
    for label, amount, url in ((*row, "")[:3] for row in rows):
        balance += amount
        entries.append(Entry(label, amount, balance, url))
    return Ledger(tuple(entries), balance, counted)
