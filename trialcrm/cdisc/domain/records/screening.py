"""Consent and screening as our records: from DM, DS and SE the dates, from IE and SUPPDS what was not met."""

from datetime import date

from subjects.domain.consent import ConsentStatus
from subjects.domain.importing import Item
from subjects.domain.screening import Answer, CriterionKind, FailReason, ScreeningStatus
from trialcrm.cdisc.domain.consents import consent_dates
from trialcrm.cdisc.domain.eligibility import unmet_criteria
from trialcrm.cdisc.domain.records.places import day, place
from trialcrm.cdisc.domain.sdtm import DOMAINS
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS, SubjectRow
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS, DispositionRow, ends_of_participation
from trialcrm.cdisc.domain.sdtm.ie import UNMET_CRITERIA
from trialcrm.cdisc.domain.sdtm.sv import SUBJECT_VISITS
from trialcrm.cdisc.domain.sdtm.ti import CRITERIA
from trialcrm.cdisc.domain.tabulations import Tabulations

#: A delivery knows one attempt for each participant.
ATTEMPT = 1


def consents(tabulations: Tabulations) -> list[Item]:
    """The consent of each participant whose day of consent is known; of no version, which SDTM does not record."""
    by_file = {tabulations.file(domain): domain for domain in DOMAINS}
    return [
        Item(
            (usubjid,),
            {
                "subject": usubjid,
                "status": ConsentStatus.ACTIVE,
                "signed_on": consent.on.exact,
                "is_inferred": consent.is_inferred,
            },
            place(tabulations, by_file[consent.file], consent.row_no),
        )
        for usubjid, consent in consent_dates(tabulations).items()
        if consent.on.exact
    ]


def attempts(tabulations: Tabulations) -> list[Item]:
    """One screening attempt for each participant, begun with consent, else with the first visit.

    The day of a pass is not in a delivery; that of a failure is where it does not lie before the attempt.
    """
    ends = ends_of_participation(tabulations[DISPOSITIONS])
    begun = _begun(tabulations)
    unmet = {row.usubjid for row in tabulations[UNMET_CRITERIA]}
    found = []
    for row in tabulations[SUBJECTS]:
        if row.usubjid not in begun:
            continue
        status = _status(row, ends.get(row.usubjid))
        decided = day(ends[row.usubjid].started) if status == ScreeningStatus.FAILED and row.usubjid in ends else None
        values = {
            "subject": row.usubjid,
            "attempt": ATTEMPT,
            "status": status,
            "screening_date": begun[row.usubjid],
            "decided_on": decided if decided and decided >= begun[row.usubjid] else None,
            "fail_reason": _fail_reason(row, status, row.usubjid in unmet),
        }
        origin = place(tabulations, SUBJECTS, row.row_no)
        found.append(Item((row.usubjid, ATTEMPT), values, origin, {"status": "ARMCD"}))
    return found


def _begun(tabulations: Tabulations) -> dict[str, date]:
    first: dict[str, date] = {}
    for visit in sorted(tabulations[SUBJECT_VISITS], key=lambda visit: visit.on or date.max):
        if visit.on:
            first.setdefault(visit.usubjid, visit.on)
    known = {usubjid: consent.on.exact for usubjid, consent in consent_dates(tabulations).items()}
    return first | {usubjid: on for usubjid, on in known.items() if on}


def _status(row: SubjectRow, end: DispositionRow | None) -> ScreeningStatus:
    if row.is_screen_failure:
        return ScreeningStatus.FAILED
    if row.is_assigned or row.first_dose:
        return ScreeningStatus.PASSED
    return ScreeningStatus.FAILED if end or row.is_known_dead else ScreeningStatus.PENDING


def _fail_reason(row: SubjectRow, status: ScreeningStatus, has_unmet: bool) -> str:
    if status != ScreeningStatus.FAILED:
        return ""
    if has_unmet:
        return FailReason.CRITERIA
    return FailReason.NOT_RECORDED if row.is_screen_failure else FailReason.WITHDREW


def results(tabulations: Tabulations) -> list[Item]:
    """The answers that kept somebody out, or should have: SDTM records no others.

    A criterion that is delivered twice for one participant, or that the study does not have, is answered once or not
    at all; the findings tell.
    """
    kinds = {row.code: row.category for row in tabulations[CRITERIA]}
    files = {tabulations.file(domain): domain for domain in DOMAINS}
    screened = _begun(tabulations)
    found: dict[tuple[str, str], Item] = {}
    for unmet in unmet_criteria(tabulations):
        code = unmet.criterion_code
        if code in kinds and unmet.usubjid in screened:
            answer = Answer.NO if kinds[code] == CriterionKind.INCLUSION else Answer.YES
            values = {
                "subject": unmet.usubjid,
                "screening": (unmet.usubjid, ATTEMPT),
                "criterion": code,
                "answer": answer,
            }
            origin = place(tabulations, files[unmet.file], unmet.row_no)
            found.setdefault((unmet.usubjid, code), Item((unmet.usubjid, code), values, origin))
    return list(found.values())
