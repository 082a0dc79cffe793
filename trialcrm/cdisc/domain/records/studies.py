"""The study and its sites as our records: TS, TE and the site numbers of DM."""

from subjects.domain.importing import Item
from subjects.domain.participation import ENDED
from subjects.domain.studies import Blinding, SiteStatus, StudyStatus
from trialcrm.cdisc.domain.participation import participations
from trialcrm.cdisc.domain.records.places import place, text
from trialcrm.cdisc.domain.sdtm.dm import SUBJECTS, sites
from trialcrm.cdisc.domain.sdtm.te import ELEMENTS, max_screening_days
from trialcrm.cdisc.domain.sdtm.ts import SUMMARY, study_facts
from trialcrm.cdisc.domain.tabulations import Tabulations

_BLINDING = {"OPEN LABEL": Blinding.OPEN, "SINGLE BLIND": Blinding.SINGLE, "DOUBLE BLIND": Blinding.DOUBLE}
_VARIABLES = {
    "title": "TSVAL (TITLE)",
    "phase": "TSVAL (TPHASE)",
    "indication": "TSVAL (INDIC)",
    "sponsor_name": "TSVAL (SPONSOR)",
    "planned_subjects": "TSVAL (PLANSUB)",
    "max_screening_days": "TEENRL",
    "protocol_id": "STUDYID",
}


def is_over(tabulations: Tabulations) -> bool:
    """Whether the participation of everybody has ended."""
    return all(state in ENDED for state in participations(tabulations).values())


def study(tabulations: Tabulations, protocol_id: str) -> Item:
    """The study. Its data come from deliveries alone, so nobody new enters through a page.

    When the participation of everybody has ended its follow-up is complete, until then its enrolment is closed. A
    blinding that is not said is taken as double: it hides most.
    """
    facts = study_facts(tabulations[SUMMARY])
    limit = max_screening_days(tabulations[ELEMENTS])
    values = {
        "protocol_id": protocol_id,
        "title": facts.title or protocol_id,
        "phase": text(facts.phase),
        "indication": text(facts.indication),
        "sponsor_name": text(facts.sponsor),
        "blinding": _BLINDING.get((facts.blinding or "").upper(), Blinding.DOUBLE),
        "planned_subjects": facts.planned_subjects,
        "status": StudyStatus.FOLLOW_UP_COMPLETE if is_over(tabulations) else StudyStatus.ENROLMENT_CLOSED,
        **({} if limit is None else {"max_screening_days": limit}),
    }
    origin = SUMMARY if SUMMARY.dataset in tabulations.datasets else SUBJECTS
    return Item((protocol_id,), values, place(tabulations, origin), _VARIABLES)


def study_sites(tabulations: Tabulations) -> list[Item]:
    """The sites, known by number and country only; deliveries name no institution and no time zone."""
    status = SiteStatus.CLOSED if is_over(tabulations) else SiteStatus.ENROLMENT_CLOSED
    variables = {"number": "SITEID", "country": "COUNTRY", "institution": "SITEID"}
    return [
        Item(
            (site.number,),
            {
                "number": site.number,
                "institution": f"Site {site.number}",
                "country": text(site.country),
                "status": status,
            },
            place(tabulations, SUBJECTS, site.row_no),
            variables,
        )
        for site in sites(tabulations[SUBJECTS])
    ]
