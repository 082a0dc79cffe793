"""What can be counted of a study's adverse events and of what was given, by the names of the published figures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from medications.models import Exposure
from safety.domain.assessments import SDTM_FLAGS, Criterion
from safety.domain.consistency import is_treatment_emergent
from safety.models import AdverseEvent, AEAssessment, AECausality
from subjects.models import Study
from trialcrm.core.partial_dates import parse_partial_date

BLANK = "(blank)"
#: The numbers under which the figures are published.
NUMBERS = {
    "ae.rows": "G13",
    "ae.subjects": "G13",
    "ae.events_subj_aespid": "G13",
    "ae.rows_per_event_hist": "G13",
    "ae.rows_by_AESEV": "G14",
    "ae.events_by_max_sev": "G14",
    "ae.rows_by_arm": "G15",
    "ae.subjects_by_arm": "G15",
    "ae.events_by_arm": "G15",
    "ae.rows_by_AESER": "G16",
    "ae.rows_any_E2A_flag": "G17",
    "ae.events_any_E2A_flag": "G17",
    "ae.flags_rows_Y": "G18",
    "ae.rows_by_AEREL": "G19",
    "ae.rows_by_AEOUT": "G20",
    "ae.events_by_last_outcome": "G20",
    "ae.TEAE_rows": "G21",
    "ex.rows": "G22",
    "ex.subjects": "G22",
    "ex.by_trt_dose": "G22",
    "ex.rows_by_arm": "G22",
    "ex.records_per_subject": "G22",
    "ex.no_end_date": "G22",
}


def event_figures(user: Any, study: Study, arms: Mapping[Any, str]) -> dict[str, Any]:
    """Events and their assessments (the rows of a delivery); by arm only for readers who may see arms."""
    events = AdverseEvent.objects.visible_to(user).filter(study=study)
    rows = list(AEAssessment.objects.visible_to(user).filter(study=study).select_related("event", "subject"))
    if not rows:
        return {}
    headers = list(events.values_list("subject", "max_severity", "outcome", "is_serious"))
    serious = {None: BLANK, True: "Y", False: "N"}
    found = {
        "ae.rows": len(rows),
        "ae.subjects": len({row.subject_id for row in rows}),
        "ae.events_subj_aespid": len(headers),
        "ae.rows_per_event_hist": _histogram(row.event_id for row in rows),
        "ae.rows_by_AESEV": dict(Counter(row.severity for row in rows)),
        "ae.rows_by_AESER": dict(Counter(serious[row.source_serious] for row in rows)),
        "ae.rows_by_AEOUT": dict(Counter(row.outcome for row in rows)),
        "ae.rows_by_AEREL": _causality(user, study, len(rows)),
        "ae.events_by_max_sev": dict(Counter(worst for _subject, worst, _outcome, _serious in headers)),
        "ae.events_by_last_outcome": dict(Counter(outcome for _subject, _worst, outcome, _serious in headers)),
        "ae.rows_any_E2A_flag": sum(row.is_serious for row in rows),
        "ae.events_any_E2A_flag": sum(is_serious for *_rest, is_serious in headers),
        "ae.flags_rows_Y": _flags(rows),
        "ae.TEAE_rows": sum(_is_emergent(row) for row in rows),
    }
    if arms:
        found["ae.rows_by_arm"] = dict(Counter(arms[row.subject_id] for row in rows))
        found["ae.events_by_arm"] = dict(Counter(arms[subject] for subject, *_rest in headers))
        found["ae.subjects_by_arm"] = dict(Counter(arms[subject] for subject in {row.subject_id for row in rows}))
    return found


def _histogram(keys: Iterable[Any]) -> dict[str, int]:
    """How many keys occur once, twice …"""
    return {str(times): count for times, count in sorted(Counter(Counter(keys).values()).items())}


def _causality(user: Any, study: Study, rows: int) -> dict[str, int]:
    judged = Counter(AECausality.objects.visible_to(user).filter(study=study).values_list("causality", flat=True))
    blank = rows - judged.total()
    return dict(judged) | ({BLANK: blank} if blank else {})


def _flags(rows: list[AEAssessment]) -> dict[str, int]:
    counted = {variable: sum(getattr(row, item.value) for row in rows) for item, variable in SDTM_FLAGS.items()}
    # What this delivery does not have is not counted as never.
    counted.pop(SDTM_FLAGS[Criterion.MEDICALLY_IMPORTANT])
    counted |= {
        "AESCAN": sum(row.source_cancer for row in rows),
        "AESOD": sum(row.source_overdose for row in rows),
    }
    return {variable: count for variable, count in counted.items() if count}


def _is_emergent(row: AEAssessment) -> bool:
    onset = parse_partial_date(row.event.onset) if row.event.onset else None
    return bool(is_treatment_emergent(onset, row.subject.first_dose_on))


def exposure_figures(user: Any, study: Study, arms: Mapping[Any, str]) -> dict[str, Any]:
    """What was given; nothing for readers who may not see the treatment."""
    rows = list(Exposure.objects.visible_to(user).filter(study=study))
    if not rows or not arms:
        return {}
    given = Counter(f"{row.treatment} {row.dose.normalize():f} {row.dose_unit}" for row in rows if row.dose is not None)
    return {
        "ex.rows": len(rows),
        "ex.subjects": len({row.subject_id for row in rows}),
        "ex.by_trt_dose": dict(given),
        "ex.rows_by_arm": dict(Counter(arms[row.subject_id] for row in rows)),
        "ex.records_per_subject": _histogram(row.subject_id for row in rows),
        "ex.no_end_date": sum(not row.ends for row in rows),
    }
