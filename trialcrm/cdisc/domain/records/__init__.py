"""A delivery as records of the portal: what is written, with the place of each in its files. Nothing here writes."""

from collections.abc import Iterator
from dataclasses import dataclass

from subjects.domain.importing import Item
from trialcrm.cdisc.domain.records import (
    design,
    dispositions,
    events,
    exposures,
    screening,
    studies,
    subjects,
    treatment,
    visits,
)
from trialcrm.cdisc.domain.tabulations import Tabulations


@dataclass(frozen=True, slots=True)
class Records:
    """Everything that one delivery says, kind by kind."""

    study: Item
    sites: list[Item]
    arms: list[Item]
    elements: list[Item]
    arm_elements: list[Item]
    parameters: list[Item]
    planned_visits: list[Item]
    criteria: list[Item]
    subjects: list[Item]
    consents: list[Item]
    attempts: list[Item]
    results: list[Item]
    assignments: list[Item]
    element_periods: list[Item]
    dispositions: list[Item]
    visits: list[Item]
    events: list[Item]
    assessments: list[Item]
    causalities: list[Item]
    exposures: list[Item]
    flags: list[Item]

    @property
    def subject_ids(self) -> set[str]:
        """The participants, by their unique id."""
        return {str(item.key[0]) for item in self.subjects}

    def kinds(self) -> Iterator[list[Item]]:
        yield [self.study]
        for name in self.__slots__[1:]:
            yield getattr(self, name)


def records_of(tabulations: Tabulations, protocol_id: str = "") -> Records:
    """The records of a delivery, of the study that it names or under another protocol id.

    Raises:
        BrokenRow: rows contradict each other.
    """
    return Records(
        study=studies.study(tabulations, protocol_id or tabulations.study_id),
        sites=studies.study_sites(tabulations),
        arms=design.arms(tabulations),
        elements=design.elements(tabulations),
        arm_elements=design.arm_elements(tabulations),
        parameters=design.parameters(tabulations),
        planned_visits=design.planned_visits(tabulations),
        criteria=design.criteria(tabulations),
        subjects=subjects.subjects(tabulations),
        consents=screening.consents(tabulations),
        attempts=screening.attempts(tabulations),
        results=screening.results(tabulations),
        assignments=treatment.assignments(tabulations),
        element_periods=treatment.element_periods(tabulations),
        dispositions=dispositions.dispositions(tabulations),
        visits=visits.visits(tabulations),
        events=events.adverse_events(tabulations),
        assessments=events.assessments(tabulations),
        causalities=events.causalities(tabulations),
        exposures=exposures.exposures(tabulations),
        flags=subjects.flags(tabulations),
    )
