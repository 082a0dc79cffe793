"""Adverse events of the demo: what happened to participants under treatment, and what waits today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from safety import services
from safety.domain.assessments import ActionTaken, Causality, Criterion, Outcome
from safety.domain.events import LearnedFrom
from safety.models import AdverseEvent, AEAssessment
from safety.services import Judged, Seen, Told
from subjects.models import Membership, Subject
from trialcrm.access.roles import Role
from trialcrm.core import clock
from trialcrm.core.partial_dates import parse_partial_date
from trialcrm.users.services.proofs import witnessed

from .clockwork import Story
from .days import moment
from .world import Team, World

_PRODUCT = "Study drug"
#: What happens to people of this age under such treatment: the words, how severe mostly, how likely the drug's doing.
_COMMON = (
    ("Application site itching", "MILD", Causality.RELATED),
    ("Application site redness", "MILD", Causality.RELATED),
    ("Headache", "MILD", Causality.POSSIBLE),
    ("Dizziness", "MILD", Causality.POSSIBLE),
    ("Nausea", "MODERATE", Causality.POSSIBLE),
    ("Common cold", "MILD", Causality.NOT_RELATED),
    ("Back pain", "MODERATE", Causality.UNLIKELY),
    ("Trouble sleeping", "MILD", Causality.POSSIBLE),
    ("Rash, upper arm", "MODERATE", Causality.RELATED),
    ("Urinary tract infection", "MODERATE", Causality.NOT_RELATED),
    ("Fall without injury", "MILD", Causality.UNLIKELY),
)
_GRAVE = (
    ("Syncope", "SEVERE", Criterion.HOSPITALISATION, Causality.POSSIBLE),
    ("Hip fracture", "SEVERE", Criterion.HOSPITALISATION, Causality.NOT_RELATED),
    ("Atrial fibrillation", "MODERATE", Criterion.MEDICALLY_IMPORTANT, Causality.POSSIBLE),
    ("Pneumonia", "SEVERE", Criterion.HOSPITALISATION, Causality.UNLIKELY),
)
_LEARNED = (LearnedFrom.VISIT, LearnedFrom.VISIT, LearnedFrom.CALL, LearnedFrom.MESSAGE, LearnedFrom.CAREGIVER)


@dataclass(slots=True)
class _Case:
    """One event of one participant, as the stories go on with it."""

    subject: Subject
    team: Team
    rng: Random

    @property
    def zone(self) -> str:
        return self.subject.site.time_zone

    def at(self, on: date, hour: int) -> datetime:
        return moment(on, time(hour, self.rng.randrange(60)), self.zone)

    def told(self, term: str, onset: date) -> Told:
        learned = self.rng.choice(_LEARNED)
        return Told(term, parse_partial_date(onset.isoformat()), clock.now() - timedelta(minutes=20), learned)


def events(world: World) -> Iterator[Story]:
    """The stories of events: those of the past weeks, and at each site some that are under way today.

    They are played after the lives of the participants, because they look at people who are there.
    """
    for number, site in world.sites.items():
        treated = Subject.objects.filter(site=site, first_dose_on__isnull=False).select_related("study", "site")
        people = list(treated.order_by("subject_id"))
        for person in people:
            yield from _past(world, _case(world, number, person))
        running = [person for person in people if person.state == "on_treatment"]
        yield from _today(world, number, running)
    yield from _symptoms(world)


def _case(world: World, number: str, subject: Subject) -> _Case:
    # Chance shall be the same each time the demo is built.
    return _Case(subject, world.team(number), Random(f"events/{subject.subject_id}"))  # noqa: S311


def _past(world: World, case: _Case) -> Iterator[Story]:
    """Up to two ordinary events under treatment, rarely a serious one."""
    first, last = case.subject.first_dose_on, case.subject.ended_on or clock.local(world.now, case.zone).date()
    days = (last - first).days - 10 if first else 0
    if first is None or days < 5:
        return
    for _turn in range(case.rng.choice((0, 0, 1, 1, 2))):
        onset = first + timedelta(days=case.rng.randrange(1, days))
        yield _ordinary(case, onset)
    if case.rng.random() < 0.06:
        yield _grave(case, first + timedelta(days=case.rng.randrange(1, days)))


def _ordinary(case: _Case, onset: date) -> Story:
    term, severity, causality = case.rng.choice(_COMMON)
    yield case.at(onset + timedelta(days=case.rng.randrange(1, 4)), 10)
    seen = Seen(severity=severity, outcome=Outcome.NOT_RECOVERED, action_taken=ActionTaken.NOT_CHANGED)
    event = services.record_event(
        by=case.team.coordinator, subject=case.subject, told=case.told(term, onset), seen=seen
    )
    if severity != "MILD":
        services.ask_review(by=case.team.coordinator, event=event)
        yield clock.now() + timedelta(days=case.rng.randrange(1, 4), hours=2)
        _judge(case, event, causality)
    yield clock.now() + timedelta(days=case.rng.randrange(4, 20))
    end = clock.today(case.zone) - timedelta(days=1)
    services.resolve_event(
        by=case.team.coordinator,
        event=event,
        outcome=Outcome.RECOVERED,
        end=parse_partial_date(max(end, onset).isoformat()),
    )
    yield clock.now() + timedelta(days=case.rng.randrange(5, 40))
    event.refresh_from_db()
    services.close_event(by=case.team.investigator, event=event, proof=witnessed(case.team.investigator, event))


def _judge(case: _Case, event: AdverseEvent, causality: Causality, **changed: Any) -> None:
    """The medical assessment, signed."""
    by = case.team.physician
    services.assess_event(by=by, event=event, seen=_again(event, **changed), judged=[Judged(_PRODUCT, causality)])
    services.sign_assessment(by=by, event=event, proof=witnessed(by, _latest(event)))
    event.refresh_from_db()


def _latest(event: AdverseEvent) -> AEAssessment:
    return AEAssessment.objects.filter(event_id=event.pk).order_by("-sequence")[0]


def _again(event: AdverseEvent, **changed: Any) -> Seen:
    """As it was seen last, with what is different now."""
    last = _latest(event)
    facts = {
        "severity": last.severity,
        "outcome": last.outcome,
        "criteria": frozenset(last.criteria),
        "action_taken": last.action_taken or ActionTaken.NOT_CHANGED,
        "admitted": parse_partial_date(last.admitted) if last.admitted else None,
    }
    return Seen(**{**facts, **changed})


def _entered(case: _Case, onset: date) -> tuple[AdverseEvent, Causality]:
    """A serious event, entered now."""
    term, severity, criterion, causality = case.rng.choice(_GRAVE)
    seen = Seen(
        severity=severity,
        outcome=Outcome.NOT_RECOVERED,
        criteria=frozenset({criterion}),
        admitted=parse_partial_date(onset.isoformat()),
    )
    told = case.told(term, onset)
    return services.record_event(by=case.team.coordinator, subject=case.subject, told=told, seen=seen), causality


def _grave(case: _Case, onset: date) -> Story:
    """A serious event, reported in time and followed to its end."""
    yield case.at(onset + timedelta(days=1), 11)
    event, causality = _entered(case, onset)
    yield clock.now() + timedelta(hours=case.rng.randrange(2, 7))
    _judge(case, event, causality)
    services.send_report(by=case.team.coordinator, event=event)
    yield clock.now() + timedelta(days=case.rng.randrange(8, 16))
    end = parse_partial_date((clock.today(case.zone) - timedelta(days=1)).isoformat())
    services.resolve_event(by=case.team.coordinator, event=event, outcome=Outcome.RECOVERED, end=end)
    services.send_report(by=case.team.coordinator, event=event, is_final=True)


def _today(world: World, number: str, running: list[Subject]) -> Iterator[Story]:
    """What waits: a clock that runs, a medical assessment, a signature to be given again, a follow-up."""
    for person, story in zip(reversed(running), (_running, _unassessed, _changed, _due), strict=False):
        yield story(_case(world, number, person), world.now)


def _running(case: _Case, now: datetime) -> Story:
    yield now - timedelta(hours=case.rng.randrange(14, 21))
    _entered(case, clock.today(case.zone))


def _unassessed(case: _Case, now: datetime) -> Story:
    yield now - timedelta(days=1, hours=3)
    told = case.told("Nausea", clock.today(case.zone) - timedelta(days=1))
    seen = Seen(severity="MODERATE", outcome=Outcome.RECOVERING)
    event = services.record_event(by=case.team.coordinator, subject=case.subject, told=told, seen=seen)
    services.ask_review(by=case.team.coordinator, event=event)


def _changed(case: _Case, now: datetime) -> Story:
    yield now - timedelta(days=4)
    onset = clock.today(case.zone) - timedelta(days=2)
    seen = Seen(severity="MODERATE", outcome=Outcome.NOT_RECOVERED)
    told = case.told("Application site itching", onset)
    event = services.record_event(by=case.team.coordinator, subject=case.subject, told=told, seen=seen)
    services.ask_review(by=case.team.coordinator, event=event)
    yield now - timedelta(days=3)
    _judge(case, event, Causality.POSSIBLE)
    yield now - timedelta(hours=5)
    reason = "The diary shows that it began a day earlier"
    earlier = case.told("Application site itching", onset - timedelta(days=1))
    services.change_event(by=case.team.coordinator, event=event, told=earlier, reason=reason)


def _due(case: _Case, now: datetime) -> Story:
    yield now - timedelta(days=16)
    told = case.told("Rash, upper arm", clock.today(case.zone) - timedelta(days=2))
    seen = Seen(severity="MODERATE", outcome=Outcome.NOT_RECOVERED)
    event = services.record_event(by=case.team.coordinator, subject=case.subject, told=told, seen=seen)
    services.ask_review(by=case.team.coordinator, event=event)
    yield now - timedelta(days=15)
    _judge(case, event, Causality.RELATED)


def _symptoms(world: World) -> Iterator[Story]:
    """Participants with an account have told how they feel this morning."""
    own = Membership.objects.filter(role=Role.PART, subject__isnull=False, ends_on=None)
    for place in own.select_related("user", "subject__site", "subject__study").order_by("pk"):
        yield _symptom(place, world.now)


def _symptom(place: Any, now: datetime) -> Story:
    yield now - timedelta(hours=2)
    since = clock.today(place.subject.site.time_zone) - timedelta(days=1)
    services.report_symptom(
        by=place.user,
        subject=place.subject,
        event_term="Light-headed when I get up",
        onset=parse_partial_date(since.isoformat()),
        narrative="It goes away when I sit down for a while.",
    )
