"""From the pre-screening list or consent to the decision: what happens to somebody who wants to take part."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from subjects import services
from subjects.domain.participation import EndReason, WithdrawalExtent
from subjects.domain.screening import Answer, FailReason
from subjects.domain.visits import UnscheduledReason
from subjects.models import EligibilityCriterion
from subjects.services import Coded, Given, Signed
from trialcrm.core import clock
from trialcrm.users.services.proofs import witnessed

from . import words
from .clockwork import Story
from .days import next_working_day, working_days
from .life import Fate, Life
from .notes import after_consent
from .standings import come_today
from .visits import book, done, end_of, sign_newer_version

_FIRST_ANSWERS = 5
_DAY = timedelta(days=1)


def listed(life: Life) -> Story:
    """Of interest, not asked yet: no name is kept."""
    yield life.at(life.plan.began_on, 14)
    coordinator = life.team.coordinator
    life.subject = services.add_to_prescreening(
        by=coordinator, site=life.site, coordinator=coordinator, coded=_coded(life)
    )


def consented(life: Life) -> Story:
    """The first day: consent, and the first screening visit."""
    yield life.at(life.plan.began_on, life.rng.choice((9, 10, 11, 13, 14)))
    person, coordinator = life.plan.person, life.team.coordinator
    signed = _signed(life)
    life.subject = services.register_subject(
        by=coordinator,
        site=life.site,
        coordinator=coordinator,
        identity=person.identity(life.plan.number, life.on, life.rng),
        coded=_coded(life),
        signed=signed,
    )
    life.consent_label = signed.version.label
    yield life.later(50)
    first, *second = life.protocol.in_screening()
    services.complete_visit(by=coordinator, visit=life.visit(first), started_on=life.on)
    yield from after_consent(life)
    if second and life.plan.fate != Fate.TESTED_TODAY and not life.was_walk_in(life.on):
        book(life, life.visit(second[0]), _second_day(life))


def _second_day(life: Life) -> date:
    days = working_days(life.plan.began_on + 5 * _DAY, life.plan.began_on + 7 * _DAY)
    return life.rng.choice(days)


def _coded(life: Life) -> Coded:
    person = life.plan.person
    return Coded(person.sex, person.race, person.ethnicity, person.country, life.rng.choice(words.SOURCES))


def _signed(life: Life) -> Signed:
    """Signed a quarter of an hour ago, after a good talk."""
    signed_at = clock.now() - timedelta(minutes=15)
    discussed_at = signed_at - timedelta(minutes=life.rng.randint(35, 70))
    version = life.world.version_in_force(life.place.study, life.on)
    return Signed(version=version, signed_at=signed_at, discussed_at=discussed_at)


def tested(life: Life) -> Story:
    """The second screening visit, or a few days until the results are there."""
    second = life.protocol.in_screening()[1:]
    if not second:
        yield life.at(next_working_day(life.plan.began_on + life.rng.randint(3, 5) * _DAY), 10)
        return
    visit = life.visit(second[0])
    yield end_of(life, visit) if visit.scheduled_at else life.at(_second_day(life), 11)
    yield from done(life, visit)


def first_answers(life: Life) -> Story:
    """The criteria that can be answered on the first day."""
    yield life.later(15)
    _answer(life, slice(_FIRST_ANSWERS))


def tested_today(life: Life) -> Story:
    yield from come_today(life)
    yield from answered(life)


def answered(life: Life) -> Story:
    """All but the last few criteria, for which somebody still waits."""
    yield life.later(40)
    waiting = life.rng.randint(1, 3)
    _answer(life, slice(_FIRST_ANSWERS, -waiting))


def _answer(life: Life, some: slice) -> None:
    answers = _answers(life, life.criteria[some])
    services.answer_criteria(by=life.team.coordinator, screening=life.attempt(), answers=answers)


def passed(life: Life) -> Story:
    yield life.later(90)
    services.pass_screening(
        by=life.team.coordinator, screening=life.attempt(), decided_on=life.on, answers=_answers(life, life.criteria)
    )


def confirmed(life: Life) -> Story:
    yield life.at(next_working_day(life.on + _DAY), 11)
    doctor, attempt = life.team.investigator, life.attempt()
    services.confirm_eligibility(by=doctor, screening=attempt, proof=witnessed(doctor, attempt))


def failed(life: Life) -> Story:
    """One criterion is not met, seldom two; what comes after is not asked any more."""
    yield life.later(120)
    reasons = words.UNMET_KNEE if life.is_open_label else words.UNMET
    codes = life.rng.sample(sorted(reasons), 2 if life.chance(15) else 1)
    asked = [item for item in life.criteria if item.order < _FIRST_ANSWERS or item.code in codes]
    services.fail_screening(
        by=life.team.coordinator,
        screening=life.attempt(),
        decided_on=life.on,
        fail_reason=FailReason.CRITERIA,
        answers=_answers(life, asked, {code: reasons[code] for code in codes}),
    )


def gave_up(life: Life) -> Story:
    yield life.at(next_working_day(life.plan.began_on + life.rng.randint(2, 4) * _DAY), 10)
    reason, said = life.rng.choice(words.GAVE_UP)
    services.fail_screening(
        by=life.team.coordinator, screening=life.attempt(), decided_on=life.on, fail_reason=reason, notes=said
    )


def tried_again(life: Life) -> Story:
    """Another attempt as soon as the protocol allows one."""
    wait = life.protocol.facts["rescreen_min_days"]
    yield life.at(next_working_day(life.on + wait * _DAY), 10)
    sign_newer_version(life)
    services.rescreen(
        by=life.team.investigator,
        subject=life.subject,
        screening_date=life.on,
        reason=life.rng.choice(words.RESCREENED),
    )
    services.add_unscheduled_visit(
        by=life.team.coordinator,
        subject=life.subject,
        started_on=life.on,
        unscheduled_reason=UnscheduledReason.LAB_REPEAT,
        visit_type="Screening repeated",
    )


def waited_for_results(life: Life) -> Story:
    yield life.at(next_working_day(life.on + 3 * _DAY), 10)


def left_early(life: Life) -> Story:
    yield life.at(next_working_day(life.plan.began_on + 3 * _DAY), 15)
    services.withdraw(
        by=life.team.investigator,
        subject=life.subject,
        ended_on=life.on,
        end_reason=EndReason.WITHDRAWAL_BY_SUBJECT,
        extent=WithdrawalExtent.PROCEDURES,
        term="No reason given",
    )


def _answers(
    life: Life, criteria: Collection[EligibilityCriterion], unmet: Mapping[str, str] | None = None
) -> dict[UUID, Given]:
    """Answers that let somebody in, but for the codes named with their evidence."""
    return {item.pk: _given(life, item, (unmet or {}).get(item.code, "")) for item in criteria}


def _given(life: Life, item: EligibilityCriterion, against: str) -> Given:
    inclusion = item.code.startswith("INCL")
    if against:
        return Given(Answer.NO if inclusion else Answer.YES, against)
    if item.allows_not_applicable and life.plan.person.sex == "M":
        return Given(Answer.NOT_APPLICABLE)
    # Derived from the criterion, so that saying it again changes nothing.
    return Given(Answer.YES if inclusion else Answer.NO, _evidence(life, item))


def _evidence(life: Life, item: EligibilityCriterion) -> str:
    noted = (life.plan.number + item.order) % 3
    return next(part.evidence for part in life.protocol.criteria if part.code == item.code) if noted else ""
