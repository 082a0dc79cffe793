"""Small deliveries of the tests' own making: transport files, Dataset-JSON."""

import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

_CARD = 80
_NUMBER = 8


def _card(text: bytes) -> bytes:
    return text.ljust(_CARD)


def _padded(content: bytes) -> bytes:
    return content + b" " * (-len(content) % _CARD)


def _ibm(value: float | None) -> bytes:
    """A number in the base-16 floating point of mainframes, which the format prescribes."""
    if value is None:
        return b".".ljust(_NUMBER, b"\0")
    if value == 0:
        return bytes(_NUMBER)
    exponent, fraction = 64, abs(value)
    while fraction >= 1:
        fraction, exponent = fraction / 16, exponent + 1
    while fraction < 1 / 16:
        fraction, exponent = fraction * 16, exponent - 1
    return bytes([exponent | (128 if value < 0 else 0)]) + int(fraction * 2**56).to_bytes(7, "big")


def _namestr(number: int, name: str, is_text: bool, length: int, position: int) -> bytes:
    names = name.encode().ljust(8), f"Label of {name}".encode().ljust(40)
    kind = 2 if is_text else 1
    head = struct.pack(">hhhh8s40s", kind, 0, length, number, *names) + b" " * 8 + bytes(8) + b" " * 8 + bytes(4)
    head += struct.pack(">i", position)
    return head.ljust(140, b"\0")


def xport_bytes(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    """A transport file of version 5. A column is text where any of its values is."""
    cells = [[value.encode(encoding) if isinstance(value, str) else value for value in row] for row in rows]
    texts = [any(isinstance(row[index], bytes) for row in cells) for index in range(len(columns))]
    lengths = [
        max([1, *(len(row[index] or b"") for row in cells)]) if is_text else _NUMBER
        for index, is_text in enumerate(texts)
    ]
    stamp = b"01JAN20:00:00:00"
    out = _card(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!" + b"0" * 30)
    out += _card(b"SAS     SAS     SASLIB  9.4     TEST    " + b" " * 24 + stamp) + _card(stamp)
    out += _card(b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!000000000000000001600000000140")
    out += _card(b"HEADER RECORD*******DSCRPTR HEADER RECORD!!!!!!!" + b"0" * 30)
    out += _card(b"SAS     " + name.encode().ljust(8) + b"SASDATA 9.4     TEST    " + b" " * 24 + stamp)
    out += _card(stamp + b" " * 16 + f"Dataset {name}".encode().ljust(40))
    out += _card(b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!000000" + b"%04d" % len(columns) + b"0" * 20)
    positions = [sum(lengths[:index]) for index in range(len(columns))]
    out += _padded(b"".join(map(_namestr, range(1, len(columns) + 1), columns, texts, lengths, positions)))
    out += _card(b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!" + b"0" * 30)
    body = b"".join(
        (row[index] or b"").ljust(lengths[index]) if texts[index] else _ibm(row[index])
        for row in cells
        for index in range(len(columns))
    )
    return out + _padded(body)


def json_document(name: str, columns: dict[str, str], rows: list[list[Any]]) -> dict[str, Any]:
    """A Dataset-JSON document; `columns` is variable to data type."""
    return {
        "datasetJSONCreationDateTime": "2026-11-21T10:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "records": len(rows),
        "name": name,
        "label": f"Dataset {name}",
        "columns": [
            {"itemOID": f"IT.{name}.{column}", "name": column, "label": column, "dataType": data_type}
            for column, data_type in columns.items()
        ],
        "rows": [list(row) for row in rows],
    }


@pytest.fixture
def write_xport(tmp_path: Path) -> Callable[..., Path]:
    def write(file: str, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], **options: Any) -> Path:
        path = tmp_path / file
        path.write_bytes(xport_bytes(name, columns, rows, **options))
        return path

    return write


@pytest.fixture
def make_json() -> Callable[..., dict[str, Any]]:
    return json_document


@pytest.fixture
def write_json(tmp_path: Path) -> Callable[..., Path]:
    def write(file: str, document: Any) -> Path:
        path = tmp_path / file
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write


@pytest.fixture
def write_ndjson(tmp_path: Path) -> Callable[..., Path]:
    def write(file: str, document: dict[str, Any]) -> Path:
        head = {name: value for name, value in document.items() if name != "rows"}
        path = tmp_path / file
        path.write_text("\n".join(json.dumps(line) for line in [head, *document["rows"]]) + "\n", encoding="utf-8")
        return path

    return write
