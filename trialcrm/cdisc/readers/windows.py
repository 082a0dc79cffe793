"""The optional table of visit windows beside the data, since SDTM has no variable for them.

`windows.csv` has the columns VISITNUM, BEFORE, AFTER; `windows.json` is a list of objects with the same
names. BEFORE and AFTER are whole days around the target.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenFile, Source
from trialcrm.cdisc.domain.windows import VisitWindow, WindowTable
from trialcrm.cdisc.readers.csv_table import read_csv
from trialcrm.cdisc.readers.files import decode, load

_NAMES = ("VISITNUM", "BEFORE", "AFTER")
_LONGEST = 366


def read_windows(folder: Path) -> WindowTable | None:
    """The table of a folder, or nothing. Raises `BrokenFile` where it is broken, or there are two."""
    files = sorted(path for path in folder.iterdir() if path.name.lower() in ("windows.csv", "windows.json"))
    if not files:
        return None
    if len(files) > 1:
        raise BrokenFile(files[1].name, None, format_lazy(_("{other} holds windows too."), other=files[0].name))
    source, entries = _from_csv(files[0]) if files[0].suffix.lower() == ".csv" else _from_json(files[0])
    windows = [_window(source, number, entry) for number, entry in enumerate(entries, start=1)]
    _refuse_repeats(source, windows)
    return WindowTable(tuple(windows), source.file, source)


def _from_csv(path: Path) -> tuple[Source, list[Mapping[str, Any]]]:
    table = read_csv(path)
    table.require(_NAMES)
    return table.source, [row.values for row in table.rows]


def _from_json(path: Path) -> tuple[Source, list[Mapping[str, Any]]]:
    source, content = load(path)
    try:
        entries = json.loads(decode(source, content), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BrokenFile(source.file, None, _("This is not JSON, or it is cut short.")) from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BrokenFile(source.file, None, _("A list of objects with VISITNUM, BEFORE and AFTER is expected."))
    return source, [{str(name).upper(): value for name, value in entry.items()} for entry in entries]


def _window(source: Source, number: int, entry: Mapping[str, Any]) -> VisitWindow:
    visit_num, before, after = (_number(source, number, name, entry.get(name)) for name in _NAMES)
    for name, days in (("BEFORE", before), ("AFTER", after)):
        if days != days.to_integral_value() or not 0 <= days <= _LONGEST:
            raise BrokenFile(source.file, number, _("A whole number of days from 0 to 366 is expected."), name)
    return VisitWindow(visit_num, int(before), int(after))


def _number(source: Source, number: int, name: str, value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise BrokenFile(source.file, number, _("A number is expected."), name)
    return found


def _refuse_repeats(source: Source, windows: list[VisitWindow]) -> None:
    seen: set[Decimal] = set()
    for number, window in enumerate(windows, start=1):
        if window.visit_num in seen:
            raise BrokenFile(source.file, number, _("The visit is there twice."), "VISITNUM")
        seen.add(window.visit_num)
