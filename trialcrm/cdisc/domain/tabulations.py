"""A whole delivery, parsed: the rows of every domain that is read, checked against each other."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.datasets import BrokenFile, BrokenRow, Dataset
from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.schedule import Schedule, plan_schedule
from trialcrm.cdisc.domain.sdtm import DOMAINS
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS
from trialcrm.cdisc.domain.sdtm.tv import PLANNED_VISITS
from trialcrm.cdisc.domain.windows import WindowTable, protocol_windows

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Tabulations:
    """One delivery of one study. Index it with a domain to get its rows, in the order of the file."""

    study_id: str
    datasets: Mapping[str, Dataset]
    rows: Mapping[Domain[Any], list[Any]]
    windows: WindowTable
    schedule: Schedule

    def __getitem__(self, domain: Domain[RowT]) -> list[RowT]:
        return cast(list[RowT], self.rows[domain])

    def file(self, domain: Domain[Any]) -> str:
        """The name of the file that a domain was read from; its dataset's name where none was delivered."""
        dataset = self.datasets.get(domain.dataset)
        return dataset.file if dataset else domain.dataset


def tabulate(datasets: Mapping[str, Dataset], windows: WindowTable | None = None) -> Tabulations:
    """Parse every delivered domain and check them against each other.

    A domain that was not delivered has no rows.

    `windows` is a table delivered with the data; without one, that of a public protocol is used where the
    study has one. Raises `BrokenFile` and `BrokenRow`: nothing of a delivery that is refused may be stored.
    """
    if SUBJECTS.dataset not in datasets:
        raise BrokenFile(SUBJECTS.dataset, None, _("The delivery has no demographics (DM)."))
    study_id = _study_id(datasets)
    rows: dict[Domain[Any], list[Any]] = {
        domain: domain.parse(datasets[domain.dataset]) if domain.dataset in datasets else [] for domain in DOMAINS
    }
    table = windows or protocol_windows(study_id)
    planned = datasets.get(PLANNED_VISITS.dataset)
    schedule = plan_schedule(rows[PLANNED_VISITS], table, planned.file if planned else PLANNED_VISITS.dataset)
    tabulations = Tabulations(study_id, datasets, rows, table, schedule)
    _refuse_strangers(tabulations)
    _refuse_second_ends(tabulations)
    return tabulations


def _study_id(datasets: Mapping[str, Dataset]) -> str:
    """The one study that every row of every delivered dataset names."""
    study_id: Hashable = None
    for name in dict.fromkeys(domain.dataset for domain in DOMAINS):
        dataset = datasets.get(name)
        for row in dataset.rows if dataset else ():
            stated = row.values.get("STUDYID")
            study_id = study_id or stated
            if stated is None or stated != study_id:
                reason = format_lazy(
                    _("The row belongs to study {one}, the rest to {other}."), one=stated, other=study_id
                )
                raise BrokenRow(dataset.file if dataset else name, row.number, "STUDYID", reason)
    if study_id is None:
        raise BrokenFile(datasets[SUBJECTS.dataset].file, None, _("The file has no rows."))
    return str(study_id)


def _refuse_strangers(tabulations: Tabulations) -> None:
    """Every row about a participant must be about one that demographics name."""
    known = {subject.usubjid for subject in tabulations[SUBJECTS]}
    for domain, rows in tabulations.rows.items():
        for row in rows:
            usubjid = getattr(row, "usubjid", None)
            if usubjid is not None and usubjid not in known:
                reason = format_lazy(_("Demographics (DM) have no {usubjid}."), usubjid=usubjid)
                raise BrokenRow(tabulations.file(domain), row.row_no, "USUBJID", reason)


def _refuse_second_ends(tabulations: Tabulations) -> None:
    """Participation ends once, for one reason."""
    first: dict[str, int] = {}
    for row in tabulations[DISPOSITIONS]:
        if row.ends_participation and first.setdefault(row.usubjid, row.row_no) != row.row_no:
            reason = format_lazy(
                _("Participation of {usubjid} already ended in row {row}."),
                usubjid=row.usubjid,
                row=first[row.usubjid],
            )
            raise BrokenRow(tabulations.file(DISPOSITIONS), row.row_no, "DSDECOD", reason)
