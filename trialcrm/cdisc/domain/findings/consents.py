"""Findings about consent dates."""

from collections.abc import Iterator
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.consents import ConsentDate, consent_dates
from trialcrm.cdisc.domain.findings.catalogue import CONSENT_INFERRED, Finding, say
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS
from trialcrm.cdisc.domain.sdtm.sv import SUBJECT_VISITS
from trialcrm.cdisc.domain.tabulations import Tabulations


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Participants whose consent is not recorded: its date is inferred, or unknown."""
    consents = consent_dates(tabulations)
    first_visits = _first_planned_visits(tabulations)
    for subject in tabulations[SUBJECTS]:
        consent = consents.get(subject.usubjid)
        if consent is None or consent.is_inferred:
            text = _explain(consent, first_visits.get(subject.usubjid))
            yield Finding(
                CONSENT_INFERRED,
                tabulations.file(SUBJECTS),
                subject.row_no,
                subject.usubjid,
                "RFICDTC",
                None,
                text,
            )


def _explain(consent: ConsentDate | None, first_visit: date | None) -> str | Promise:
    if consent is None:
        return _("Neither DM nor DS nor SE tells when consent was given.")
    values = {"on": consent.on, "file": consent.file, "row": consent.row_no}
    if first_visit and consent.on.exact != first_visit:
        return say(
            _("{on} inferred from the start of screening ({file}, row {row}); first visit {first}."),
            first=first_visit,
            **values,
        )
    return say(_("{on} inferred from the start of screening ({file}, row {row})."), **values)


def _first_planned_visits(tabulations: Tabulations) -> dict[str, date]:
    first = min(tabulations.schedule.visits, default=None)
    return {visit.usubjid: visit.on for visit in tabulations[SUBJECT_VISITS] if visit.on and visit.visit_num == first}
