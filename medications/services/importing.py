"""What was given, from a delivery."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from medications.models import Exposure
from subjects.domain.importing import Item
from subjects.models import Study
from subjects.services.importing import SUBJECT, Outcome, bring_in, subjects_of
from subjects.services.importing.opening import opened, tell_about
from trialcrm.audit.recording import recorded


@recorded("import.exposures", gettext_lazy("Exposure imported"))
def import_exposures(*, by: Any, study: Study, items: Iterable[Item]) -> Outcome:
    """Intervals of dosing by participant and sequence.

    They tell the treatment: whoever imports need not be allowed to see that; then the portal itself writes it.

    Raises:
        Refused: by role or status of the study.
        Unfit: a value does not fit.
    """
    study = opened(by, study)
    outcome = bring_in(Exposure, (SUBJECT, "sequence"), items, study, subject=subjects_of(study))
    tell_about(study)
    return outcome
