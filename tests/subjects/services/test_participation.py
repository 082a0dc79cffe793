"""A subject's way through the study."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from subjects import services
from subjects.domain.consent import ConsentStatus
from subjects.domain.participation import EndReason, SubjectState
from subjects.models import Subject, SubjectIdentity
from tests.support.days import in_days
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.core.decisions import Refused
from trialcrm.core.partial_dates import parse_partial_date


def randomise(trial, subject, number="R-017", **facts):
    facts = {"randomised_at": clock.now(), **facts}
    return services.randomise(by=trial.coordinator, subject=subject, randomisation_number=number, **facts)


def withdraw(trial, subject, end_reason="WITHDRAWAL BY SUBJECT", extent="procedures", **facts):
    facts = {"ended_on": trial.today(), **facts}
    return services.withdraw(by=trial.investigator, subject=subject, end_reason=end_reason, extent=extent, **facts)


def lose(trial, subject):
    reason = "Three calls and a letter, unanswered"
    return services.lose_to_follow_up(by=trial.investigator, subject=subject, ended_on=trial.today(), reason=reason)


def die(trial, subject, on=""):
    died_on = parse_partial_date(on or trial.today().isoformat())
    return services.record_death(by=trial.investigator, subject=subject, died_on=died_on)


def test_a_registered_subject_gets_an_id_that_says_nothing_about_the_person(trial):
    subject = trial.registered(full_name="Grace Okafor")
    assert subject.subject_id == "701-001"
    assert subject.state == "screening"
    assert SubjectIdentity.objects.get(subject=subject).reveal().full_name == "Grace Okafor"
    assert not AuditLog.objects.filter(payload__icontains="Okafor").exists()


def test_the_dated_schedule_follows_the_first_dose(trial):
    subject = trial.on_treatment(first_dose_days_ago=10)
    assert subject.visits.count() == 7


def test_nobody_is_randomised_before_an_investigator_confirmed_eligibility(trial):
    for subject in (trial.registered(), trial.passed().subject):
        with pytest.raises(Refused):
            randomise(trial, Subject.objects.get(pk=subject.pk))


def test_nobody_is_randomised_on_a_day_before_eligibility_was_confirmed(trial):
    with pytest.raises(Refused) as refusal:
        randomise(trial, trial.eligible(), randomised_at=clock.now() - timedelta(days=2))
    assert refusal.value.field == "randomised_at"


def test_eligibility_does_not_last_for_ever(trial):
    with clock.frozen(in_days(-15)):
        subject = trial.eligible()
    with pytest.raises(Refused, match="more than 14 days"):
        randomise(trial, subject)


def test_nobody_is_randomised_without_an_active_consent(trial):
    subject = trial.eligible()
    services.withdraw_consent(by=trial.coordinator, consent=subject.consents.get(), withdrawn_on=trial.today())
    with pytest.raises(Refused, match="no active consent"):
        randomise(trial, subject)


def test_a_randomisation_number_is_used_once_in_a_study(trial):
    randomise(trial, trial.eligible())
    with pytest.raises(Refused) as refusal:
        randomise(trial, trial.eligible())
    assert refusal.value.field == "randomisation_number"


@pytest.mark.django_db(transaction=True)
def test_a_number_given_twice_at_once_is_refused_in_words(trial):
    subjects = [trial.eligible() for _number in range(4)]
    begin, refused = threading.Barrier(4), []

    def run(subject):
        try:
            begin.wait(10)
            randomise(trial, subject)
        except Refused as refusal:
            refused.append(refusal.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(subject,)) for subject in subjects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == ["randomisation_number"] * 3
    assert Subject.objects.filter(randomisation_number="R-017").count() == 1


def test_the_first_dose_comes_after_randomisation(trial):
    subject = randomise(trial, trial.eligible())
    with pytest.raises(Refused) as refusal:
        services.start_treatment(by=trial.coordinator, subject=subject, first_dose_on=trial.today() - timedelta(days=1))
    assert refusal.value.field == "first_dose_on"


def test_treatment_stops_after_it_began_for_a_reason_that_stops_it(trial):
    subject = trial.on_treatment(first_dose_days_ago=3)
    stop = {"by": trial.investigator, "subject": subject, "term": "Rash"}
    with pytest.raises(Refused) as refusal:
        services.stop_treatment(
            **stop, last_dose_on=trial.today() - timedelta(days=4), end_reason=EndReason.ADVERSE_EVENT
        )
    assert refusal.value.field == "last_dose_on"
    with pytest.raises(Refused) as refusal:
        services.stop_treatment(**stop, last_dose_on=trial.today(), end_reason=EndReason.COMPLETED)
    assert refusal.value.field == "end_reason"
    services.stop_treatment(**stop, last_dose_on=trial.today(), end_reason=EndReason.ADVERSE_EVENT)
    row = subject.dispositions.last()
    assert (row.subcategory, row.decoded, row.term) == ("STUDY TREATMENT", "ADVERSE EVENT", "Rash")


@pytest.mark.parametrize("end_reason", ["COMPLETED", "DEATH", "LOST TO FOLLOW-UP", "SCREEN FAILURE", "nonsense"])
def test_a_withdrawal_is_nothing_that_another_act_records(trial, end_reason):
    with pytest.raises(Refused) as refusal:
        withdraw(trial, trial.registered(), end_reason=end_reason)
    assert refusal.value.field == "end_reason"


@pytest.mark.parametrize(
    ("end_reason", "extent", "consent"),
    [
        ("WITHDRAWAL BY SUBJECT", "procedures", ConsentStatus.WITHDRAWN),
        ("WITHDRAWAL BY PARENT/GUARDIAN", "data", ConsentStatus.WITHDRAWN),
        ("WITHDRAWAL BY SUBJECT", "treatment", ConsentStatus.ACTIVE),
        ("PHYSICIAN DECISION", "procedures", ConsentStatus.ACTIVE),
    ],
)
def test_consent_ends_with_participation_where_the_participant_wishes_it(trial, end_reason, extent, consent):
    subject = trial.on_treatment()
    withdraw(trial, subject, end_reason=end_reason, extent=extent)
    assert subject.consents.get().status == consent


def test_texts_of_an_end_do_not_name_the_person(trial):
    subject = trial.registered()
    with pytest.raises(Refused) as refusal:
        withdraw(trial, subject, term="Mrs Okafor moved away")
    assert refusal.value.field == "term"


@pytest.mark.parametrize("days", [-30, 1])
def test_an_end_lies_between_consent_and_today(trial, days):
    with pytest.raises(Refused) as refusal:
        withdraw(trial, trial.registered(), ended_on=trial.today() + timedelta(days=days))
    assert refusal.value.field == "ended_on"


def test_an_end_cancels_what_is_planned_and_frees_nobody_to_go_on(trial):
    subject = withdraw(trial, trial.on_treatment())
    assert not subject.visits.filter(status__in=("planned", "scheduled", "rescheduled")).exists()
    for act in (withdraw, lose):
        with pytest.raises(Refused):
            act(trial, subject)


def test_a_death_after_an_end_keeps_the_reason_of_the_end(trial):
    subject = services.complete_participation(
        by=trial.investigator, subject=trial.on_treatment(), ended_on=trial.today()
    )
    dead = die(trial, subject)
    assert (dead.state, dead.end_reason) == (SubjectState.DIED, EndReason.COMPLETED)
    assert subject.dispositions.exclude(end_reason="").count() == 1
    last = subject.dispositions.last()
    assert (last.category, last.decoded) == ("OTHER EVENT", "DEATH")


def test_a_death_in_the_study_is_the_end(trial):
    dead = die(trial, trial.on_treatment())
    assert (dead.state, dead.end_reason, dead.ended_on) == (SubjectState.DIED, EndReason.DEATH, trial.today())


def test_a_death_known_in_part_is_kept_as_it_is_known(trial):
    month = f"{trial.today():%Y-%m}"
    dead = die(trial, trial.on_treatment(), on=month)
    assert dead.died_on == dead.dispositions.last().starts == month


@pytest.mark.parametrize("on", ["2999", "1999-01"])
def test_nobody_dies_in_the_future_or_before_consent(trial, on):
    with pytest.raises(Refused) as refusal:
        die(trial, trial.registered(), on=on)
    assert refusal.value.field == "died_on"


def test_somebody_lost_is_followed_again_and_the_end_is_taken_back(trial):
    subject = lose(trial, trial.on_treatment())
    back = {"by": trial.coordinator, "subject": subject}
    with pytest.raises(Refused) as refusal:
        services.enter_follow_up(**back)
    assert refusal.value.field == "reason"
    found = services.enter_follow_up(**back, reason="Called from a new number")
    assert (found.state, found.end_reason, found.ended_on) == (SubjectState.FOLLOW_UP, "", None)
    completed = services.complete_participation(by=trial.investigator, subject=found, ended_on=trial.today())
    ends = completed.dispositions.exclude(end_reason="").values_list("end_reason", flat=True)
    assert list(ends) == [EndReason.COMPLETED]


def test_somebody_lost_before_treatment_is_not_followed(trial):
    subject = lose(trial, trial.registered())
    with pytest.raises(Refused, match="never treated"):
        services.enter_follow_up(by=trial.investigator, subject=subject, reason="Called from a new number")


def test_the_last_dose_is_kept_when_follow_up_begins(trial):
    subject = services.enter_follow_up(
        by=trial.coordinator, subject=trial.on_treatment(first_dose_days_ago=5), last_dose_on=trial.today()
    )
    assert subject.last_dose_on == trial.today()
