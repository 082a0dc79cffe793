"""A small invented study in rows and as files, and the published sample data beside the project."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.pilot import shared
from trialcrm.cdisc.domain.datasets import Column, Dataset, Source, build_dataset
from trialcrm.cdisc.domain.tabulations import Tabulations, tabulate
from trialcrm.cdisc.readers.folder import read_folder

Rows = list[dict[str, Any]]
Delivery = dict[str, Rows]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    return shared()


@pytest.fixture(autouse=True)
def _imports_of_one_test(settings: Any, tmp_path: Path) -> None:
    """Uploaded files wait in a folder of the test."""
    settings.IMPORT_DIR = tmp_path / "imports"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Delivery], Path]:
    """Write a delivery as CSV files into a folder of the test, over those of an earlier delivery."""

    def write(delivery: Delivery, name: str = "delivery") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for dataset_name, rows in delivery.items():
            variables = list(dict.fromkeys(variable for row in rows for variable in row))
            with (folder / f"{dataset_name.lower()}.csv").open("w", newline="") as file:
                table = csv.DictWriter(file, variables)
                table.writeheader()
                table.writerows(rows)
        return folder

    return write


def dataset(name: str, rows: Rows) -> Dataset:
    """Rows as a delivered dataset, with the variables that any of them has."""
    variables = list(dict.fromkeys(variable for row in rows for variable in row))
    records = [[row.get(variable) for variable in variables] for row in rows]
    source = Source(f"{name.lower()}.xpt", "0" * 64, 1)
    return build_dataset(source, name, "", [Column(variable) for variable in variables], records)


def _person(number: str, arm: str | None, **more: Any) -> dict[str, Any]:
    treated = arm not in (None, "Scrnfail")
    return {
        "STUDYID": "TEST-1",
        "DOMAIN": "DM",
        "USUBJID": f"T-10-{number}",
        "SUBJID": number,
        "SITEID": "10",
        "SEX": "F",
        "RACE": "WHITE",
        "ETHNIC": "NOT HISPANIC OR LATINO",
        "AGE": 61.0,
        "AGEU": "YEARS",
        "COUNTRY": "USA",
        "ARMCD": arm,
        "ARM": arm,
        "ACTARMCD": arm,
        "ACTARM": arm,
        "RFSTDTC": "2024-01-10" if treated else None,
        "RFXSTDTC": "2024-01-10" if treated else None,
        "RFENDTC": "2024-02-20" if treated else None,
        "RFICDTC": "2024-01-02",
        "RFPENDTC": "2024-02-20",
        "DTHDTC": None,
        "DTHFL": None,
        **more,
    }


def _planned(number: float, name: str, rule: str, day: int | None = None) -> dict[str, Any]:
    return {"STUDYID": "TEST-1", "VISITNUM": number, "VISIT": name, "VISITDY": day, "ARMCD": None, "TVSTRL": rule}


def _visit(subject: str, number: float, name: str, on: str | None, **more: Any) -> dict[str, Any]:
    row = {"STUDYID": "TEST-1", "USUBJID": f"T-10-{subject}", "VISITNUM": number, "VISIT": name, "SVSTDTC": on}
    return {**row, "SVENDTC": on, **more}


@pytest.fixture
def person() -> Callable[..., dict[str, Any]]:
    return _person


@pytest.fixture
def planned() -> Callable[..., dict[str, Any]]:
    return _planned


@pytest.fixture
def visit() -> Callable[..., dict[str, Any]]:
    return _visit


@pytest.fixture
def make_dataset() -> Callable[[str, Rows], Dataset]:
    return dataset


@pytest.fixture
def delivery() -> Delivery:
    """Three people: one on treatment with a visit passed over, one who failed screening, one who withdrew."""
    study = {"STUDYID": "TEST-1"}
    return {
        "DM": [_person("001", "ACT"), _person("002", "Scrnfail"), _person("003", "PBO")],
        "TV": [
            _planned(1, "SCREENING", "Start of Screening Epoch", -7),
            _planned(2, "BASELINE", "Start of Treatment Epoch", 1),
            _planned(3, "WEEK 2", "End of Visitnum 2 + 2W", 14),
            _planned(3.1, "CALL (T)", "End of Visitnum 3 + 7D", 21),
            _planned(4, "WEEK 4", "End of Visitnum 2 + 4W", 28),
            _planned(101, "EARLY END", "When subject is terminated early"),
        ],
        "SV": [
            _visit("001", 1, "SCREENING", "2024-01-02"),
            _visit("001", 2, "BASELINE", "2024-01-10"),
            _visit("001", 3, "WEEK 2", "2024-01-25"),
            _visit("001", 4, "WEEK 4", "2024-02-09"),
            _visit("002", 1, "SCREENING", "2024-01-03"),
            _visit("003", 1, "SCREENING", "2024-01-04"),
            _visit("003", 2, "BASELINE", "2024-01-10"),
            _visit("003", 101, "EARLY END", "2024-03-01"),
        ],
        "TE": [{**study, "ETCD": "SCRN", "ELEMENT": "Screen", "TESTRL": "Informed consent", "TEENRL": None}],
        "SE": [
            {
                **study,
                "USUBJID": f"T-10-{number}",
                "SESEQ": 1,
                "ETCD": "SCRN",
                "ELEMENT": "Screen",
                "SESTDTC": "2024-01-01",
            }
            for number in ("001", "002", "003")
        ],
        "DS": [
            {
                **study,
                "USUBJID": "T-10-003",
                "DSSEQ": 1,
                "DSTERM": "WISHES TO STOP",
                "DSDECOD": "WITHDRAWAL BY SUBJECT",
                "DSCAT": "DISPOSITION EVENT",
                "DSSTDTC": "2024-02-20",
            }
        ],
    }


@pytest.fixture
def tabulated() -> Callable[..., Tabulations]:
    def parse(delivery: Delivery, **options: Any) -> Tabulations:
        return tabulate({name: dataset(name, rows) for name, rows in delivery.items()}, **options)

    return parse


@pytest.fixture(scope="session")
def pilot(shared_data) -> Tabulations:
    """The CDISC pilot study."""
    return tabulate(read_folder(shared_data / "cdiscpilot01"))


@pytest.fixture(scope="session")
def sample(shared_data) -> Tabulations:
    """The sample of the SDTM Metadata Submission Guidelines 2.0."""
    return tabulate(read_folder(shared_data / "sdtm-msg"))
