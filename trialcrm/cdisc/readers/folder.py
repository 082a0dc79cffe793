"""A delivered folder: which file holds which domain, in whatever format."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenFile, Dataset
from trialcrm.cdisc.domain.sdtm import DATASET_NAMES
from trialcrm.cdisc.readers.csv_table import read_csv
from trialcrm.cdisc.readers.dataset_json import read_json, read_ndjson
from trialcrm.cdisc.readers.xport import read_xport

_READERS: dict[str, Callable[[Path], Dataset]] = {
    ".xpt": read_xport,
    ".json": read_json,
    ".ndjson": read_ndjson,
    ".csv": read_csv,
}
_DOMAIN_NAME = re.compile(r"[A-Z]{2}|SUPP[A-Z]{2}|RELREC")


def find_files(folder: Path) -> dict[str, Path]:
    """The files of a folder by domain, whatever the case of letters in name and extension.

    Other files are no matter.

    Raises `BrokenFile` where the folder cannot be read or two files hold one domain.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise BrokenFile(folder.name, None, _("The folder cannot be read.")) from error
    found: dict[str, Path] = {}
    for path in files:
        name = path.stem.upper()
        if path.suffix.lower() not in _READERS or not _DOMAIN_NAME.fullmatch(name):
            continue
        if name in found:
            reason = format_lazy(_("{other} holds the same domain {name}."), other=found[name].name, name=name)
            raise BrokenFile(path.name, None, reason)
        found[name] = path
    return found


def read_file(path: Path) -> Dataset:
    """Read one file by its extension.

    Raises `BrokenFile` where it is broken or holds another domain than it says.
    """
    dataset = _READERS[path.suffix.lower()](path)
    if dataset.name.upper() != path.stem.upper():
        reason = format_lazy(_("The file holds the dataset {name}."), name=dataset.name)
        raise BrokenFile(path.name, None, reason)
    return dataset


def read_folder(folder: Path, wanted: Collection[str] = DATASET_NAMES) -> dict[str, Dataset]:
    """Read the domains of a folder that are `wanted` (by default all that the import knows), by name.

    Raises `BrokenFile` for the first broken file, and where the folder has none of the domains.
    """
    files = {name: path for name, path in find_files(folder).items() if name in wanted}
    if not files:
        raise BrokenFile(folder.name, None, _("The folder holds no SDTM datasets (.xpt, .json, .ndjson, .csv)."))
    return {name: read_file(path) for name, path in files.items()}
