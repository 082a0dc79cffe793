"""The figures of an imported study, counted from its records, so that they can be compared with published ones.

Names are paths of the file of expected figures (`dm.by_SEX`). Figures by arm are there only for readers who may see
treatments.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from statistics import median
from typing import Any

from subjects.domain.participation import SubjectState
from subjects.domain.screening import ScreeningStatus
from subjects.domain.visits import DONE
from subjects.models import Disposition, PlannedVisit, Screening, Site, Study, Subject, TreatmentAssignment, Visit
from trialcrm.cdisc.domain.findings.catalogue import REPEATED_VISIT
from trialcrm.cdisc.models import Finding, SubjectFlag

from . import events

END, OTHER = "DISPOSITION EVENT", "OTHER EVENT"
#: The number of each figure where the list of figures has one.
NUMBERS = {
    "dm.subjects": "G01",
    "dm.sites": "G01",
    "dm.per_site": "G01",
    "dm.by_ARM": "G02",
    "dm.by_ACTARM": "G03",
    "dm.arm_ne_actarm": "G03",
    "dm.randomised": "G04",
    "dm.screen_failures": "G04",
    "dm.deaths": "G04",
    "dm.by_SEX": "G05",
    "dm.by_RACE": "G05",
    "dm.by_ETHNIC": "G05",
    "ds.disposition": "G07",
    "ds.disposition_by_arm": "G08",
    "ds.by_DSCAT": "G09",
    "ds.other": "G09",
    "sv.rows": "G10",
    "sv.planned": "G10",
    "sv.unscheduled": "G10",
    "sv.subjects_with_unscheduled": "G10",
    "sv.visits_per_subject_hist": "G11",
    "sv.rows_by_arm": "G11",
    "sv.by_visit": "G12",
    "population_flags_by_arm": "G23",
    "enrolment.first_dose_by_month": "G24",
    "enrolment.screening1_by_month": "G24",
    "enrolment.cumulative_first_dose": "G24",
    **events.NUMBERS,
    "visit_windows.by_visit": "G25",
    "visit_windows.total": "G25",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure, as expected and as found."""

    figure: str
    name: str
    expected: Any
    found: Any

    @property
    def agrees(self) -> bool:
        return bool(self.expected == self.found)


