"""What a protocol of the demo is written in, and the records that follow from it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from subjects.domain.screening import CriterionKind
from subjects.domain.visits import Anchor, VisitKind
from subjects.models import Arm, ConsentVersion, EligibilityCriterion, PlannedVisit


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion with what sites typically note as evidence; the code's first letters say its kind."""

    code: str
    text: str
    evidence: str = ""
    allows_not_applicable: bool = False

    @property
    def kind(self) -> CriterionKind:
        return CriterionKind.INCLUSION if self.code.startswith("INCL") else CriterionKind.EXCLUSION

    def record(self, order: int) -> EligibilityCriterion:
        return EligibilityCriterion(
            code=self.code,
            kind=self.kind,
            text=self.text,
            order=order,
            allows_not_applicable=self.allows_not_applicable,
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned visit: `offset` days from its anchor, a window of days around; `to` names the visit it hangs on."""

    number: str
    name: str
    offset: int
    before: int
    after: int
    anchor: Anchor = Anchor.BASELINE
    to: str = ""
    kind: VisitKind = VisitKind.CLINIC
    preparation: str = ""

    def record(self) -> PlannedVisit:
        return PlannedVisit(
            visit_num=self.number,
            name=self.name,
            kind=self.kind,
            anchor=self.anchor,
            anchor_visit_num=self.to or None,
            offset_days=self.offset,
            window_before=self.before,
            window_after=self.after,
            preparation=self.preparation,
        )


def call(number: str, name: str, offset: int, width: int, to: str) -> Planned:
    """A phone visit, counted from another visit."""
    return Planned(number, name, offset, width, width, Anchor.VISIT, to, VisitKind.PHONE)


@dataclass(frozen=True, slots=True)
class Version:
    """A consent document; how many days ago it came into force."""

    label: str
    days_ago: int
    summary: str = ""

    def record(self) -> ConsentVersion:
        return ConsentVersion(label=self.label, reconsent_required=bool(self.summary), summary_of_changes=self.summary)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A study as its protocol describes it; times are days before today."""

    id: str
    title: str
    short_title: str
    approved_days_ago: int
    recruits: bool
    ages: tuple[int, int]
    facts: dict[str, Any]
    arms: tuple[tuple[str, str], ...]
    criteria: tuple[Criterion, ...]
    visits: tuple[Planned, ...]
    versions: tuple[Version, ...]
    baseline: str
    last_treatment: str
    max_screening_days: int = 14
    last: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "last", self.visits[-1].number)

    def parts(self) -> list[Model]:
        """Unsaved records of the design, with the first version of the consent document."""
        return [
            *(Arm(code=code, name=name) for code, name in self.arms),
            *(criterion.record(order) for order, criterion in enumerate(self.criteria)),
            *(visit.record() for visit in self.visits),
            self.versions[0].record(),
        ]

    def visit(self, number: str) -> Planned:
        return next(visit for visit in self.visits if visit.number == number)

    def days_from_first_dose(self, number: str) -> int:
        """The day on which a visit is aimed at when all before it took place on their targets."""
        visit = self.visit(number)
        return visit.offset + (self.days_from_first_dose(visit.to) if visit.to else 0)

    def in_screening(self) -> list[str]:
        return [visit.number for visit in self.visits if visit.anchor == Anchor.CONSENT]

    def after_baseline(self, upto: str = "") -> list[str]:
        """The visits after the first dose in their order; up to a number and without it, where one is given."""
        numbers = [visit.number for visit in self.visits]
        end = numbers.index(upto) if upto else len(numbers)
        return numbers[numbers.index(self.baseline) + 1 : end]
