"""CSV with a header row of variable names, separated by commas."""

import csv
from io import StringIO
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenFile, Column, Dataset, Source, build_dataset
from trialcrm.cdisc.readers.files import decode, load


def read_csv(path: Path) -> Dataset:
    """Read a `.csv` file, named after its domain since the format has no name inside.

    Text is UTF-8 if its bytes are, else Windows-1252. Raises `BrokenFile` where it has no header, a row has
    another number of values than the header, or a quotation mark is not closed.
    """
    source, content = load(path)
    header, *records = _rows(source, decode(source, content))
    columns = [Column(name.strip().upper()) for name in header]
    if not all(column.name.isidentifier() for column in columns):
        raise BrokenFile(source.file, None, _("The first row is not a row of variable names."))
    return build_dataset(source, path.stem.upper(), "", columns, records)


def _rows(source: Source, text: str) -> list[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(row for row in reader if row)
    except csv.Error as error:
        reason = format_lazy(_("The row cannot be read as CSV: {error}."), error=error)
        raise BrokenFile(source.file, len(rows) or None, reason) from error
    if not rows:
        raise BrokenFile(source.file, None, _("The file has no header row."))
    return rows