def compared(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[Line]:
    """Every figure that is both counted and expected."""
    lines = []
    for name, value in found.items():
        wanted: Any = expected
        for part in name.split("."):
            wanted = wanted.get(part) if isinstance(wanted, Mapping) else None
        if wanted is not None:
            lines.append(Line(NUMBERS.get(name, ""), name, _comparable(wanted, value), value))
    return lines


def _comparable(wanted: Any, found: Any) -> Any:
    """Zeros are not counted, and of a nested figure only the parts that are counted here are compared."""
    if not isinstance(wanted, Mapping):
        return wanted
    kept = {}
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            inner = found.get(key, {}) if isinstance(found, Mapping) else {}
            kept[key] = {name: part for name, part in value.items() if name in inner or _counts(part)}
        elif _counts(value):
            kept[key] = value
    return {key: value for key, value in kept.items() if value}


def _counts(value: Any) -> bool:
    return not isinstance(value, int) or value != 0


def figures(user: Any, study: Study) -> dict[str, Any]:
    """What can be counted of a study by this reader, by name."""
    arms = _planned_arms(user, study)
    return {
        **_demographics(user, study),
        **_arms(user, study),
        **_dispositions(user, study, arms),
        **_visits(user, study, arms),
        **_windows(user, study),
        **_enrolment(user, study),
        **_flags(user, study, arms),
        **events.event_figures(user, study, arms),
        **events.exposure_figures(user, study, arms),
    }


def _demographics(user: Any, study: Study) -> dict[str, Any]:
    subjects = Subject.objects.visible_to(user).filter(study=study)
    passed = Screening.objects.visible_to(user).filter(study=study, status=ScreeningStatus.PASSED)
    sites = dict(Site.objects.visible_to(user).filter(study=study).values_list("pk", "number"))
    columns = subjects.values_list("site", "sex_at_birth", "race", "ethnicity", "state")
    by_site, by_sex, by_race, by_ethnicity, by_state = (Counter(column) for column in zip(*columns, strict=True))
    randomised = Counter(passed.values_list("site", flat=True))
    return {
        "dm.subjects": by_sex.total(),
        "dm.sites": len(sites),
        "dm.per_site": {
            number: {"screened": by_site[pk], "randomised": randomised[pk]} for pk, number in sites.items()
        },
        "dm.by_SEX": dict(by_sex),
        "dm.by_RACE": dict(by_race),
        "dm.by_ETHNIC": dict(by_ethnicity),
        "dm.randomised": randomised.total(),
        "dm.screen_failures": by_state[SubjectState.SCREEN_FAILED],
        "dm.deaths": by_state[SubjectState.DIED],
    }


def _assignments(user: Any, study: Study) -> list[tuple[Any, str, str]]:
    rows = TreatmentAssignment.objects.visible_to(user).filter(study=study)
    columns = rows.values_list("subject", "planned_arm__name", "actual_arm__name", "not_assigned_reason")
    return [(subject, one or reason.title(), other or reason.title()) for subject, one, other, reason in columns]


def _planned_arms(user: Any, study: Study) -> dict[Any, str]:
    return {subject: planned for subject, planned, _actual in _assignments(user, study)}


def _arms(user: Any, study: Study) -> dict[str, Any]:
    rows = _assignments(user, study)
    if not rows:
        return {}
    return {
        "dm.by_ARM": dict(Counter(planned for _subject, planned, _actual in rows)),
        "dm.by_ACTARM": dict(Counter(actual for _subject, _planned, actual in rows)),
        "dm.arm_ne_actarm": sum(planned != actual for _subject, planned, actual in rows),
    }


def _dispositions(user: Any, study: Study, arms: Mapping[Any, str]) -> dict[str, Any]:
    rows = Disposition.objects.visible_to(user).filter(study=study)
    events = list(rows.values_list("subject", "category", "decoded", "end_reason"))
    ends = [(subject, decoded) for subject, _category, decoded, reason in events if reason]
    found = {
        "ds.by_DSCAT": dict(Counter(category for _subject, category, _decoded, _reason in events)),
        "ds.disposition": dict(Counter(decoded for _subject, decoded in ends)),
        "ds.other": dict(Counter(decoded for _subject, category, decoded, _reason in events if category == OTHER)),
    }
    return found | _by_arm("ds.disposition_by_arm", ends, arms)


def _by_arm(name: str, pairs: Iterable[tuple[Any, str]], arms: Mapping[Any, str]) -> dict[str, Any]:
    """What is counted of subjects, arm by arm; nothing for readers who may not see arms."""
    if not arms:
        return {}
    counts: dict[str, Counter[str]] = {}
    for subject, value in pairs:
        counts.setdefault(arms[subject], Counter())[value] += 1
    return {name: {arm: dict(counter) for arm, counter in counts.items()}}


def _visits(user: Any, study: Study, arms: Mapping[Any, str]) -> dict[str, Any]:
    rows = Visit.objects.visible_to(user).filter(study=study, status__in=DONE)
    visits = list(rows.values_list("subject", "visit_num", "visit_type", "is_unscheduled"))
    extra = [subject for subject, _number, _name, is_unscheduled in visits if is_unscheduled]
    per_subject = Counter(subject for subject, _number, _name, _extra in visits)
    found = {
        "sv.rows": len(visits),
        "sv.planned": len(visits) - len(extra),
        "sv.unscheduled": len(extra),
        "sv.subjects_with_unscheduled": len(set(extra)),
        "sv.by_visit": _by_visit((number, name) for _subject, number, name, _extra in visits),
        "sv.visits_per_subject_hist": {str(n): count for n, count in sorted(Counter(per_subject.values()).items())},
        "sv.dup_subject_visitnum": _repeated(user, study),
    }
    if arms:
        found["sv.rows_by_arm"] = dict(Counter(arms[subject] for subject, _number, _name, _extra in visits))
    return found


def _by_visit(visits: Iterable[tuple[Decimal, str]]) -> dict[str, int]:
    """Visits by number and name; one that was renumbered still has the name of the number it was delivered under."""
    counts: Counter[str] = Counter()
    numbers: dict[str, Decimal] = {}
    for number, name in visits:
        counts[name] += 1
        numbers[name] = min(number, numbers.get(name, number))
    return {f"{_plain(numbers[name])} {name}": count for name, count in counts.items()}


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".")


