"""The tabulation domains that are read, in the order in which they build on each other.

A further domain is one module with a `Domain` in it and one line here.
"""

from typing import Any

from trialcrm.cdisc.domain.domains import Domain
from trialcrm.cdisc.domain.sdtm import ae, assignments, dm, ds, ex, ie, se, supp, sv, ta, te, ti, ts, tv

DOMAINS: tuple[Domain[Any], ...] = (
    ts.SUMMARY,
    ta.ARM_ELEMENTS,
    te.ELEMENTS,
    tv.PLANNED_VISITS,
    ti.CRITERIA,
    dm.SUBJECTS,
    assignments.ASSIGNMENTS,
    ie.UNMET_CRITERIA,
    se.ELEMENT_PERIODS,
    ds.DISPOSITIONS,
    sv.SUBJECT_VISITS,
    ex.EXPOSURES,
    ae.EVENTS,
    supp.AE_QUALIFIERS,
    supp.DM_QUALIFIERS,
    supp.DS_QUALIFIERS,
)
DATASET_NAMES = frozenset(domain.dataset for domain in DOMAINS)
