"""SAS transport files, version 5: the format of SDTM submissions."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pyreadstat
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenFile, Column, Dataset, Source, build_dataset
from trialcrm.cdisc.readers.files import load

_LIBRARY = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
_MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
_OBSERVATIONS = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!"
_CARD = 80
_LABEL_AT, _LABEL_LENGTH = 32, 40
_ENCODINGS = ("UTF-8", "WINDOWS-1252")


def read_xport(path: Path) -> Dataset:
    """Read a transport file.

    Text is UTF-8 if its bytes are, else Windows-1252; numbers are binary floating point.

    Raises `BrokenFile` where it is not a version 5 transport file of one dataset, or was cut short.
    """
    source, content = load(path)
    data_at = _check_headers(source, content)
    values, meta = _parse(source, content)
    _refuse_cut(source, content[data_at:], sum(meta.variable_storage_width.values()), meta.number_rows)
    columns = [Column(name, meta.column_names_to_labels[name] or "") for name in meta.column_names]
    records = zip(*(values[column.name] for column in columns), strict=True)
    return build_dataset(source, meta.table_name or path.stem.upper(), _label(content), columns, records)


def _check_headers(source: Source, content: bytes) -> int:
    """Where the data begin."""
    if not content.startswith(_LIBRARY):
        raise BrokenFile(source.file, None, _("This is not a SAS transport file of version 5."))
    data_at = content.find(_OBSERVATIONS)
    if data_at < 0 or len(content) % _CARD:
        raise BrokenFile(source.file, None, _("The file is cut short."))
    if content.count(_MEMBER) != 1:
        raise BrokenFile(source.file, None, _("The file holds several datasets; one per file is expected."))
    return data_at + _CARD


def _parse(source: Source, content: bytes) -> tuple[dict[str, list[Any]], Any]:
    for encoding in _ENCODINGS:
        try:
            return pyreadstat.read_xport(
                BytesIO(content), encoding=encoding, output_format="dict", disable_datetime_conversion=True
            )
        except UnicodeDecodeError:
            continue
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise BrokenFile(source.file, None, _("The file is damaged: its headers do not add up.")) from error
    raise BrokenFile(source.file, None, _("The text is neither UTF-8 nor Windows-1252."))


def _refuse_cut(source: Source, data: bytes, row_length: int, rows: int) -> None:
    """The format keeps no count of rows.

    After the last whole one only blanks may follow, up to the end of the card.
    """
    rest = data[rows * row_length :]
    if rest.strip(b" ") or len(rest) >= max(_CARD, row_length):
        raise BrokenFile(source.file, rows + 1, _("The file is cut short."))


def _label(content: bytes) -> str:
    """The dataset's label stands in the second card of the member's description."""
    card = content.find(_MEMBER) + 3 * _CARD
    return content[card + _LABEL_AT : card + _LABEL_AT + _LABEL_LENGTH].decode("windows-1252", "replace").strip()
