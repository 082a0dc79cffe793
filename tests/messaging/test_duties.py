"""Reminders: found in the data, told once, and nothing lost while nobody looked."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest

from messaging import duties, services
from messaging.models import Notification
from safety.services import send_report
from subjects.models import Visit
from tests.support.messaging import asked, participant_of
from tests.support.safety import serious
from trialcrm.core import clock
from trialcrm.core.jobs import names


def told():
    return sorted(Notification.objects.exclude(kind="message_from_participant").values_list("kind", "person__name"))


def hours(number):
    return clock.frozen(clock.now() + timedelta(hours=number))


def test_the_duties_are_known_to_the_tick():
    wanted = {"send mails", "remind of unread messages", "remind of serious events", "remind of overdue visits"}
    assert wanted | {"remind of expiring lots"} <= set(names())


@pytest.fixture
def message(trial):
    subject = trial.registered()
    return asked(participant_of(subject), subject)


def test_a_message_that_nobody_read_is_told_of_after_a_day_and_after_three(trial, message):
    for number, expected in ((23, 0), (25, 3), (26, 3), (73, 6), (100, 6)):
        with hours(number):
            duties.remind_of_unread_messages()
        assert len(told()) == expected
    assert {kind for kind, _name in told()} == {"message_unread_day", "message_unread_long"}


def test_after_a_long_downtime_the_latest_limit_is_told_and_nothing_is_lost(trial, message):
    with hours(200):
        assert [duties.remind_of_unread_messages(), duties.remind_of_unread_messages()] == [3, 0]
    assert {kind for kind, _name in told()} == {"message_unread_long"}


def test_a_message_that_somebody_read_is_not_told_of(trial, message):
    services.read_conversation(by=trial.coordinator, conversation=message.conversation)
    with hours(100):
        assert duties.remind_of_unread_messages() == 0


@pytest.mark.parametrize(
    ("later", "kinds", "people"),
    [(10, set(), 0), (12, {"clock_12"}, 2), (20, {"clock_4"}, 2), (24, {"clock_over"}, 3), (50, {"clock_over"}, 3)],
)
def test_a_serious_event_is_told_of_by_the_hours_that_are_left(trial, later, kinds, people):
    event = serious(trial.coordinator, trial.on_treatment(first_dose_days_ago=10), aware_at=clock.now())
    Notification.objects.all().delete()
    with clock.frozen(event.serious_since + timedelta(hours=later)):
        assert [duties.remind_of_serious_events(), duties.remind_of_serious_events()] == [people, 0]
    assert {kind for kind, _name in told()} == kinds


def test_an_event_that_the_sponsor_was_told_of_needs_no_reminder(trial):
    event = serious(trial.coordinator, trial.on_treatment(first_dose_days_ago=10))
    send_report(by=trial.investigator, event=event)
    with hours(30):
        assert duties.remind_of_serious_events() == 0


def test_a_visit_whose_window_is_over_is_told_once(trial):
    trial.on_treatment(first_dose_days_ago=40)
    late = Visit.objects.filter(closes_on__lt=trial.today(), status__in=["planned", "scheduled"]).count()
    assert late
    assert [duties.remind_of_overdue_visits(), duties.remind_of_overdue_visits()] == [2 * late, 0]
    assert {name for kind, name in told() if kind == "visit_overdue"} == {"Dr Hana Ito", "Nora Lindqvist"}


def test_a_lot_that_expires_is_told_to_the_pharmacists_of_its_site(trial, monkeypatch):
    kit = SimpleNamespace(lot_id=uuid.uuid4(), study_id=trial.study.pk, site_id=trial.site.pk)
    monkeypatch.setattr("medications.selectors.expiring", lambda user, focus, days: [kit, kit])
    assert [duties.remind_of_expiring_lots(), duties.remind_of_expiring_lots()] == [2, 0]
    assert told() == [("lot_expiring", "Pat Moreno"), ("lot_expiring", "Uma Kerr")]


def test_every_reminder_looks_at_the_data_without_anybody_signed_in(trial):
    assert [duties.remind_of_serious_events(), duties.remind_of_expiring_lots()] == [0, 0]
