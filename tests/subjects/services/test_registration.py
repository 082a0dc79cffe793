"""Registering: ids, the pre-screening list, and what a registration brings with it."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from subjects import services
from subjects.domain.participation import SubjectState
from subjects.models import Identity, Screening, Signed, Subject
from subjects.services import Coded
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


def listed(trial, **coded):
    return services.add_to_prescreening(
        by=trial.coordinator, site=trial.site, coordinator=trial.coordinator, coded=Coded(source="Clinic", **coded)
    )


def entered(trial, subject, **identity):
    return services.enter_screening(
        by=trial.coordinator,
        subject=subject,
        identity=Identity(**{"full_name": "Ada Whitfield", "date_of_birth": date(1951, 7, 30), **identity}),
        coded=Coded(sex_at_birth="F"),
        signed=Signed(version=trial.consent_version, signed_at=clock.now() - timedelta(hours=1)),
    )


def test_numbers_of_the_list_are_never_given_twice(trial):
    first, second = listed(trial), listed(trial)
    entered(trial, first)
    third = listed(trial)
    assert [first.subject_id, second.subject_id, third.subject_id] == ["701-P001", "701-P002", "701-P003"]


def test_a_participant_id_is_never_given_twice_also_after_an_end(trial):
    first = trial.registered()
    services.withdraw(
        by=trial.investigator, subject=first, ended_on=trial.today(), end_reason="OTHER", extent="procedures"
    )
    assert trial.registered().subject_id == "701-002"


def test_an_id_that_an_import_brought_is_passed_over(trial):
    other = listed(trial)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET subject_id = '701-001' WHERE id = %s", [other.pk])
    assert trial.registered().subject_id == "701-002"


@pytest.mark.django_db(transaction=True)
def test_registrations_at_once_never_share_an_id(trial):
    trial.registered()  # every lazy part of the trial is read before the threads begin
    begin, failures = threading.Barrier(6), []

    def register():
        try:
            begin.wait(10)
            trial.registered(days_ago=1)
        except Exception as error:  # a thread's failure is told by the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=register) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert sorted(Subject.objects.values_list("subject_id", flat=True)) == [f"701-{n:03d}" for n in range(1, 8)]


def test_registering_opens_screening_plans_its_visits_and_writes_the_milestone(trial):
    subject = trial.registered(days_ago=3)
    attempt = Screening.objects.get(subject=subject)
    assert (attempt.attempt, attempt.status, attempt.screening_date) == (1, "pending", subject.consented_on)
    assert subject.visits.filter(planned_visit__anchor="consent").count() == 2
    milestone = subject.dispositions.get()
    assert (milestone.category, milestone.decoded) == ("PROTOCOL MILESTONE", "INFORMED CONSENT OBTAINED")
    assert milestone.starts == subject.consented_on.isoformat()


def test_nothing_is_left_of_a_registration_that_was_refused(trial):
    with pytest.raises(Refused):
        trial.registered(date_of_birth=trial.today() + timedelta(days=1))
    assert not Subject.objects.exists()
    assert trial.registered().subject_id == "701-001"


def test_a_refused_registration_is_logged_without_a_name(trial):
    with pytest.raises(Refused):
        trial.registered(full_name="Canary Zebra", date_of_birth=trial.today() + timedelta(days=1))
    entry = AuditLog.objects.get(outcome="refused")
    assert "Canary" not in f"{entry.summary} {entry.payload} {entry.reason}"


def test_coded_facts_do_not_name_the_person(trial):
    subject = listed(trial)
    with pytest.raises(Refused) as refusal:
        services.enter_screening(
            by=trial.coordinator,
            subject=subject,
            identity=Identity(full_name="Ada Whitfield"),
            coded=Coded(source="Daughter of Ada Whitfield"),
            signed=Signed(version=trial.consent_version, signed_at=clock.now()),
        )
    assert refusal.value.field == "source"


def test_the_list_is_entered_once(trial):
    subject = entered(trial, listed(trial))
    with pytest.raises(Refused):
        entered(trial, subject)
    assert subject.state == SubjectState.SCREENING


def test_what_was_known_before_consent_stays(trial):
    subject = entered(trial, listed(trial))
    assert (subject.source, subject.country) == ("Clinic", "USA")


def test_another_sites_coordinator_registers_nobody_here(trial):
    with pytest.raises(Refused):
        services.add_to_prescreening(by=trial.outsider, site=trial.site, coordinator=trial.outsider, coded=Coded())


def test_coded_facts_are_corrected_with_a_reason_that_does_not_name_the_person(trial):
    subject = trial.registered()
    change = {"by": trial.coordinator, "subject": subject, "coordinator": trial.coordinator}
    with pytest.raises(Refused) as refusal:
        services.change_subject(**change, coded=Coded(sex_at_birth="F"), reason="As Mrs Okafor said")
    assert refusal.value.field == "reason"
    changed = services.change_subject(**change, coded=Coded(sex_at_birth="F", race="WHITE"), reason="As she said")
    assert changed.race == "WHITE"
