"""Visits from a delivery."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from subjects.domain.importing import Item
from subjects.models import PlannedVisit, Study, Visit
from trialcrm.audit.recording import recorded

from .opening import opened, tell_about
from .participation import SUBJECT, subjects_of
from .writing import Outcome, bring_in


@recorded("import.visits", gettext_lazy("Visits imported"))
def import_visits(*, by: Any, study: Study, items: Iterable[Item]) -> Outcome:
    """Visits that took place or were missed, by participant and visit number, with target and window.

    Raises:
        Refused: by role or status of the study.
        Unfit: a value does not fit.
    """
    study = opened(by, study)
    planned = {visit.visit_num: visit for visit in PlannedVisit.objects.filter(study=study)}
    links = {"subject": subjects_of(study), "planned_visit": planned}
    outcome = bring_in(Visit, (SUBJECT, "visit_num"), items, study, **links)
    tell_about(study)
    return outcome
