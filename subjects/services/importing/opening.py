"""What each of these verbs does first and last."""

from typing import Any

from subjects import policies
from subjects.models import Study
from subjects.services.locking import locked
from trialcrm.audit import acts
from trialcrm.core.decisions import require


def opened(by: Any, study: Study) -> Study:
    """The study, held until the transaction ends.

    Raises:
        Refused: the person may not import into it.
    """
    study = locked(study)
    require(policies.import_into(by, study))
    return study


def tell_about(study: Study) -> None:
    """The act under way is about the study."""
    acts.here().about = study
