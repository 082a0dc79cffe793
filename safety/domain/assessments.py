"""What is judged about an event: severity or grade, seriousness, causality, outcome, action. Coded by CDISC terms."""

from collections.abc import Iterable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SeverityScale(TextChoices):
    """A study records severity or a grade, never both (SDTM AESEV or AETOXGR)."""

    SEVERITY = "severity", _("Mild, moderate, severe")
    GRADE = "grade", _("Grade 1 to 5 (CTCAE)")


class Severity(TextChoices):
    """How intense; CDISC terminology AESEV (C66769), and the grades of CTCAE 5.0. Never says that it is serious."""

    MILD = "MILD", _("Mild")
    MODERATE = "MODERATE", _("Moderate")
    SEVERE = "SEVERE", _("Severe")
    GRADE_1 = "1", _("Grade 1")
    GRADE_2 = "2", _("Grade 2")
    GRADE_3 = "3", _("Grade 3")
    GRADE_4 = "4", _("Grade 4")
    GRADE_5 = "5", _("Grade 5")


_V = Severity
SCALES = {
    SeverityScale.SEVERITY: (_V.MILD, _V.MODERATE, _V.SEVERE),
    SeverityScale.GRADE: (_V.GRADE_1, _V.GRADE_2, _V.GRADE_3, _V.GRADE_4, _V.GRADE_5),
}
#: Both scales side by side, for lists over several studies: what each of the three words takes in.
BANDS = {
    _V.MILD: frozenset({_V.MILD, _V.GRADE_1}),
    _V.MODERATE: frozenset({_V.MODERATE, _V.GRADE_2}),
    _V.SEVERE: frozenset({_V.SEVERE, _V.GRADE_3, _V.GRADE_4, _V.GRADE_5}),
}
_RANK = {_V.MILD: 1, _V.MODERATE: 2, _V.SEVERE: 3} | {grade: int(grade) for grade in SCALES[SeverityScale.GRADE]}


def worst(severities: Iterable[str]) -> str:
    """The highest of some severities or grades; empty for none."""
    return max((item for item in severities if item), key=lambda item: _RANK[Severity(item)], default="")


def rank_of(severity: str) -> int:
    """1 for mild or grade 1, upwards; 0 where nothing is recorded."""
    return _RANK[Severity(severity)] if severity else 0


class Outcome(TextChoices):
    """CDISC terminology OUT (C66768), submission values; fixed."""

    RECOVERED = "RECOVERED/RESOLVED", _("Recovered")
    SEQUELAE = "RECOVERED/RESOLVED WITH SEQUELAE", _("Recovered with sequelae")
    RECOVERING = "RECOVERING/RESOLVING", _("Recovering")
    NOT_RECOVERED = "NOT RECOVERED/NOT RESOLVED", _("Not recovered")
    FATAL = "FATAL", _("Fatal")
    UNKNOWN = "UNKNOWN", _("Unknown")


#: Nothing more is expected of the event itself.
FINAL_OUTCOMES = frozenset({Outcome.RECOVERED, Outcome.SEQUELAE, Outcome.FATAL})
#: Outcomes that say when the event ended.
ENDED_OUTCOMES = FINAL_OUTCOMES
#: Outcomes that say that it has not ended.
LASTING_OUTCOMES = frozenset({Outcome.NOT_RECOVERED, Outcome.RECOVERING})


class ActionTaken(TextChoices):
    """What was done with the study drug: CDISC terminology ACN (C66767), submission values; fixed."""

    NOT_CHANGED = "DOSE NOT CHANGED", _("Dose not changed")
    REDUCED = "DOSE REDUCED", _("Dose reduced")
    INCREASED = "DOSE INCREASED", _("Dose increased")
    INTERRUPTED = "DRUG INTERRUPTED", _("Interrupted")
    WITHDRAWN = "DRUG WITHDRAWN", _("Withdrawn")
    NOT_APPLICABLE = "NOT APPLICABLE", _("Not applicable")
    UNKNOWN = "UNKNOWN", _("Unknown")


class Causality(TextChoices):
    """Whether a product caused it. No CDISC list is mandatory; the last four are of older studies, as imported."""

    NOT_RELATED = "NOT RELATED", _("Not related")
    UNLIKELY = "UNLIKELY RELATED", _("Unlikely")
    POSSIBLE = "POSSIBLY RELATED", _("Possibly")
    RELATED = "RELATED", _("Related")
    LEGACY_NONE = "NONE", _("None")
    LEGACY_REMOTE = "REMOTE", _("Remote")
    LEGACY_POSSIBLE = "POSSIBLE", _("Possible")
    LEGACY_PROBABLE = "PROBABLE", _("Probable")


_C = Causality
#: What an investigator chooses from.
JUDGEMENTS = (_C.NOT_RELATED, _C.UNLIKELY, _C.POSSIBLE, _C.RELATED)
_UNSUSPECTED = frozenset({_C.NOT_RELATED, _C.UNLIKELY, _C.LEGACY_NONE, _C.LEGACY_REMOTE})
_ORDER = (*JUDGEMENTS[:2], _C.LEGACY_NONE, _C.LEGACY_REMOTE, *JUDGEMENTS[2:], _C.LEGACY_POSSIBLE, _C.LEGACY_PROBABLE)
#: The columns of a table of relatedness, and what each takes in.
RELATEDNESS = {
    _C.NOT_RELATED: _UNSUSPECTED,
    _C.POSSIBLE: frozenset({_C.POSSIBLE, _C.LEGACY_POSSIBLE}),
    _C.RELATED: frozenset({_C.RELATED, _C.LEGACY_PROBABLE}),
}


def is_suspected(causality: str) -> bool:
    """Whether there is a reasonable possibility that the product caused it (ICH E2A II.A.2).

    What was not judged yet is treated as suspected (ICH E2A III.B).
    """
    return not causality or Causality(causality) not in _UNSUSPECTED


def strongest(causalities: Iterable[str]) -> str:
    """The judgement that suspects most, where several products are judged; empty for none."""
    return max((item for item in causalities if item), key=lambda item: _ORDER.index(Causality(item)), default="")


class Criterion(TextChoices):
    """What makes an event serious (ICH E2A II.B, 21 CFR 312.32(a)). The values are fields of an assessment."""

    DEATH = "results_in_death", _("Death")
    LIFE_THREATENING = "life_threatening", _("Life-threatening")
    HOSPITALISATION = "hospitalisation", _("Inpatient hospitalisation, new or prolonged")
    DISABILITY = "disability", _("Persistent or significant disability")
    CONGENITAL_ANOMALY = "congenital_anomaly", _("Congenital anomaly or birth defect")
    MEDICALLY_IMPORTANT = "medically_important", _("Other medically important event")


#: SDTM variables of the criteria.
SDTM_FLAGS = {
    Criterion.DEATH: "AESDTH",
    Criterion.LIFE_THREATENING: "AESLIFE",
    Criterion.HOSPITALISATION: "AESHOSP",
    Criterion.DISABILITY: "AESDISAB",
    Criterion.CONGENITAL_ANOMALY: "AESCONG",
    Criterion.MEDICALLY_IMPORTANT: "AESMIE",
}


def criteria_of(assessment: Any) -> list[Criterion]:
    """The criteria that an assessment names, in the order of the definition."""
    return [item for item in Criterion if getattr(assessment, item.value)]
