"""How a tabulation domain is described.

Its variables, how one of its rows is read, what makes a row unique.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import Dataset
from trialcrm.cdisc.domain.fields import Fields

RowT = TypeVar("RowT")


@dataclass(frozen=True, eq=False)
class Domain(Generic[RowT]):
    """What the import reads from one dataset.

    `dataset` is the name of the file (`DM`), `noun` what one row becomes, `required` the variables without
    which the file is refused, `read` the reader of one row (raises `BrokenRow`), `key` what may occur once
    only, if anything.
    """

    dataset: str
    noun: str
    required: tuple[str, ...]
    read: Callable[[Fields], RowT]
    key: Callable[[RowT], Hashable] | None = field(default=None)

    def parse(self, dataset: Dataset) -> list[RowT]:
        """Every row in the order of the file. Raises `BrokenFile` and `BrokenRow`."""
        dataset.require(("STUDYID", *self.required))
        rows = []
        seen: dict[Hashable, int] = {}
        for row in dataset.rows:
            fields = Fields(dataset, row)
            self._check_name(fields)
            parsed = self.read(fields)
            if self.key is not None:
                _refuse_repeats(fields, self.key(parsed), seen)
            rows.append(parsed)
        return rows

    def _check_name(self, fields: Fields) -> None:
        name = fields.text("DOMAIN")
        if name is not None and name != self.dataset:
            reason = format_lazy(_("The row belongs to {name}, not to {wanted}."), name=name, wanted=self.dataset)
            raise fields.refuse("DOMAIN", reason)


def _refuse_repeats(fields: Fields, key: Hashable, seen: dict[Hashable, int]) -> None:
    if key in seen:
        shown = " ".join(str(part) for part in key) if isinstance(key, tuple) else key
        reason = format_lazy(_("The row repeats row {row} ({key})."), row=seen[key], key=shown)
        raise fields.refuse("", reason)
    seen[key] = fields.row_no
