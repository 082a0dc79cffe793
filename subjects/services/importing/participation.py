"""Participants and what happened to them, from a delivery. No identity is made: deliveries are coded."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subjects.domain.importing import Item
from subjects.models import (
    Arm,
    Consent,
    CriterionResult,
    Disposition,
    Element,
    EligibilityCriterion,
    Screening,
    Site,
    Study,
    Subject,
    SubjectElement,
    TreatmentAssignment,
)
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import refused, require

from .opening import opened, tell_about
from .writing import Outcome, Records, Unfit, bring_in

SUBJECT = "subject__unique_subject_id"


def subjects_of(study: Study) -> dict[str, Subject]:
    """The participants of a study by their unique id."""
    return {subject.unique_subject_id: subject for subject in Subject.objects.filter(study=study)}


@recorded("import.subjects", gettext_lazy("Participants imported"))
def import_subjects(*, by: Any, study: Study, items: Iterable[Item]) -> Outcome:
    """Participants by their unique id across studies, in the state that the delivery puts them in.

    Raises:
        Refused: by role or status of the study.
        Unfit: an id belongs to somebody else, or a value does not fit.
    """
    study = opened(by, study)
    wanted = list(items)
    _refuse_taken(wanted, study)
    sites = {site.number: site for site in Site.objects.filter(study=study)}
    outcome = bring_in(Subject, ("unique_subject_id",), wanted, study, site=sites)
    tell_about(study)
    return outcome


def _refuse_taken(items: list[Item], study: Study) -> None:
    """Neither the id across studies nor the id within this one may be somebody else's already.

    Two deliveries can name one study and be about other people; they must not become one.
    """
    by_unique_id = {item.key[0]: item for item in items}
    known = subjects_of(study).keys()
    if known and known.isdisjoint(by_unique_id):
        words = _("%(study)s has other participants here, nobody of this delivery. Name another study id for it.")
        require(refused(words % {"study": study.protocol_id}))
    others = Subject.objects.filter(unique_subject_id__in=by_unique_id).exclude(study=study).select_related("study")
    if other := others.first():
        words = _("%(id)s takes part in study %(study)s already.") % {
            "id": other.unique_subject_id,
            "study": other.study,
        }
        raise Unfit(by_unique_id[other.unique_subject_id], "unique_subject_id", words)
    owners = dict(Subject.objects.filter(study=study).values_list("subject_id", "unique_subject_id"))
    for item in items:
        owner = owners.setdefault(item.values["subject_id"], item.key[0])
        if owner != item.key[0]:
            words = _("%(id)s is the id of %(other)s.") % {"id": item.values["subject_id"], "other": owner}
            raise Unfit(item, "subject_id", words)


@recorded("import.screening", gettext_lazy("Consent and screening imported"))
def import_screening(
    *, by: Any, study: Study, consents: Iterable[Item], attempts: Iterable[Item], results: Iterable[Item]
) -> list[Outcome]:
    """Consents (of no recorded version), screening attempts, and the answers that are known."""
    study = opened(by, study)
    subjects = subjects_of(study)
    criteria = {item.code: item for item in EligibilityCriterion.objects.filter(study=study, is_current=True)}
    given = bring_in(Consent, (SUBJECT,), consents, study, subject=subjects)
    screened = bring_in(Screening, (SUBJECT, "attempt"), attempts, study, subject=subjects)
    links: dict[str, Records] = {"subject": subjects, "criterion": criteria, "screening": screened.by_key()}
    answered = bring_in(CriterionResult, (SUBJECT, "criterion__code"), results, study, **links)
    tell_about(study)
    return [given, screened, answered]


@recorded("import.treatment", gettext_lazy("Treatment assignments imported"))
def import_treatment(*, by: Any, study: Study, assignments: Iterable[Item], elements: Iterable[Item]) -> list[Outcome]:
    """What each participant was meant to get and got, and when in which element of the design.

    Whoever imports need not be allowed to see this; then the portal itself is the one who writes it.
    """
    study = opened(by, study)
    subjects = subjects_of(study)
    arms = {arm.code: arm for arm in Arm.objects.filter(study=study)}
    parts = {element.code: element for element in Element.objects.filter(study=study)}
    links: dict[str, Records] = {"subject": subjects, "planned_arm": arms, "actual_arm": arms}
    outcomes = [
        bring_in(TreatmentAssignment, (SUBJECT,), assignments, study, **links),
        bring_in(SubjectElement, (SUBJECT, "sequence"), elements, study, subject=subjects, element=parts),
    ]
    tell_about(study)
    return outcomes


@recorded("import.dispositions", gettext_lazy("Dispositions imported"))
def import_dispositions(*, by: Any, study: Study, items: Iterable[Item]) -> Outcome:
    """Milestones and ends of participation, by participant and sequence."""
    study = opened(by, study)
    outcome = bring_in(Disposition, (SUBJECT, "sequence"), items, study, subject=subjects_of(study))
    tell_about(study)
    return outcome
