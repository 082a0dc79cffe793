"""Findings about completion."""

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from trialcrm.cdisc.domain.findings.catalogue import FLAG_AND_END, Finding, say
from trialcrm.cdisc.domain.sdtm.ds import DISPOSITIONS, ends_of_participation
from trialcrm.cdisc.domain.sdtm.supp import DM_QUALIFIERS, QualifierRow
from trialcrm.cdisc.domain.tabulations import Tabulations

_COMPLETER_FLAG = re.compile(r"COMPLT(\d+)")


def find(tabulations: Tabulations) -> Iterator[Finding]:
    """Participants flagged as completers of the last week that has such a flag, whose participation ended
    otherwise.
    """
    ends = ends_of_participation(tabulations[DISPOSITIONS])
    flag = _last_flag(tabulations[DM_QUALIFIERS])
    for row in tabulations[DM_QUALIFIERS]:
        end = ends.get(row.usubjid)
        if row.code == flag and row.value == "Y" and end and end.reason.value != "COMPLETED":
            text = say(
                _("Flagged {flag}, yet participation ended with “{reason}”; both are kept as they are."),
                flag=flag,
                reason=end.reason.source,
            )
            file = tabulations.file(DM_QUALIFIERS)
            yield Finding(FLAG_AND_END, file, row.row_no, row.usubjid, row.code, row.value, text)


def _last_flag(rows: Iterable[QualifierRow]) -> str | None:
    weeks = {int(found[1]): row.code for row in rows if (found := _COMPLETER_FLAG.fullmatch(row.code))}
    return weeks[max(weeks)] if weeks else None
