"""Adverse events from a delivery, with what was judged of each."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from safety.models import AdverseEvent, AEAssessment, AECausality
from subjects.domain.importing import Item
from subjects.models import Study
from subjects.services.importing import SUBJECT, Outcome, bring_in, subjects_of
from subjects.services.importing.opening import opened, tell_about
from subjects.services.importing.writing import Records
from trialcrm.audit.recording import recorded


@recorded("import.events", gettext_lazy("Adverse events imported"))
def import_events(
    *, by: Any, study: Study, events: Iterable[Item], assessments: Iterable[Item], causalities: Iterable[Item]
) -> list[Outcome]:
    """Events by participant and number, their assessments by number, and causality by product.

    What a delivery says of an event is taken over as it is, contradictions included; those are findings.

    Raises:
        Refused: by role or status of the study.
        Unfit: a value does not fit.
    """
    study = opened(by, study)
    subjects = subjects_of(study)
    happened = bring_in(AdverseEvent, (SUBJECT, "number"), events, study, subject=subjects)
    links: dict[str, Records] = {"subject": subjects, "event": happened.by_key()}
    judged = bring_in(AEAssessment, (SUBJECT, "event__number", "sequence"), assessments, study, **links)
    key = (SUBJECT, "assessment__event__number", "assessment__sequence", "product")
    causal: dict[str, Records] = {"subject": subjects, "assessment": judged.by_key()}
    blamed = bring_in(AECausality, key, causalities, study, **causal)
    tell_about(study)
    return [happened, judged, blamed]