def _repeated(user: Any, study: Study) -> int:
    return Finding.objects.visible_to(user).current().filter(study=study, code=REPEATED_VISIT.code).count()


def _windows(user: Any, study: Study) -> dict[str, Any]:
    """Visits with a window: in it, before it, after it; target and window as study days, the first dose being day 1."""
    plan = PlannedVisit.objects.visible_to(user).filter(study=study, window_before__isnull=False)
    by_visit: dict[Any, dict[str, Any]] = {}
    for planned in plan:
        day = (planned.offset_days or 0) + 1
        by_visit[planned.pk] = {
            "name": f"{_plain(planned.visit_num)} {planned.name}",
            "target_study_day": day,
            "window_study_days": [day - (planned.window_before or 0), day + (planned.window_after or 0)],
            **dict.fromkeys(("n", "in_window", "early", "late"), 0),
        }
    done = Visit.objects.visible_to(user).filter(study=study, status__in=DONE, deviation_days__isnull=False)
    for planned_visit, days in done.values_list("planned_visit", "deviation_days"):
        counts = by_visit[planned_visit]
        counts["n"] += 1
        counts["in_window" if days == 0 else "early" if days < 0 else "late"] += 1
    names = ("n", "in_window", "early", "late")
    return {
        "visit_windows.total": {name: sum(counts[name] for counts in by_visit.values()) for name in names},
        "visit_windows.by_visit": {str(counts.pop("name")): counts for counts in by_visit.values()},
    }


def _enrolment(user: Any, study: Study) -> dict[str, Any]:
    subjects = Subject.objects.visible_to(user).filter(study=study)
    doses = dict(subjects.filter(first_dose_on__isnull=False).values_list("pk", "first_dose_on"))
    first = PlannedVisit.objects.visible_to(user).filter(study=study).order_by("visit_num").first()
    seen = Visit.objects.visible_to(user).filter(study=study, planned_visit=first, status__in=DONE)
    screened = dict(seen.values_list("subject", "started_on"))
    waited = [(on - screened[subject]).days for subject, on in doses.items() if subject in screened]
    by_month = _by_month(doses.values())
    return {
        "enrolment.first_dose_by_month": by_month,
        "enrolment.cumulative_first_dose": dict(zip(by_month, accumulate(by_month.values()), strict=True)),
        "enrolment.screening1_by_month": _by_month(screened.values()),
        "screening.median_days_screening1_to_first_dose": median(waited) if waited else None,
        "screening.over_14_days": sum(days > 14 for days in waited),
        "screening.max": max(waited, default=None),
    }


def _by_month(days: Iterable[date]) -> dict[str, int]:
    return dict(sorted(Counter(f"{day:%Y-%m}" for day in days).items()))


def _flags(user: Any, study: Study, arms: Mapping[Any, str]) -> dict[str, Any]:
    rows = SubjectFlag.objects.visible_to(user).filter(study=study, is_set=True)
    return _by_arm("population_flags_by_arm", rows.values_list("subject", "code"), arms)
