"""Files that came through a page: kept in a folder of their own, archives unpacked, within limits."""

import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Protocol

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenFile
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.readers.folder import find_files

MEBIBYTE = 1024 * 1024
#: Limits of one file, of a whole delivery after unpacking, and of the number of files in it.
FILE_LIMIT, TOTAL_LIMIT, COUNT_LIMIT = 100 * MEBIBYTE, 300 * MEBIBYTE, 200
_CHUNK = 64 * 1024
_ENCRYPTED = 0x1
_WANTED = frozenset({".xpt", ".json", ".ndjson", ".csv"})


class Upload(Protocol):
    """What a page hands on for each file."""

    name: str | None

    @property
    def file(self) -> IO[bytes]: ...


def store(uploads: Iterable[Upload], folder: Path) -> None:
    """Write uploaded files, and the files in uploaded archives, into a new folder that is closed to others.

    Only names of datasets are kept, never a path; whatever is no dataset is left out.

    Raises:
        BrokenFile: an archive is damaged, encrypted or leads out of its folder, a file is there twice, the delivery is
            too large, or it has no demographics.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    room = _Room(folder)
    for upload in uploads:
        name = _plain_name(upload.name or "")
        upload.file.seek(0)
        if name.lower().endswith(".zip"):
            _unpack(name, upload.file, room)
        else:
            room.keep(name, upload.file)
    if SUBJECTS.dataset not in find_files(folder):
        raise BrokenFile(
            ", ".join(room.names) or "—", None, _("There is no file of demographics (dm.xpt, dm.json, …).")
        )


class _Room:
    """What is left of the limits of one delivery."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.left, self.names = folder, TOTAL_LIMIT, list[str]()

    def keep(self, name: str, content: IO[bytes]) -> None:
        """Write a file as long as it fits; what it announces of its size is not believed."""
        if PurePosixPath(name).suffix.lower() not in _WANTED:
            return
        if name.lower() in (other.lower() for other in self.names):
            raise BrokenFile(name, None, _("The file is there twice."))
        if len(self.names) >= COUNT_LIMIT:
            raise BrokenFile(name, None, format_lazy(_("There are more than {limit} files."), limit=COUNT_LIMIT))
        self.names.append(name)
        with (self.folder / name).open("xb") as target:
            for chunk in _chunks(name, content, min(FILE_LIMIT, self.left)):
                self.left -= len(chunk)
                target.write(chunk)


def _chunks(name: str, content: IO[bytes], limit: int) -> Iterator[bytes]:
    read = 0
    while chunk := content.read(_CHUNK):
        read += len(chunk)
        if read > limit:
            words = _("The file is too large: {file} MB are taken for one file, {total} MB for all.")
            megabytes = {"file": FILE_LIMIT // MEBIBYTE, "total": TOTAL_LIMIT // MEBIBYTE}
            raise BrokenFile(name, None, format_lazy(words, **megabytes))
        yield chunk


def _unpack(name: str, content: IO[bytes], room: _Room) -> None:
    try:
        with zipfile.ZipFile(content) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    _refuse_dangerous(name, entry)
                    with archive.open(entry) as packed:
                        room.keep(_plain_name(entry.filename), packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
        raise BrokenFile(name, None, _("The archive is damaged.")) from error


def _refuse_dangerous(archive: str, entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or PureWindowsPath(entry.filename).drive:
        raise BrokenFile(archive, None, _("The archive holds a path that leads out of it."))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BrokenFile(archive, None, _("The archive holds a link instead of a file."))
    if entry.flag_bits & _ENCRYPTED:
        raise BrokenFile(archive, None, _("The archive is encrypted."))


def _plain_name(name: str) -> str:
    """The last part of a path, without control characters, as long as file systems allow."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(character for character in last if character.isprintable())[-120:]
