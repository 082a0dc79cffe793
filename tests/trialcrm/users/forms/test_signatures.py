"""Signing on a page: both components at first, the password alone for a while, and no guessing."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from subjects.models import Screening
from tests.support.cast import Trial
from tests.support.signing import typed
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock, events
from trialcrm.users.events import SigningFailed
from trialcrm.users.models import Signature

pytestmark = pytest.mark.django_db


def given() -> QuerySet[Signature]:
    """The signatures under attempts at screening; those under the delegation log were there before."""
    return Signature.objects.filter(entity_type=Screening._meta.label)


@pytest.fixture
def attempt(trial: Trial) -> Screening:
    return trial.passed()


@pytest.fixture
def doctor(trial: Trial, client: Client) -> Client:
    client.force_login(trial.investigator)
    return client


def url(attempt: Screening) -> str:
    return reverse("subjects:screening-confirm", args=[attempt.pk])


def test_the_page_shows_what_is_signed_and_what_signing_says(doctor: Client, attempt: Screening) -> None:
    page = doctor.get(url(attempt)).content.decode()
    assert "INCL01 Aged 50 or over" in page
    assert "I confirm that this participant meets every criterion" in page
    assert 'name="email"' in page


def test_address_and_password_sign(doctor: Client, trial: Trial, attempt: Screening) -> None:
    answer = doctor.post(url(attempt), typed(trial.investigator, attempt))
    assert answer.status_code == 303
    record = doctor.get(attempt.get_absolute_url()).content.decode()
    assert "Eligibility confirmed" in record
    assert "Dr Hana Ito · Principal investigator" in record
    assert given().get().method == "password"


@pytest.mark.parametrize(
    "wrong", [{"password": "another password"}, {"email": "nora@trial.test"}, {"password": ""}, {"email": ""}]
)
def test_without_both_components_nothing_is_signed(
    doctor: Client, trial: Trial, attempt: Screening, wrong: dict[str, str]
) -> None:
    answer = doctor.post(url(attempt), typed(trial.investigator, attempt, **wrong))
    assert answer.status_code == 422
    assert not given().exists()


def test_soon_after_a_full_signing_the_password_is_enough(doctor: Client, trial: Trial, attempt: Screening) -> None:
    other = trial.passed(full_name="Ada Obi")
    doctor.post(url(attempt), typed(trial.investigator, attempt))

    assert 'name="email"' not in doctor.get(url(other)).content.decode()
    sent = typed(trial.investigator, other)
    del sent["email"]
    assert doctor.post(url(other), sent).status_code == 303


def test_later_both_are_asked_for_again(doctor: Client, trial: Trial, attempt: Screening) -> None:
    other = trial.passed(full_name="Ada Obi")
    start = clock.now()
    with clock.frozen(start):
        doctor.post(url(attempt), typed(trial.investigator, attempt))
    with clock.frozen(start + timedelta(minutes=8)):
        doctor.get(url(other))
    with clock.frozen(start + timedelta(minutes=16)):
        sent = typed(trial.investigator, other)
        del sent["email"]
        assert doctor.post(url(other), sent).status_code == 422
    assert given().count() == 1


def test_a_change_behind_the_open_page_is_shown_before_it_is_signed(
    doctor: Client, trial: Trial, attempt: Screening
) -> None:
    answer = doctor.post(url(attempt), typed(trial.investigator, attempt, shown="0" * 64))
    assert answer.status_code == 422
    assert "Read it again as it is now" in answer.content.decode()
    assert typed(trial.investigator, attempt)["shown"] in answer.content.decode()


def test_the_third_failure_ends_the_session_and_people_are_told(
    doctor: Client, trial: Trial, attempt: Screening, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[SigningFailed] = []
    events.outside_world(SigningFailed)(heard.append)
    sent = typed(trial.investigator, attempt, password="a wrong password")

    with django_capture_on_commit_callbacks(execute=True):
        answers = [doctor.post(url(attempt), sent) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 302]
    assert "ended=signing" in answers[2]["Location"]
    assert doctor.get(attempt.get_absolute_url()).status_code == 302
    assert AuditLog.objects.filter(action="signature.failed", entity_id=str(attempt.pk)).count() == 3
    assert [event.site_id for event in heard] == [attempt.site_id]
    told = {address for message in mail.outbox for address in message.bcc}
    assert {trial.investigator.email, trial.operator.email} <= told
    assert not given().exists()


def test_a_fragment_is_not_replaced_by_the_sign_in(doctor: Client, trial: Trial, attempt: Screening) -> None:
    sent = typed(trial.investigator, attempt, password="a wrong password")
    answers = [doctor.post(url(attempt), sent, headers={"HX-Request": "true"}) for _ in range(3)]
    assert answers[2]["HX-Redirect"].startswith(reverse("account_login"))


def test_a_code_of_the_authenticator_app_signs_once(doctor: Client, trial: Trial, attempt: Screening) -> None:
    secret = generate_totp_secret()
    TOTP.activate(trial.investigator, secret)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    other = trial.passed(full_name="Ada Obi")

    assert "a code of your authenticator app" in doctor.get(url(attempt)).content.decode()
    assert doctor.post(url(attempt), typed(trial.investigator, attempt, password=code)).status_code == 303
    assert given().get().method == "code"
    assert doctor.post(url(other), typed(trial.investigator, other, password=code)).status_code == 422


def test_six_digits_without_an_app_are_only_a_wrong_password(doctor: Client, trial: Trial, attempt: Screening) -> None:
    assert doctor.post(url(attempt), typed(trial.investigator, attempt, password="123456")).status_code == 422
