import pytest

from trialcrm.cdisc.domain.datasets import BrokenFile
from trialcrm.cdisc.readers.folder import find_files, read_folder


@pytest.fixture
def dm(write_xport):
    return write_xport("DM.XPT", "DM", ["STUDYID", "USUBJID"], [["S1", "S1-001"]])


def test_files_are_chosen_by_domain_whatever_their_case_and_format(dm, tmp_path, make_json, write_json, write_ndjson):
    write_json("Sv.Json", make_json("SV", {"STUDYID": "string"}, [["S1"]]))
    write_ndjson("se.NDJSON", make_json("SE", {"STUDYID": "string"}, []))
    (tmp_path / "ds.csv").write_text("STUDYID\nS1\n")
    assert {name: len(dataset.rows) for name, dataset in read_folder(tmp_path).items()} == {
        "DM": 1,
        "DS": 1,
        "SE": 0,
        "SV": 1,
    }


def test_other_files_are_no_matter(dm, tmp_path):
    for name in ("define.xml", "expected.json", "README.md", "windows.json", "dm.pdf", "notes.csv"):
        (tmp_path / name).write_text("something else")
    (tmp_path / "ae.xpt").write_text("not wanted, so not looked at")
    assert list(read_folder(tmp_path, wanted={"DM", "DS"})) == ["DM"]


def test_two_files_for_one_domain_are_refused(dm, tmp_path):
    (tmp_path / "dm.csv").write_text("STUDYID\nS1\n")
    with pytest.raises(BrokenFile, match=r"DM\.XPT holds the same domain DM"):
        find_files(tmp_path)


def test_a_file_that_holds_another_domain_is_refused(write_xport, tmp_path):
    write_xport("dm.xpt", "DS", ["STUDYID"], [["S1"]])
    with pytest.raises(BrokenFile, match="holds the dataset DS"):
        read_folder(tmp_path)


def test_a_folder_without_datasets_or_no_folder_at_all_is_refused(tmp_path):
    with pytest.raises(BrokenFile, match="no SDTM datasets"):
        read_folder(tmp_path)
    with pytest.raises(BrokenFile, match="cannot be read"):
        read_folder(tmp_path / "nowhere")


def test_the_pilot_and_the_sample_are_read_with_their_counts(shared_data):
    pilot = {name: len(dataset.rows) for name, dataset in read_folder(shared_data / "cdiscpilot01").items()}
    assert pilot == {"AE": 1191, "DM": 306, "DS": 596, "EX": 591, "SE": 752, "SUPPAE": 1191, "SUPPDM": 1197,
                     "SUPPDS": 3, "SV": 3559, "TA": 8, "TE": 7, "TI": 31, "TS": 33, "TV": 21}  # fmt: skip
    sample = {name: len(dataset.rows) for name, dataset in read_folder(shared_data / "sdtm-msg").items()}
    assert sample == {"AE": 74, "DM": 18, "DS": 53, "EX": 1583, "IE": 1, "SE": 43, "SUPPDM": 3, "SV": 164, "TA": 8,
                      "TE": 5, "TI": 62, "TS": 51, "TV": 14}  # fmt: skip
