import json
from decimal import Decimal

import pytest

from trialcrm.cdisc.domain.datasets import BrokenFile
from trialcrm.cdisc.domain.windows import VisitWindow
from trialcrm.cdisc.readers.windows import read_windows

TABLE = (VisitWindow(Decimal(4), 3, 3), VisitWindow(Decimal("8.1"), 0, 5))


def test_a_folder_without_a_table_has_none(tmp_path):
    assert read_windows(tmp_path) is None


def test_the_table_is_read_from_csv(tmp_path):
    (tmp_path / "Windows.CSV").write_text("VISITNUM,BEFORE,AFTER\n4,3,3\n8.1,0,5\n")
    table = read_windows(tmp_path)
    assert (table.windows, table.origin, table.source.file) == (TABLE, "Windows.CSV", "Windows.CSV")


def test_the_table_is_read_from_json(tmp_path):
    entries = [{"visitnum": 4, "before": 3, "after": 3}, {"visitnum": 8.1, "before": 0, "after": 5}]
    (tmp_path / "windows.json").write_text(json.dumps(entries))
    assert read_windows(tmp_path).windows == TABLE


def test_two_tables_are_refused(tmp_path):
    (tmp_path / "windows.csv").write_text("VISITNUM,BEFORE,AFTER\n")
    (tmp_path / "windows.json").write_text("[]")
    with pytest.raises(BrokenFile, match="holds windows too"):
        read_windows(tmp_path)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("VISITNUM,BEFORE\n4,3\n", "AFTER"),
        ("VISITNUM,BEFORE,AFTER\n4,3,\n", "row 1, AFTER"),
        ("VISITNUM,BEFORE,AFTER\n4,3,3\nfive,3,3\n", "row 2, VISITNUM"),
        ("VISITNUM,BEFORE,AFTER\n4,-1,3\n", "row 1, BEFORE"),
        ("VISITNUM,BEFORE,AFTER\n4,1.5,3\n", "row 1, BEFORE"),
        ("VISITNUM,BEFORE,AFTER\n4,3,3\n4.0,2,2\n", "row 2, VISITNUM"),
    ],
)
def test_a_broken_table_is_refused_with_its_place(tmp_path, content, place):
    (tmp_path / "windows.csv").write_text(content)
    with pytest.raises(BrokenFile, match=place):
        read_windows(tmp_path)


@pytest.mark.parametrize("content", ["{}", "[1]", "[", '[{"visitnum": NaN, "before": 1, "after": 1}]'])
def test_broken_json_is_refused(tmp_path, content):
    (tmp_path / "windows.json").write_text(content)
    with pytest.raises(BrokenFile):
        read_windows(tmp_path)
