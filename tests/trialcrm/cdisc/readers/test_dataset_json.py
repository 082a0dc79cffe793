from decimal import Decimal

import pytest

from trialcrm.cdisc.domain.datasets import BrokenFile
from trialcrm.cdisc.readers.dataset_json import read_json, read_ndjson

COLUMNS = {
    "STUDYID": "string",
    "VISITNUM": "float",
    "AGE": "integer",
    "SVSTDTC": "date",
    "DOSE": "decimal",
    "OK": "boolean",
}
ROWS = [["S1", 5.01, 61, "2013-07", "0.1", True], ["S1", 9, None, "", None, None]]


@pytest.fixture
def document(make_json):
    return make_json("SV", COLUMNS, ROWS)


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_both_forms_give_the_same_rows(document, write_json, write_ndjson, form):
    dataset = (
        read_json(write_json("sv.json", document))
        if form == "json"
        else read_ndjson(write_ndjson("sv.ndjson", document))
    )
    assert (dataset.name, dataset.label, len(dataset.sha256)) == ("SV", "Dataset SV", 64)
    assert [column.name for column in dataset.columns] == list(COLUMNS)
    assert list(dataset.rows[0].values.values()) == ["S1", Decimal("5.01"), 61, "2013-07", "0.1", True]


def test_empty_text_is_nothing(document, write_json):
    assert list(read_json(write_json("sv.json", document)).rows[1].values.values()) == ["S1", 9, None, None, None, None]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"records": 3}, "announces 3 records and has 2"),
        ({"records": "2"}, "announces 2 records"),
        ({"rows": None}, "announces 2 records and has 0"),
        ({"rows": {"a": 1}}, "announces 2 records"),
        ({"datasetJSONVersion": "1.0.0"}, "Version 1.0.0 is not read"),
        ({"datasetJSONVersion": "1.10"}, "not read"),
        ({"columns": []}, "names no variables"),
        ({"columns": "STUDYID"}, "names no variables"),
        ({"columns": ["STUDYID"]}, "lack itemOID, name, label, dataType"),
    ],
)
def test_a_document_that_contradicts_itself_is_refused(document, write_json, change, says):
    with pytest.raises(BrokenFile, match=says):
        read_json(write_json("sv.json", {**document, **change}))


@pytest.mark.parametrize("name", ["records", "name", "label", "columns", "itemGroupOID", "datasetJSONVersion"])
def test_missing_metadata_are_named(document, write_json, name):
    del document[name]
    with pytest.raises(BrokenFile, match=name):
        read_json(write_json("sv.json", document))


@pytest.mark.parametrize("data_type", ["complex", None, ["string"], {}])
def test_an_unknown_type_of_column_is_refused(document, write_json, data_type):
    document["columns"][1]["dataType"] = data_type
    with pytest.raises(BrokenFile, match="VISITNUM has the type"):
        read_json(write_json("sv.json", document))


@pytest.mark.parametrize(
    ("column", "value"),
    [(0, 7), (1, "5.01"), (1, True), (2, 1.5), (2, "61"), (3, 20130701), (4, "a lot"), (4, "NaN"), (5, "Y")],
)
def test_a_value_of_another_type_is_refused_with_row_and_variable(document, write_json, column, value):
    document["rows"][1][column] = value
    with pytest.raises(BrokenFile) as refusal:
        read_json(write_json("sv.json", document))
    assert (refusal.value.row, refusal.value.variable) == (2, list(COLUMNS)[column])


@pytest.mark.parametrize("row", [["S1"], [*ROWS[0], "more"], "S1", {"STUDYID": "S1"}])
def test_a_row_of_another_shape_is_refused_with_its_number(document, write_json, row):
    document["rows"][1] = row
    with pytest.raises(BrokenFile, match="row 2"):
        read_json(write_json("sv.json", document))


def test_a_variable_named_twice_is_refused(document, write_json):
    document["columns"][1]["name"] = "STUDYID"
    document["columns"][1]["dataType"] = "string"
    document["rows"] = [["S1", "S1", 61, "2013", "1", True]] * 2
    with pytest.raises(BrokenFile, match="STUDYID is there twice"):
        read_json(write_json("sv.json", document))


@pytest.mark.parametrize("kept", [1, 40, -1, -20])
def test_a_file_cut_short_is_refused(document, write_json, kept):
    path = write_json("sv.json", document)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BrokenFile, match="cut short"):
        read_json(path)


def test_a_list_is_no_document(write_json):
    with pytest.raises(BrokenFile, match="not a Dataset-JSON document"):
        read_json(write_json("sv.json", [1, 2]))


def test_other_encodings_and_constants_outside_json_are_refused(tmp_path, document, write_json):
    path = tmp_path / "sv.json"
    path.write_bytes('{"label": "café"}'.encode("windows-1252"))
    with pytest.raises(BrokenFile, match="not UTF-8"):
        read_json(path)
    document["rows"][0][1] = float("nan")
    with pytest.raises(BrokenFile, match="not JSON"):
        read_json(write_json("sv.json", document))


def test_deep_nesting_is_refused_not_a_crash(tmp_path):
    path = tmp_path / "sv.json"
    path.write_text("[" * 100_000)
    with pytest.raises(BrokenFile):
        read_json(path)


def test_a_broken_line_is_refused_with_its_row(document, write_ndjson):
    path = write_ndjson("sv.ndjson", document)
    path.write_text(path.read_text()[:-5])
    with pytest.raises(BrokenFile, match="row 2"):
        read_ndjson(path)


def test_a_missing_line_is_refused(document, write_ndjson):
    path = write_ndjson("sv.ndjson", document)
    path.write_text("\n".join(path.read_text().splitlines()[:-1]))
    with pytest.raises(BrokenFile, match="announces 2 records and has 1"):
        read_ndjson(path)


def test_newline_delimited_rows_without_metadata_are_refused(tmp_path):
    path = tmp_path / "sv.ndjson"
    path.write_text('["S1", 1]\n["S1", 2]\n')
    with pytest.raises(BrokenFile, match="first line"):
        read_ndjson(path)


def test_the_published_sample_is_read(shared_data):
    dataset = read_json(shared_data / "sdtm-msg" / "sv.json")
    assert (dataset.name, len(dataset.rows)) == ("SV", 164)
