"""The study itself, its sites and its design, from a delivery."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from subjects import policies
from subjects.domain.importing import Item
from subjects.domain.studies import SITE_LIFECYCLE, STUDY_LIFECYCLE
from subjects.events import StudyChanged
from subjects.models import (
    Arm,
    ArmElement,
    Element,
    EligibilityCriterion,
    Institution,
    PlannedVisit,
    Site,
    Study,
    StudyParameter,
)
from subjects.services.studies import appoint_founder
from trialcrm.audit.recording import recorded
from trialcrm.core.decisions import require
from trialcrm.core.events import publish
from trialcrm.core.lifecycle import Lifecycle

from .opening import opened, tell_about
from .writing import Outcome, bring_in, take, write


@recorded("import.study", gettext_lazy("Study imported"))
def import_study(*, by: Any, item: Item) -> Outcome:
    """Set up a study from a delivery, or bring one in line that came from a delivery before.

    The key of the item is the protocol id. Somebody who imports a new study becomes its study manager. The status
    moves along the lifecycle only: what was locked by hand is not opened by a file.

    Raises:
        Refused: by role, because the study was not imported, or because it is locked.
        Unfit: a value does not fit.
    """
    (protocol_id,) = item.key
    study = Study.objects.select_for_update().filter(protocol_id=protocol_id).first()
    is_new = study is None
    require(policies.import_study(by) if study is None else policies.import_into(by, study))
    study = study or Study(protocol_id=str(protocol_id), is_imported=True)
    before = study.status
    take(item, study, {})
    study.status = _next_status(STUDY_LIFECYCLE, before, study.status, is_new)
    outcome = write([(item, study)])
    if is_new:
        appoint_founder(by, study)
    tell_about(study)
    return outcome


@recorded("import.sites", gettext_lazy("Sites imported"))
def import_sites(*, by: Any, study: Study, items: Iterable[Item]) -> Outcome:
    """Sites by their number. An institution is made for each new one, since a delivery names none.

    Items carry `institution` (its name) and `country` beside the values of the site.
    """
    study = opened(by, study)
    sites = {site.number: site for site in study.sites.select_related("institution")}
    institutions, found = [], []
    for item in items:
        (number,) = item.key
        facts = dict(item.values)
        institution = Item(item.key, {"country": facts.pop("country")}, item.place, item.variables)
        name = facts.pop("institution")
        site = sites.get(number) or Site(study=study, number=str(number), institution=_institution(name, study))
        before, is_new = site.status, site._state.adding
        take(institution, site.institution, {})
        take(Item(item.key, facts, item.place, item.variables), site, {})
        site.status = _next_status(SITE_LIFECYCLE, before, site.status, is_new)
        institutions.append((institution, site.institution))
        found.append((item, site))
    write(institutions)
    outcome = write(found)
    tell_about(study)
    return outcome


def _institution(name: str, study: Study) -> Institution:
    """A new institution: “Site 701” of another study is another hospital."""
    taken = Institution.objects.filter(name=name, city="").exists()
    return Institution(name=f"{name} ({study.protocol_id})" if taken else name)


def _next_status(lifecycle: Lifecycle, before: str, after: str, is_new: bool) -> str:
    return after if is_new or lifecycle.may_move(before, after) else before


@dataclass(frozen=True, slots=True)
class Design:
    """The delivered parts of a study's design."""

    arms: list[Item]
    elements: list[Item]
    arm_elements: list[Item]
    parameters: list[Item]
    planned_visits: list[Item]
    criteria: list[Item]


@recorded("import.design", gettext_lazy("Study design imported"))
def import_design(*, by: Any, study: Study, design: Design) -> list[Outcome]:
    """Arms, elements and their order, characteristics, planned visits and criteria of a study.

    Raises:
        Refused: by role or status of the study.
        Unfit: a value does not fit.
    """
    study = opened(by, study)
    arms = bring_in(Arm, ("code",), design.arms, study)
    elements = bring_in(Element, ("code",), design.elements, study)
    links = {"arm": _by_code(arms), "element": _by_code(elements)}
    outcomes = [
        arms,
        elements,
        bring_in(ArmElement, ("arm__code", "order"), design.arm_elements, study, **links),
        bring_in(StudyParameter, ("code", "sequence"), design.parameters, study),
        bring_in(PlannedVisit, ("visit_num",), design.planned_visits, study),
        bring_in(EligibilityCriterion, ("version", "code"), design.criteria, study),
    ]
    tell_about(study)
    publish(StudyChanged(study.pk))
    return outcomes


def _by_code(outcome: Outcome) -> dict[Any, Any]:
    return {key[0]: record for key, record in outcome.by_key().items()}
