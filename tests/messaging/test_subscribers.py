"""Who is told of what: the lines of the page, met through the services."""

import uuid

import pytest

from medications.events import DistributionChanged, OrderChanged
from messaging import selectors, services
from messaging.models import Notification, OutgoingMail
from messaging.policies.telling import TELLINGS
from safety.events import BecameSerious, ReviewAsked, SymptomReported
from subjects.events import VisitChanged
from tests.support.messaging import among_staff, asked, participant_of
from trialcrm.core import clock
from trialcrm.core.events import publish
from trialcrm.users.events import SigningFailed


@pytest.fixture
def subject(trial):
    return trial.registered()


@pytest.fixture
def grace(subject):
    return participant_of(subject)


def told(kind):
    return sorted(Notification.objects.filter(kind=kind).values_list("person__name", flat=True))


def place(subject):
    return subject.study_id, subject.site_id, subject.pk


def test_the_site_team_is_told_of_a_participants_message_and_nobody_elsewhere(trial, subject, grace):
    asked(grace, subject)
    assert told("message_from_participant") == ["Dr Hana Ito", "Dr Paul Sol", "Nora Lindqvist"]
    assert OutgoingMail.objects.count() == 3


def test_the_participant_is_told_of_an_answer(trial, subject, grace):
    message = asked(grace, subject)
    services.send_message(by=trial.coordinator, conversation=message.conversation, body="Yes.")
    assert told("message_from_site") == ["Grace Okafor"]
    assert told("message_from_colleague") == []


def test_what_staff_say_is_told_to_staff_alone(trial, subject, grace):
    among_staff(trial, subject)
    assert told("message_from_colleague") == ["Dr Hana Ito", "Dr Paul Sol"]
    assert told("message_from_site") == []


def test_what_is_meant_for_one_colleague_is_told_to_that_one(trial, subject):
    one = among_staff(trial, subject, addressee=trial.pharmacist)
    assert told("message_from_colleague") == ["Pat Moreno"]
    services.send_message(by=trial.pharmacist, conversation=one, body="I looked at it.")
    assert told("message_from_colleague") == ["Nora Lindqvist", "Pat Moreno"]


def test_a_serious_event_is_told_at_the_site_and_to_the_sponsors_safety(trial, subject):
    publish(BecameSerious(*place(subject), event_id=uuid.uuid4(), aware_at=clock.now()))
    assert told("event_serious") == ["Dr Hana Ito", "Nora Lindqvist", "Sam Adeyemi"]


def test_a_review_is_asked_of_investigators_and_a_symptom_told_to_the_team(trial, subject):
    publish(ReviewAsked(*place(subject), event_id=uuid.uuid4(), is_serious=False))
    publish(SymptomReported(*place(subject), event_id=uuid.uuid4()))
    assert told("event_to_assess") == ["Dr Hana Ito", "Dr Paul Sol"]
    assert told("event_reported") == ["Dr Hana Ito", "Dr Paul Sol", "Nora Lindqvist"]


def test_a_participant_is_told_of_their_plan_their_box_and_their_visits(trial, subject, grace):
    publish(OrderChanged(*place(subject), order_id=uuid.uuid4(), status="active"))
    publish(OrderChanged(*place(subject), order_id=uuid.uuid4(), status="draft"))
    publish(DistributionChanged(*place(subject), distribution_id=uuid.uuid4(), status="dispensed"))
    publish(DistributionChanged(*place(subject), distribution_id=uuid.uuid4(), status="returned"))
    for status in ("scheduled", "rescheduled", "cancelled", "completed"):
        publish(VisitChanged(*place(subject), visit_id=uuid.uuid4(), status=status))
    kinds = set(Notification.objects.filter(person=grace).values_list("kind", flat=True))
    assert kinds == {"order_signed", "kit_dispensed", "visit_booked", "visit_moved", "visit_cancelled"}


def test_failed_signing_is_told_to_the_investigator_and_the_operators(trial):
    publish(SigningFailed(trial.coordinator.pk, trial.study.pk, trial.site.pk))
    assert told("signing_failed") == ["Dr Hana Ito", "Olga Petrov"]
    publish(SigningFailed(trial.investigator.pk, trial.study.pk, trial.site.pk))
    assert told("signing_failed") == ["Dr Hana Ito", "Olga Petrov", "Olga Petrov"]


def test_whoever_has_left_is_told_nothing(trial, subject, grace):
    from trialcrm.access import grants

    grants.dismiss(trial.subinvestigator, "subi", trial.site, ends_at=clock.now())
    asked(grace, subject)
    assert "Dr Paul Sol" not in told("message_from_participant")


def test_a_notice_that_fails_loses_no_message(trial, subject, grace, monkeypatch):
    def broken(*args, **options):
        raise ValueError("no")

    monkeypatch.setattr("messaging.subscribers.notify", broken)
    assert asked(grace, subject).pk
    assert not Notification.objects.exists()


def test_only_one_mail_waits_for_somebody_however_much_is_written(trial, subject, grace):
    message = asked(grace, subject)
    for number in range(3):
        services.send_message(by=grace, conversation=message.conversation, body=f"And {number}?")
    assert OutgoingMail.objects.filter(person=trial.coordinator).count() == 1
    assert selectors.unread(trial.coordinator) == 4


@pytest.mark.parametrize("line", TELLINGS, ids=lambda line: line.kind.value)
def test_every_line_names_a_field_of_its_event(line):
    assert line.record in line.event.__dataclass_fields__
    assert line.roles
