"""Adverse events in every state, here and elsewhere; the canary's first."""

from typing import Any

from safety import services
from safety.domain.assessments import Causality, Outcome
from safety.models import AdverseEvent
from tests.support import safety
from tests.support.cast import BUILDER
from tests.support.signing import proof_for
from trialcrm.core.partial_dates import parse_partial_date

WHY = "Found in the hospital's letter"


def populate(world: Any) -> None:
    """Records of each table in each state at site 701, for the canary first, and at site 702."""
    services.settle_plan(by=BUILDER, study=world.study, severity_scale="severity", follow_up_days=14, reason=WHY)
    services.settle_plan(by=BUILDER, study=world.other_study, severity_scale="severity", follow_up_days=7, reason=WHY)
    treated = world.other_site.subjects.filter(state="on_treatment").first()
    _events_of(world, world.canary, world.coordinator, world.investigator)
    _events_of(world, treated, world.outsider, world.other_investigator)
    _symptom_of(world)


def _events_of(world: Any, subject: Any, by: Any, doctor: Any) -> None:
    services.report_event(by=BUILDER, subject=subject, told=safety.told(subject, event_term="A draft"))
    dismissed = services.report_event(by=BUILDER, subject=subject, told=safety.told(subject, event_term="Nothing"))
    services.dismiss_draft(by=doctor, event=dismissed, reason=WHY)
    kept = safety.recorded(by, subject, event_term="An open event")
    twice = safety.recorded(by, subject, event_term="An open event")
    services.void_event(by=by, event=twice, reason=WHY, kept_event=kept)
    # Judged and not signed yet, so that it can be signed, judged anew and sent back.
    safety.judged(doctor, safety.serious(by, subject, event_term="A serious event under review"))
    _reported(world, subject, by, doctor)
    changed = safety.followed(doctor, safety.recorded(by, subject, event_term="Signed, and changed afterwards"))
    services.change_event(by=by, event=changed, told=safety.told(subject, event_term="Changed"), reason=WHY)
    _over(subject, by, doctor)


def _reported(world: Any, subject: Any, by: Any, doctor: Any) -> None:
    event = safety.followed(doctor, safety.serious(by, subject, event_term="A serious event in follow-up"))
    services.send_report(by=by, event=event)
    # The first one waits at the sponsor.
    later = services.send_report(by=by, event=event, new_information="The hospital's letter came")
    services.receive_report(by=world.safety, report=later)
    services.assess_as_sponsor(by=world.safety, event=event, causality=Causality.NOT_RELATED, is_expected=False)


def _over(subject: Any, by: Any, doctor: Any) -> None:
    end = parse_partial_date(safety.told(subject).onset.text)
    for term, is_closed in (("A resolved event", False), ("A closed event", True)):
        event = safety.recorded(by, subject, event_term=term)
        event = services.resolve_event(by=by, event=event, outcome=Outcome.RECOVERED, end=end)
        if is_closed:
            services.close_event(by=doctor, event=event, proof=proof_for(doctor, event))


def _symptom_of(world: Any) -> None:
    onset = safety.told(world.canary).onset
    for part, subject, words in (
        ("participant", world.canary, "feather-symptom"),
        ("other_participant", _other(world), "A symptom"),
    ):
        services.report_symptom(by=world.person(part), subject=subject, event_term=words, onset=onset)
    assert AdverseEvent.objects.filter(status="draft").exists()


def _other(world: Any) -> Any:
    return world.site.subjects.filter(state="on_treatment").exclude(pk=world.canary.pk).first()
