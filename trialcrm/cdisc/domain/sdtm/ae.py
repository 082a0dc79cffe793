"""AE, Adverse Events: one row for each event, or for each time that it was assessed."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from safety.domain.assessments import SDTM_FLAGS, ActionTaken, Causality, Criterion, Outcome, Severity
from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields
from trialcrm.core.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row as delivered.

    `event` is what tells rows of one event (the sponsor's id), nothing where every row is an event of its own.
    `criteria` are the E2A criteria flagged, `serious` what the source itself says. Dictionary terms are never read.
    """

    usubjid: str
    seq: int
    event: str | None
    term: str
    severity: str
    serious: bool | None
    criteria: frozenset[Criterion]
    cancer: bool
    overdose: bool
    action: str
    causality: str
    outcome: str
    collected: PartialDate | None
    started: PartialDate | None
    ended: PartialDate | None
    start_day: int | None
    end_day: int | None
    row_no: int

    @property
    def is_flagged(self) -> bool:
        """Whether any flag of seriousness is set, those that are no criteria (cancer, overdose) included."""
        return bool(self.criteria) or self.cancer or self.overdose


def _read(fields: Fields) -> EventRow:
    return EventRow(
        usubjid=fields.needed("USUBJID"),
        seq=fields.needed_integer("AESEQ"),
        event=fields.text("AESPID"),
        term=fields.needed("AETERM"),
        severity=_one_of(fields, "AESEV", Severity) or _one_of(fields, "AETOXGR", Severity),
        serious=fields.yes_no("AESER"),
        criteria=frozenset(item for item, variable in SDTM_FLAGS.items() if fields.yes_no(variable)),
        cancer=bool(fields.yes_no("AESCAN")),
        overdose=bool(fields.yes_no("AESOD")),
        action=_one_of(fields, "AEACN", ActionTaken),
        causality=_one_of(fields, "AEREL", Causality),
        outcome=_one_of(fields, "AEOUT", Outcome),
        collected=fields.when("AEDTC"),
        started=fields.when("AESTDTC"),
        ended=fields.when("AEENDTC"),
        start_day=fields.integer("AESTDY"),
        end_day=fields.integer("AEENDY"),
        row_no=fields.row_no,
    )


def _one_of(fields: Fields, variable: str, choices: type[TextChoices]) -> str:
    """A value of a fixed list, or empty; raises `BrokenRow` for anything else."""
    text = fields.text(variable)
    if text is not None and text not in choices.values:
        reason = format_lazy(_("“{text}” is not one of: {allowed}."), text=text, allowed=", ".join(choices.values))
        raise fields.refuse(variable, reason)
    return text or ""


EVENTS = Domain("AE", "adverse_events", ("USUBJID", "AESEQ", "AETERM"), _read, key=lambda row: (row.usubjid, row.seq))
