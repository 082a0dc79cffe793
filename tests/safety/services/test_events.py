"""Events are taken in by coordinator or investigator, judged, signed, reported, and end."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from safety import selectors, services
from safety.domain.assessments import ActionTaken, Causality, Criterion, Outcome
from safety.events import BecameSerious, EventChanged, ReviewAsked, SymptomReported
from safety.models import AdverseEvent
from safety.services import orders
from subjects.models import Subject
from tests.support.cast import at
from tests.support.safety import followed, judged, recorded, seen, serious, signed, told
from tests.support.signing import proof_for as witnessed
from trialcrm.core import clock, events
from trialcrm.core.decisions import Refused, StaleRecord
from trialcrm.core.partial_dates import parse_partial_date as day
from trialcrm.users.domain.signatures import Meaning
from trialcrm.users.selectors.signatures import signatures_of

WHY = "Found in the hospital's letter"


@pytest.fixture
def subject(trial) -> Subject:
    return trial.on_treatment(first_dose_days_ago=20, full_name="Canary Zebra")


@pytest.fixture
def heard(monkeypatch) -> list[object]:
    """What was announced, in order."""
    told_of: list[object] = []
    for kind in (EventChanged, BecameSerious, ReviewAsked, SymptomReported):
        monkeypatch.setitem(events._announcements, kind, [*events._announcements.get(kind, []), told_of.append])
    return told_of


def refused_at(field: str | None, act, **given) -> str:
    with pytest.raises(Refused) as refusal:
        act(**given)
    assert refusal.value.field == field
    return str(refusal.value)


# --- entry ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["coordinator", "investigator", "subinvestigator"])
def test_coordinator_and_investigator_enter_events(trial, subject, part) -> None:
    event = recorded(getattr(trial, part), subject)
    assert (event.status, event.code, event.severity, event.is_serious) == ("open", "E01", "MILD", False)
    assert event.reported_by == getattr(trial, part)


@pytest.mark.parametrize(
    "part", ["pharmacist", "unblinded_pharmacist", "monitor", "safety", "manager", "inspector", "outsider", "stranger"]
)
def test_nobody_else_enters_events(trial, subject, part) -> None:
    with pytest.raises(Refused):
        recorded(getattr(trial, part), subject)
    assert not AdverseEvent.objects.exists()


def test_events_of_one_participant_are_numbered(trial, subject) -> None:
    assert [recorded(trial.coordinator, subject).code for _turn in range(3)] == ["E01", "E02", "E03"]


@pytest.mark.parametrize(
    ("facts", "seen_as", "criteria", "field"),
    [
        ({"event_term": " "}, {}, (), "event_term"),
        ({"onset": "2999-01-01"}, {}, (), "onset"),
        ({"onset": "2001-01-01"}, {}, (), "onset"),
        ({"event_term": "Zebra fell"}, {}, (), "event_term"),
        ({}, {"severity": "3"}, (), "severity"),
        ({}, {"severity": ""}, (), "severity"),
        ({}, {"outcome": "BETTER"}, (), "outcome"),
        ({}, {"outcome": Outcome.RECOVERED}, (), "end"),
        ({}, {"outcome": Outcome.FATAL}, (), "criteria"),
        ({}, {}, (Criterion.HOSPITALISATION,), "admitted"),
        ({}, {}, (Criterion.DEATH,), "outcome"),
    ],
)
def test_what_cannot_all_be_true_is_refused_at_its_field(trial, subject, facts, seen_as, criteria, field) -> None:
    given = {"told": told(subject, **facts), "seen": seen(*criteria, **seen_as)}
    refused_at(field, services.record_event, by=trial.coordinator, subject=subject, **given)


def test_severe_is_not_serious_and_serious_is_not_severe(trial, subject) -> None:
    severe = recorded(trial.coordinator, subject, seen_as={"severity": "SEVERE"})
    mild = serious(trial.coordinator, subject)
    assert (severe.is_serious, severe.status) == (False, "open")
    assert (mild.is_serious, mild.severity, mild.status) == (True, "MILD", "under_review")


def test_a_serious_event_goes_to_the_investigator_at_once_and_its_clock_runs(trial, subject, heard) -> None:
    event = serious(trial.coordinator, subject)
    assert event.sponsor_due == event.aware_at + timedelta(hours=24)
    kinds = [type(item) for item in heard]
    assert {BecameSerious, ReviewAsked, EventChanged} == set(kinds)


def test_a_serious_event_is_kept_when_its_notification_fails(trial, subject, monkeypatch) -> None:
    def broken(_event: object) -> None:
        raise RuntimeError("the mail server is down")

    monkeypatch.setitem(events._announcements, BecameSerious, [broken])
    monkeypatch.setitem(events._announcements, ReviewAsked, [broken])
    event = serious(trial.coordinator, subject)
    assert AdverseEvent.objects.get(pk=event.pk).is_serious


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_pharmacist_reports_a_draft_and_the_coordinator_takes_it_up(trial, subject) -> None:
    draft = services.report_event(by=trial.pharmacist, subject=subject, told=told(subject))
    assert (draft.status, draft.learned_from) == ("draft", "pharmacy")
    event = services.confirm_event(by=trial.coordinator, event=draft, told=told(subject), seen=seen())
    assert (event.status, event.reported_by) == ("open", trial.pharmacist)


def test_a_draft_that_is_no_event_is_dismissed_by_an_investigator(trial, subject) -> None:
    draft = services.report_event(by=trial.pharmacist, subject=subject, told=told(subject))
    with pytest.raises(Refused):
        services.dismiss_draft(by=trial.coordinator, event=draft, reason=WHY)
    event = services.dismiss_draft(by=trial.investigator, event=draft, reason=WHY)
    assert (event.status, event.status_reason) == ("not_an_ae", WHY)


# --- the clock --------------------------------------------------------------------------------------------------------


def test_an_upgrade_starts_the_24_hours_anew(trial, subject) -> None:
    event = recorded(trial.coordinator, subject)
    later = clock.now() + timedelta(days=2)
    with clock.frozen(later):
        services.assess_event(by=trial.coordinator, event=event, seen=seen(Criterion.LIFE_THREATENING))
    event.refresh_from_db()
    assert event.serious_since == later
    assert event.status == "under_review"


def test_a_report_in_the_night_of_summer_time_is_on_time_by_the_hours_that_passed(trial) -> None:
    with clock.frozen(at("2026-03-07 21:00")):
        subject = trial.on_treatment(first_dose_days_ago=50)
        event = serious(trial.coordinator, subject, onset="2026-03-07", aware_at=at("2026-03-07 21:00"))
    with clock.frozen(at("2026-03-08 21:00")):
        report = services.send_report(by=trial.coordinator, event=event)
    assert (report.kind, report.is_on_time, float(report.hours_elapsed)) == ("initial", True, 24.0)


# --- judging and signing ----------------------------------------------------------------------------------------------


def test_causality_is_an_investigators_judgement(trial, subject) -> None:
    event = serious(trial.coordinator, subject)
    with pytest.raises(Refused):
        judged(trial.coordinator, event)
    assert judged(trial.subinvestigator, event).is_medical


def test_a_signed_assessment_is_followed_up(trial, subject) -> None:
    event = followed(trial.investigator, serious(trial.coordinator, subject))
    assert (event.status, event.causality) == ("follow_up", Causality.POSSIBLE)
    assert event.follow_up_due_on == trial.today() + timedelta(days=14)
    (signature,) = signatures_of(event.assessments.last())
    assert (signature.signature.meaning, signature.changes) == (Meaning.CAUSALITY, [])


def test_recovered_with_its_end_known_it_is_resolved_by_the_signature(trial, subject) -> None:
    event = serious(trial.coordinator, subject)
    today = trial.today().isoformat()
    judged(trial.investigator, event, outcome=Outcome.RECOVERED, end=today)
    assert signed(trial.investigator, event).status == "resolved"


def test_a_coordinator_signs_nothing(trial, subject) -> None:
    event = serious(trial.coordinator, subject)
    judged(trial.investigator, event)
    with pytest.raises(Refused):
        signed(trial.coordinator, event)


def test_what_changed_while_it_was_open_is_not_signed(trial, subject) -> None:
    event = serious(trial.coordinator, subject)
    assessment = judged(trial.investigator, event)
    proof = witnessed(trial.investigator, assessment)
    services.change_event(by=trial.coordinator, event=event, told=told(subject, event_term="Fall"), reason=WHY)
    with pytest.raises(StaleRecord):
        services.sign_assessment(by=trial.investigator, event=event, proof=proof)


def test_a_signature_is_shown_as_changed_with_the_fields_and_signed_again(trial, subject) -> None:
    event = followed(trial.investigator, serious(trial.coordinator, subject))
    services.change_event(by=trial.coordinator, event=event, told=told(subject, event_term="Fall"), reason=WHY)
    assessment = event.assessments.last()
    services.change_assessment(
        by=trial.coordinator,
        assessment=assessment,
        seen=seen(Criterion.MEDICALLY_IMPORTANT, severity="SEVERE"),
        reason=WHY,
    )
    event.refresh_from_db()
    (signature,) = signatures_of(event.assessments.last())
    changed = {change.label: (change.old, change.new) for change in signature.changes}
    assert changed["Event"] == ("Syncope", "Fall")
    assert changed["Severity"] == ("Mild", "Severe")
    assert event.needs_signature
    assert not signed(trial.investigator, event).needs_signature


def test_worse_than_before_it_goes_back_to_the_investigator(trial, subject, heard) -> None:
    event = followed(trial.investigator, serious(trial.coordinator, subject))
    heard.clear()
    services.assess_event(
        by=trial.coordinator, event=event, seen=seen(Criterion.MEDICALLY_IMPORTANT, severity="SEVERE")
    )
    event.refresh_from_db()
    assert (event.status, event.max_severity) == ("under_review", "SEVERE")
    assert ReviewAsked in map(type, heard)


def test_the_header_keeps_the_highest_severity_and_shows_the_latest(trial, subject) -> None:
    event = recorded(trial.coordinator, subject, seen_as={"severity": "SEVERE"})
    services.assess_event(by=trial.coordinator, event=event, seen=seen(severity="MILD"))
    event.refresh_from_db()
    assert (event.severity, event.max_severity) == ("MILD", "SEVERE")


# --- death ------------------------------------------------------------------------------------------------------------


def test_a_fatal_assessment_asks_for_the_death_and_records_it(trial, subject) -> None:
    event = serious(trial.coordinator, subject)
    today = trial.today().isoformat()
    fatal = {"outcome": Outcome.FATAL}
    with pytest.raises(Refused) as refusal:
        judged(trial.investigator, event, Criterion.DEATH, **fatal)
    assert refusal.value.field == "died_on"
    judged(trial.investigator, event, Criterion.DEATH, died_on=today, **fatal)
    subject.refresh_from_db()
    event.refresh_from_db()
    assert (subject.state, event.end, event.is_cause_of_death) == ("died", today, True)


def test_a_coordinator_enters_a_fatal_event_before_the_death_is_recorded(trial, subject) -> None:
    event = recorded(trial.coordinator, subject, Criterion.DEATH, seen_as={"outcome": Outcome.FATAL})
    subject.refresh_from_db()
    assert (event.status, subject.state) == ("under_review", "on_treatment")


# --- the end ----------------------------------------------------------------------------------------------------------


def test_a_mild_event_may_be_resolved_without_review_and_closed_with_others(trial, subject) -> None:
    made = [recorded(trial.coordinator, subject) for _turn in range(2)]
    today = day(trial.today().isoformat())
    done = [
        services.resolve_event(by=trial.coordinator, event=event, outcome=Outcome.RECOVERED, end=today)
        for event in made
    ]
    proofs = {event.pk: witnessed(trial.investigator, event) for event in done}
    with pytest.raises(Refused):
        services.close_events(by=trial.subinvestigator, events=done, proofs=proofs)
    closed = services.close_events(by=trial.investigator, events=done, proofs=proofs)
    assert [event.status for event in closed] == ["closed", "closed"]
    assert all(not signature.changes for event in closed for signature in signatures_of(event))


def test_more_than_mild_needs_the_investigator_first(trial, subject) -> None:
    event = recorded(trial.coordinator, subject, seen_as={"severity": "MODERATE"})
    with pytest.raises(Refused):
        services.resolve_event(by=trial.coordinator, event=event, outcome=Outcome.NOT_RECOVERED)


def test_recovered_wants_a_day_or_why_it_is_unknown(trial, subject) -> None:
    event = recorded(trial.coordinator, subject)
    given = {"by": trial.coordinator, "event": event, "outcome": Outcome.RECOVERED}
    refused_at("end", services.resolve_event, **given)
    refused_at("end", services.resolve_event, **given, end=day(f"{trial.today():%Y-%m}"))
    assert services.resolve_event(**given, end_unknown_reason="The participant does not recall").status == "resolved"


def test_at_last_contact_an_event_that_lasts_is_resolved_without_an_end(trial, subject) -> None:
    event = recorded(trial.coordinator, subject)
    done = services.resolve_event(by=trial.coordinator, event=event, outcome=Outcome.RECOVERING)
    assert (done.status, done.end, done.outcome) == ("resolved", "", Outcome.RECOVERING)


def test_a_serious_event_is_closed_once_the_sponsor_acknowledged_the_final_report(trial, subject) -> None:
    event = followed(trial.investigator, serious(trial.coordinator, subject))
    services.send_report(by=trial.coordinator, event=event)
    event = services.resolve_event(
        by=trial.coordinator, event=event, outcome=Outcome.RECOVERED, end=day(trial.today().isoformat())
    )
    with pytest.raises(Refused):
        services.close_event(by=trial.investigator, event=event, proof=witnessed(trial.investigator, event))
    final = services.send_report(by=trial.coordinator, event=event, is_final=True)
    services.acknowledge_report(by=trial.safety, report=final)
    proof = witnessed(trial.investigator, event)
    assert services.close_event(by=trial.investigator, event=event, proof=proof).status == "closed"


def test_only_the_principal_investigator_reopens_what_is_closed(trial, subject) -> None:
    event = recorded(trial.coordinator, subject)
    event = services.resolve_event(by=trial.coordinator, event=event, outcome=Outcome.NOT_RECOVERED)
    event = services.close_event(by=trial.investigator, event=event, proof=witnessed(trial.investigator, event))
    with pytest.raises(Refused):
        services.reopen_event(by=trial.coordinator, event=event, reason=WHY)
    assert services.reopen_event(by=trial.investigator, event=event, reason=WHY).status == "follow_up"


def test_an_event_entered_twice_is_void_and_names_the_one_that_is_kept(trial, subject) -> None:
    kept, twice = recorded(trial.coordinator, subject), recorded(trial.coordinator, subject)
    stranger = recorded(trial.coordinator, trial.on_treatment(first_dose_days_ago=3))
    refused_at("reason", services.void_event, by=trial.coordinator, event=twice, reason=" ")
    refused_at("kept_event", services.void_event, by=trial.coordinator, event=twice, reason=WHY, kept_event=stranger)
    void = services.void_event(by=trial.coordinator, event=twice, reason=WHY, kept_event=kept)
    assert (void.status, void.kept_event) == ("void", kept)


def test_an_investigator_sends_it_back_with_a_question(trial, subject) -> None:
    event = recorded(trial.coordinator, subject, seen_as={"severity": "MODERATE"})
    services.ask_review(by=trial.coordinator, event=event)
    back = services.return_event(by=trial.investigator, event=event, reason="Which drugs were taken that day?")
    assert (back.status, back.status_reason) == ("open", "Which drugs were taken that day?")


# --- the order --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "service", "day_name"),
    [
        (ActionTaken.INTERRUPTED, "hold_order", "held_on"),
        (ActionTaken.WITHDRAWN, "discontinue_order", "ended_on"),
    ],
)
def test_what_stops_the_drug_holds_or_ends_the_order(trial, subject, monkeypatch, action, service, day_name) -> None:
    done, order = [], SimpleNamespace(status="active")
    monkeypatch.setattr(orders, "running_order", lambda _user, _subject: order)
    for name in ("hold_order", "discontinue_order"):
        monkeypatch.setattr(orders, name, lambda name=name, **given: done.append((name, given)))
    event = serious(trial.coordinator, subject)
    judged(trial.investigator, event, action_taken=action)
    signed(trial.investigator, event, acts_on_order=True)
    ((called, given),) = done
    assert (called, given["order"], given[day_name], given["event_id"]) == (service, order, trial.today(), event.pk)
    assert "E01" in given["reason"]


def test_a_message_becomes_a_draft_whose_onset_is_not_known_yet(trial, subject) -> None:
    read_at = clock.now() - timedelta(minutes=20)
    draft = services.draft_event(by=trial.coordinator, subject=subject, term="In hospital", aware_at=read_at)
    assert (draft.status, draft.onset, draft.learned_from, draft.aware_at) == ("draft", "", "message", read_at)


def test_a_clock_runs_until_the_first_report(trial, subject) -> None:
    event = serious(trial.coordinator, subject)
    recorded(trial.coordinator, subject)
    assert selectors.running_clocks() == [(event.pk, event.study_id, event.site_id, subject.pk, event.sponsor_due)]
    services.send_report(by=trial.coordinator, event=event)
    assert selectors.running_clocks() == []
