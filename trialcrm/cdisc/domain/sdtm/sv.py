"""SV, Subject Visits.

One row per visit that took place, or (from version 3.4) that was planned and missed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.fields import Fields


@dataclass(frozen=True, slots=True)
class SubjectVisitRow:
    """One visit as delivered.

    `on` is its first day; only a visit said not to have taken place may lack it.
    """

    usubjid: str
    visit_num: Decimal
    name: str | None
    visit_day: int | None
    on: date | None
    until: date | None
    start_day: int | None
    has_occurred: bool
    missed_reason: str | None
    contact_mode: str | None
    unplanned_reason: str | None
    row_no: int


def _read(fields: Fields) -> SubjectVisitRow:
    on, until = fields.day("SVSTDTC"), fields.day("SVENDTC")
    has_occurred = fields.yes_no("SVOCCUR") is not False
    if has_occurred and on is None:
        raise fields.refuse("SVSTDTC", _("A visit that took place needs its date."))
    if on and until and until < on:
        raise fields.refuse("SVENDTC", _("The visit ends before it starts."))
    return SubjectVisitRow(
        usubjid=fields.needed("USUBJID"),
        visit_num=fields.needed_visit_num(),
        name=fields.text("VISIT"),
        visit_day=fields.integer("VISITDY"),
        on=on,
        until=until,
        start_day=fields.integer("SVSTDY"),
        has_occurred=has_occurred,
        missed_reason=fields.text("SVREASOC"),
        contact_mode=fields.text("SVCNTMOD"),
        unplanned_reason=fields.text("SVUPDES"),
        row_no=fields.row_no,
    )


# No unique key: a visit number delivered twice for one participant is renumbered with a finding, not refused.
SUBJECT_VISITS = Domain("SV", "subject_visits", ("USUBJID", "VISITNUM", "SVSTDTC"), _read)
