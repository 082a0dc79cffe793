"""CDISC Dataset-JSON 1.1.

One JSON document, or newline-delimited JSON (metadata first, then one array per row).
"""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenFile, Column, Dataset, Source, build_dataset
from trialcrm.cdisc.readers.files import load

_VERSION = re.compile(r"1\.1(\.\d+)?")
_REQUIRED = (
    "datasetJSONCreationDateTime",
    "datasetJSONVersion",
    "itemGroupOID",
    "records",
    "name",
    "label",
    "columns",
)
_COLUMN_REQUIRED = ("itemOID", "name", "label", "dataType")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_integer(value) or isinstance(value, Decimal)


def _is_decimal(value: Any) -> bool:
    """Decimals travel as text, so that nothing is lost on the way; some writers use a number all the same."""
    if not isinstance(value, str):
        return _is_number(value)
    try:
        return value == "" or Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": _is_text,
    "integer": _is_integer,
    "decimal": _is_decimal,
    "float": _is_number,
    "double": _is_number,
    "boolean": _is_boolean,
    "datetime": _is_text,
    "date": _is_text,
    "time": _is_text,
    "URI": _is_text,
}


def read_json(path: Path) -> Dataset:
    """Read a `.json` file. Raises `BrokenFile` where it is not Dataset-JSON 1.1 or contradicts itself."""
    source, content = load(path)
    document = _parse(source, None, content)
    if not isinstance(document, dict):
        raise BrokenFile(source.file, None, _("This is not a Dataset-JSON document."))
    return _dataset(source, document, document.get("rows") or [])


def read_ndjson(path: Path) -> Dataset:
    """Read an `.ndjson` file. Raises `BrokenFile` as `read_json` does."""
    source, content = load(path)
    first, *lines = content.splitlines()
    document = _parse(source, None, first)
    if not isinstance(document, dict):
        raise BrokenFile(source.file, None, _("The first line is not the metadata of a Dataset-JSON document."))
    rows = [_parse(source, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    return _dataset(source, document, rows)


def _parse(source: Source, row: int | None, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise BrokenFile(source.file, row, _("The text is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise BrokenFile(source.file, row, _("This is not JSON, or it is cut short.")) from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON.")


def _dataset(source: Source, document: dict[str, Any], rows: Any) -> Dataset:
    _refuse_missing(source, document, _REQUIRED)
    if not _VERSION.fullmatch(str(document["datasetJSONVersion"])):
        reason = format_lazy(_("Version {version} is not read, only 1.1."), version=document["datasetJSONVersion"])
        raise BrokenFile(source.file, None, reason)
    if not isinstance(rows, list) or document["records"] != len(rows):
        found = len(rows) if isinstance(rows, list) else 0
        reason = format_lazy(
            _("The file announces {records} records and has {found}."),
            records=document["records"],
            found=found,
        )
        raise BrokenFile(source.file, None, reason)
    columns, checks = _columns(source, document["columns"])
    for number, row in enumerate(rows, start=1):
        _check_row(source, number, row, columns, checks)
    return build_dataset(source, str(document["name"]), str(document["label"]), columns, rows)


def _columns(source: Source, stated: Any) -> tuple[list[Column], list[Callable[[Any], bool]]]:
    columns, checks = [], []
    for column in stated if isinstance(stated, list) else ():
        _refuse_missing(source, column if isinstance(column, dict) else {}, _COLUMN_REQUIRED)
        data_type = str(column["dataType"])
        if data_type not in _TYPES:
            reason = format_lazy(
                _("{name} has the type “{type}”, which Dataset-JSON does not know."),
                name=column["name"],
                type=data_type,
            )
            raise BrokenFile(source.file, None, reason)
        columns.append(Column(str(column["name"]), str(column["label"])))
        checks.append(_TYPES[data_type])
    if not columns:
        raise BrokenFile(source.file, None, _("The file names no variables."))
    return columns, checks


def _refuse_missing(source: Source, found: Mapping[str, Any], required: tuple[str, ...]) -> None:
    missing = [name for name in required if name not in found]
    if missing:
        reason = format_lazy(_("The metadata lack {names}."), names=", ".join(missing))
        raise BrokenFile(source.file, None, reason)


def _check_row(
    source: Source, number: int, row: Any, columns: list[Column], checks: list[Callable[[Any], bool]]
) -> None:
    if not isinstance(row, list):
        raise BrokenFile(source.file, number, _("The row is not a list of values."))
    for column, check, value in zip(columns, checks, row, strict=False):
        if value is not None and not check(value):
            reason = format_lazy(_("“{value}” is not of the type announced."), value=value)
            raise BrokenFile(source.file, number, reason, column.name)
