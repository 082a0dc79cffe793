import io
import stat
import zipfile
from types import SimpleNamespace

import pytest

from trialcrm.cdisc.domain.datasets import BrokenFile
from trialcrm.cdisc.readers import uploads
from trialcrm.cdisc.readers.uploads import store


def upload(name, content=b"STUDYID\n"):
    return SimpleNamespace(name=name, file=io.BytesIO(content))


def archive(*entries, name="delivery.zip"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry, content in entries:
            target.writestr(entry, content)
    return upload(name, packed.getvalue())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_datasets_are_kept_by_their_plain_name_and_the_rest_is_left_out(tmp_path):
    folder = tmp_path / "run"
    store([upload("C:\\data\\dm.csv"), upload("../sv.csv"), upload("define.xml"), upload("run.sh")], folder)
    assert names(folder) == ["dm.csv", "sv.csv"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_archive_is_unpacked_without_its_folders(tmp_path):
    store([archive(("m5/dm.xpt", b"x"), ("m5/sub/sv.json", b"y"), ("m5/readme.txt", b"z"))], tmp_path / "run")
    assert names(tmp_path / "run") == ["dm.xpt", "sv.json"]


@pytest.mark.parametrize("path", ["../dm.csv", "/etc/dm.csv", "a/../../dm.csv", "C:\\dm.csv", "..\\dm.csv"])
def test_a_path_that_leads_out_of_the_archive_is_refused(tmp_path, path):
    with pytest.raises(BrokenFile, match="leads out"):
        store([archive((path, b"x"))], tmp_path / "run")


def test_a_link_in_an_archive_is_refused(tmp_path):
    link = zipfile.ZipInfo("dm.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(BrokenFile, match="link"):
        store([archive((link, b"/etc/passwd"))], tmp_path / "run")


def test_an_encrypted_archive_is_refused(tmp_path):
    packed = archive(("dm.csv", b"x")).file.getvalue()
    flagged = packed.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
    assert flagged != packed
    with pytest.raises(BrokenFile, match="encrypted"):
        store([upload("delivery.zip", flagged)], tmp_path / "run")


def test_an_archive_that_unpacks_to_more_than_it_may_is_refused_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "FILE_LIMIT", 100_000)
    bomb = archive(("dm.csv", b"0" * 5_000_000))
    assert len(bomb.file.getvalue()) < 10_000
    with pytest.raises(BrokenFile, match="too large"):
        store([bomb], tmp_path / "run")
    assert (tmp_path / "run" / "dm.csv").stat().st_size <= 100_000


def test_all_files_together_have_a_limit_too(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "TOTAL_LIMIT", 100_000)
    with pytest.raises(BrokenFile, match=r"sv\.csv.*too large"):
        store([upload("dm.csv", b"0" * 60_000), upload("sv.csv", b"0" * 60_000)], tmp_path / "run")


def test_so_does_their_number(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "COUNT_LIMIT", 2)
    with pytest.raises(BrokenFile, match="more than 2 files"):
        store([upload(name) for name in ("dm.csv", "sv.csv", "ds.csv")], tmp_path / "run")


@pytest.mark.parametrize("content", [b"no archive", b"PK\x03\x04 cut short"])
def test_a_damaged_archive_is_refused(tmp_path, content):
    with pytest.raises(BrokenFile, match="damaged"):
        store([upload("delivery.zip", content)], tmp_path / "run")


def test_a_file_that_is_there_twice_is_refused(tmp_path):
    with pytest.raises(BrokenFile, match="there twice"):
        store([upload("dm.csv"), archive(("DM.csv", b"x"))], tmp_path / "run")


def test_a_delivery_without_demographics_is_refused(tmp_path):
    with pytest.raises(BrokenFile, match="demographics"):
        store([upload("sv.csv")], tmp_path / "run")
