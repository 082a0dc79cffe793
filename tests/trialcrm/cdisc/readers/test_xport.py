import contextlib
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialcrm.cdisc.domain.datasets import BrokenFile
from trialcrm.cdisc.readers.xport import read_xport

COLUMNS = ["STUDYID", "DOMAIN", "USUBJID", "VISITNUM", "VISIT"]
ROWS = [["S1", "SV", "S1-001", 9.3, "WEEK 12  "], ["S1", "SV", "S1-002", None, ""], ["S1", "SV", "S1-003", -7, "DAY"]]


def values(dataset, variable):
    return [row.values[variable] for row in dataset.rows]


def test_a_transport_file_gives_rows_numbers_and_what_identifies_the_file(write_xport):
    path = write_xport("sv.xpt", "SV", COLUMNS, ROWS)
    dataset = read_xport(path)
    assert (dataset.name, dataset.label, dataset.file) == ("SV", "Dataset SV", "sv.xpt")
    assert (dataset.sha256, dataset.size) == (sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    assert [column.name for column in dataset.columns] == COLUMNS
    assert dataset.columns[0].label == "Label of STUDYID"
    assert [row.number for row in dataset.rows] == [1, 2, 3]
    assert values(dataset, "VISITNUM") == [pytest.approx(9.3), None, -7.0]


def test_trailing_pad_is_cut_and_blank_text_is_nothing(write_xport):
    dataset = read_xport(write_xport("sv.xpt", "SV", COLUMNS, ROWS))
    assert values(dataset, "VISIT") == ["WEEK 12", None, "DAY"]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_text_is_read_as_utf_8_or_else_as_windows_1252(write_xport, encoding):
    rows = [["Alzheimer’s Disease", "café"]]
    dataset = read_xport(write_xport("ts.xpt", "TS", ["TSVAL", "TSPARM"], rows, encoding=encoding))
    assert dataset.rows[0].values == {"TSVAL": "Alzheimer’s Disease", "TSPARM": "café"}


def test_a_file_without_rows_is_an_empty_dataset(write_xport):
    path = write_xport("sv.xpt", "SV", ["STUDYID"], [["S1"]])
    path.write_bytes(path.read_bytes()[:-80])
    assert read_xport(path).rows == []


def test_something_else_is_refused(tmp_path):
    path = tmp_path / "dm.xpt"
    path.write_bytes(b"STUDYID,DOMAIN\nS1,DM\n")
    with pytest.raises(BrokenFile, match="not a SAS transport file") as refusal:
        read_xport(path)
    assert (refusal.value.file, refusal.value.row) == ("dm.xpt", None)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "dm.xpt").touch()
    with pytest.raises(BrokenFile, match="empty"):
        read_xport(tmp_path / "dm.xpt")


def test_a_missing_file_is_refused_without_naming_folders(tmp_path):
    with pytest.raises(BrokenFile, match=r"^dm\.xpt: The file cannot be read"):
        read_xport(tmp_path / "dm.xpt")


@pytest.mark.parametrize("kept", [40, 80, 400, 700, 1000])
def test_a_file_cut_in_its_headers_is_refused(write_xport, kept):
    path = write_xport("sv.xpt", "SV", COLUMNS, ROWS)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BrokenFile):
        read_xport(path)


def test_a_file_cut_in_its_rows_is_refused_with_the_row(write_xport):
    rows = [["S1", "SV", f"S1-{number:03}", float(number), "WEEK OF A LONG NAME"] for number in range(20)]
    path = write_xport("sv.xpt", "SV", COLUMNS, rows)
    content = path.read_bytes()
    for cut in (1, 80, 160):
        path.write_bytes(content[:-cut])
        with pytest.raises(BrokenFile, match="cut short"):
            read_xport(path)
    path.write_bytes(content[:-160])
    with pytest.raises(BrokenFile, match=r"row \d+"):
        read_xport(path)


def test_a_library_of_several_datasets_is_refused(write_xport, tmp_path):
    first = write_xport("one.xpt", "DM", ["STUDYID"], [["S1"]]).read_bytes()
    second = write_xport("two.xpt", "DS", ["STUDYID"], [["S1"]]).read_bytes()
    path = tmp_path / "dm.xpt"
    path.write_bytes(first + second[240:])
    with pytest.raises(BrokenFile, match="several datasets"):
        read_xport(path)


def test_a_damaged_header_is_refused(write_xport):
    path = write_xport("sv.xpt", "SV", COLUMNS, ROWS)
    path.write_bytes(path.read_bytes().replace(b"NAMESTR", b"NAMELESS"[:7]))
    with pytest.raises(BrokenFile, match="damaged"):
        read_xport(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 1500), byte=st.integers(0, 255), cut=st.integers(0, 300))
def test_any_damage_is_read_or_refused_never_a_crash(write_xport, position, byte, cut):
    path = write_xport("sv.xpt", "SV", COLUMNS, ROWS)
    content = bytearray(path.read_bytes())
    content[position % len(content)] = byte
    del content[len(content) // 2 : len(content) // 2 + cut]
    path.write_bytes(content)
    with contextlib.suppress(BrokenFile):
        read_xport(path)


def test_dictionary_columns_are_left_behind(write_xport):
    columns = ["STUDYID", "AETERM", "AELLT", "AELLTCD", "AEDECOD", "AEPTCD", "AEHLT", "AEHLTCD", "AEHLGT", "AEHLGTCD",
               "AEBODSYS", "AEBDSYCD", "AESOC", "AESOCCD", "AESEV"]  # fmt: skip
    dataset = read_xport(write_xport("ae.xpt", "AE", columns, [["text"] * len(columns)]))
    assert dataset.rows[0].values == {"STUDYID": "text", "AETERM": "text", "AESEV": "text"}
    assert [column.name for column in dataset.columns] == ["STUDYID", "AETERM", "AESEV"]


def test_the_pilot_is_read_whole_and_windows_1252_is_understood(shared_data):
    dataset = read_xport(shared_data / "cdiscpilot01" / "ts.xpt")
    assert len(dataset.rows) == 33
    assert "Mild to Moderate Alzheimer’s Disease" in values(dataset, "TSVAL")


def test_the_pilot_adverse_events_lose_their_dictionary_terms_only(shared_data):
    dataset = read_xport(shared_data / "cdiscpilot01" / "ae.xpt")
    assert len(dataset.rows) == 1191
    assert {"AETERM", "AESEV", "AESER", "AESPID"} <= dataset.variables
    assert not dataset.variables & {"AELLT", "AEDECOD", "AEPTCD", "AEHLT", "AEHLGT", "AEBODSYS", "AESOC", "AESOCCD"}
