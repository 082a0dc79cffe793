"""Verbs for whole deliveries: they add and change many records in one act, each with its file and row as the reason.

A delivery is the only writer of the study that it set up. States are taken as delivered, not moved along their tables:
what is imported has happened already. What a delivery no longer has is never deleted.
"""

from .participation import (
    SUBJECT,
    import_dispositions,
    import_screening,
    import_subjects,
    import_treatment,
    subjects_of,
)
from .studies import Design, import_design, import_sites, import_study
from .visits import import_visits
from .writing import Outcome, Unfit, bring_in

__all__ = [
    "SUBJECT",
    "Design",
    "Outcome",
    "Unfit",
    "bring_in",
    "import_design",
    "import_dispositions",
    "import_screening",
    "import_sites",
    "import_study",
    "import_subjects",
    "import_treatment",
    "import_visits",
    "subjects_of",
]
