"""Findings about the planned visits."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.findings.catalogue import VISIT_DAY, Finding, say
from trialcrm.cdisc.domain.sdtm.tv import PLANNED_VISITS
from trialcrm.cdisc.domain.tabulations import Tabulations


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Planned visits whose VISITDY is not the study day that their start rule leads to."""
    for visit in tabulations.schedule.visits.values():
        offset = tabulations.schedule.offset_from_first_dose(visit.visit_num)
        if visit.visit_day is None or offset is None:
            continue
        day = offset + 1 if offset >= 0 else offset
        if day != visit.visit_day:
            text = say(
                _("“{visit}” is due on day {day} ({offset} days from the first dose), not {visit_day}."),
                visit_day=visit.visit_day,
                visit=visit.name,
                day=day,
                offset=offset,
            )
            file = tabulations.file(PLANNED_VISITS)
            yield Finding(VISIT_DAY, file, visit.row_no, None, "VISITDY", str(visit.visit_day), text)
