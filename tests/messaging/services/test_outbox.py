from datetime import timedelta

import psycopg
import pytest
from django.core import mail
from django.db import connection

from messaging import services
from messaging.domain.mails import PAUSES, MailStatus
from messaging.models import OutgoingMail
from messaging.services import outbox
from tests.support.cast import Trial
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


def waiting(person, kind="event_serious"):
    return OutgoingMail.objects.create(person=person, kind=kind)


@pytest.fixture
def no_server(monkeypatch):
    def refuse(message):
        raise ConnectionRefusedError("no server for grace@home.test")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)


def test_a_mail_is_sent_once_to_its_person_and_says_nothing_of_what_it_is_about(trial):
    waiting(trial.coordinator)
    assert [outbox.drain(), outbox.drain()] == [1, 0]
    (sent,) = mail.outbox
    assert sent.to == ["coordinator@trial.test"]
    assert "serious" not in f"{sent.subject} {sent.body}".lower()
    assert OutgoingMail.objects.get().status == MailStatus.SENT


def test_a_mail_that_fails_is_tried_again_later_and_given_up_in_the_end(trial, no_server):
    one, now = waiting(trial.coordinator), clock.now()
    for attempt in range(1, len(PAUSES) + 2):
        with clock.frozen(now):
            outbox.drain()
        one.refresh_from_db()
        assert one.attempts == attempt
        now = max(now, one.due_at)
    assert one.status == MailStatus.GIVEN_UP
    assert one.failure == "ConnectionRefusedError"


def test_one_mail_that_fails_keeps_no_other_from_being_sent(trial, monkeypatch):
    first, second = waiting(trial.coordinator), waiting(trial.investigator)
    send = outbox._send
    refused = ConnectionRefusedError

    def sometimes(one):
        if one.pk == first.pk:
            raise refused
        send(one)

    monkeypatch.setattr(outbox, "_send", sometimes)
    outbox.drain()
    assert OutgoingMail.objects.get(pk=second.pk).status == MailStatus.SENT
    assert OutgoingMail.objects.get(pk=first.pk).due_at > clock.now() + timedelta(seconds=30)


def test_operators_send_again_what_was_given_up_and_nobody_else_does(trial):
    OutgoingMail.objects.create(person=trial.coordinator, kind="clock_4", status="given_up", attempts=6)
    with pytest.raises(Refused):
        services.retry_mails(by=trial.manager)
    assert services.retry_mails(by=trial.operator) == 1
    outbox.drain()
    assert len(mail.outbox) == 1


def test_nothing_is_sent_to_an_account_that_was_closed(trial):
    from tests.support.cast import BUILDER
    from trialcrm.users.services import deactivate_account

    waiting(trial.stranger)
    deactivate_account(by=BUILDER, user=trial.stranger, reason="Has left the hospital")
    mail.outbox.clear()
    outbox.drain()
    assert mail.outbox == []


def test_a_mail_that_another_process_is_sending_is_left_to_it(transactional_db):
    one = waiting(Trial().coordinator)
    facts = connection.get_connection_params()
    wanted = {name: facts[name] for name in ("dbname", "user", "password", "host", "port") if name in facts}
    with psycopg.connect(**wanted) as other:
        other.execute("SELECT 1 FROM messaging_outgoingmail WHERE id = %s FOR UPDATE", [one.pk])
        assert outbox.drain() == 0
    assert outbox.drain() == 1
