import pytest

from trialcrm.cdisc.domain.datasets import BrokenFile
from trialcrm.cdisc.readers.csv_table import read_csv


@pytest.fixture
def write(tmp_path):
    def _write(content: bytes):
        path = tmp_path / "dm.csv"
        path.write_bytes(content)
        return path

    return _write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_a_table_gives_text_and_blanks_are_nothing(write, encoding):
    dataset = read_csv(write('studyid,DSTERM\r\nS1,"Café, closed"\r\n\r\nS1,\r\n'.encode(encoding)))
    assert (dataset.name, dataset.label) == ("DM", "")
    assert [row.values for row in dataset.rows] == [
        {"STUDYID": "S1", "DSTERM": "Café, closed"},
        {"STUDYID": "S1", "DSTERM": None},
    ]


@pytest.mark.parametrize("row", [b"S1", b"S1,a,b"])
def test_a_row_of_another_length_is_refused_with_its_number(write, row):
    with pytest.raises(BrokenFile, match="row 2"):
        read_csv(write(b"STUDYID,DSTERM\nS1,a\n" + row + b"\n"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "no header"),
        (b"S1;DM;1\n", "variable names"),
        (b",\n", "variable names"),
        (b"STUDYID,STUDYID\n", "there twice"),
        (b'STUDYID,DSTERM\nS1,"open\n', "cannot be read as CSV"),
        (b"STUDYID,DSTERM\nS1,\x81\n", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_a_broken_table_is_refused(write, content, says):
    with pytest.raises(BrokenFile, match=says):
        read_csv(write(content))
