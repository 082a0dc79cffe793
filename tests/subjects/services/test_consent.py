"""Consent: which version, when, and what it supersedes."""

from datetime import date, timedelta

import pytest

from subjects import services
from subjects.domain.consent import ConsentStatus, VersionStatus
from subjects.models import ConsentVersion, Signed
from tests.support.cast import BUILDER, at
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


def again(trial, subject, **facts):
    facts = {"version": trial.consent_version, "signed_at": clock.now(), **facts}
    return services.record_consent(by=trial.coordinator, subject=subject, signed=Signed(**facts))


def new_version(trial, on, **facts):
    version = ConsentVersion(label="2.0", **facts)
    services.add_design(by=BUILDER, study=trial.study, parts=[version])
    for status in (VersionStatus.APPROVED, VersionStatus.EFFECTIVE):
        services.move_consent_version(by=BUILDER, version=version, to=status, on=on)
    return ConsentVersion.objects.get(pk=version.pk)


def test_a_new_consent_supersedes_the_one_before_and_the_first_date_stays(trial):
    subject = trial.registered(days_ago=10)
    consent = again(trial, subject)
    assert consent.status == ConsentStatus.ACTIVE
    assert sorted(subject.consents.values_list("status", flat=True)) == ["active", "superseded"]
    subject.refresh_from_db()
    assert subject.consented_on == trial.today() - timedelta(days=10)


def test_an_older_paper_does_not_supersede_a_newer_one(trial):
    subject = trial.registered(days_ago=2)
    with pytest.raises(Refused) as refusal:
        again(trial, subject, signed_at=clock.now() - timedelta(days=5))
    assert refusal.value.field == "signed_at"


def test_nobody_signs_in_the_future_or_before_the_discussion(trial):
    subject = trial.registered()
    for facts, field in (
        ({"signed_at": clock.now() + timedelta(minutes=1)}, "signed_at"),
        ({"discussed_at": clock.now() + timedelta(minutes=1)}, "discussed_at"),
    ):
        with pytest.raises(Refused) as refusal:
            again(trial, subject, **facts)
        assert refusal.value.field == field


def test_the_earlier_version_cannot_be_signed_once_a_later_one_superseded_it(trial):
    subject, first, on = trial.registered(days_ago=20), trial.consent_version, trial.today() - timedelta(days=10)
    new_version(trial, on)
    services.move_consent_version(by=BUILDER, version=first, to=VersionStatus.SUPERSEDED, on=on)
    first.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        again(trial, subject, version=first)
    assert refusal.value.field == "version"


def test_a_draft_is_not_signed_even_with_a_date(trial):
    subject = trial.registered()
    draft = ConsentVersion(label="9.0", approved_on=date(2020, 1, 1), effective_from=date(2020, 1, 1))
    services.add_design(by=BUILDER, study=trial.study, parts=[draft])
    with pytest.raises(Refused) as refusal:
        again(trial, subject, version=draft)
    assert refusal.value.field == "version"


def test_a_version_of_another_site_is_not_signed(trial):
    subject = trial.registered()
    version = new_version(trial, date(2020, 1, 1), for_site=trial.other_site)
    with pytest.raises(Refused) as refusal:
        again(trial, subject, version=version)
    assert refusal.value.field == "version"


@pytest.mark.parametrize(
    ("signed_at", "day"),
    [
        ("2026-03-08 04:30", date(2026, 3, 7)),  # 23:30 the evening before clocks go forward in New York
        ("2026-03-08 07:30", date(2026, 3, 8)),  # 03:30, the hour after the one that does not exist
        ("2026-11-01 05:30", date(2026, 11, 1)),  # 01:30 for the first time
        ("2026-11-01 06:30", date(2026, 11, 1)),  # 01:30 for the second time
        ("2026-11-02 04:59", date(2026, 11, 1)),  # 23:59 in standard time
    ],
)
def test_the_day_of_signing_is_the_day_at_the_site(trial, signed_at, day):
    with clock.frozen(at("2026-02-01 12:00")):
        subject = trial.registered()
    with clock.frozen(at("2026-11-20 12:00")):
        assert again(trial, subject, signed_at=at(signed_at)).signed_on == day


def test_consent_is_withdrawn_at_the_site_alone(trial):
    consent = trial.registered().consents.get()
    for person in (trial.monitor, trial.outsider, trial.pharmacist):
        with pytest.raises(Refused):
            services.withdraw_consent(by=person, consent=consent, withdrawn_on=trial.today())
    withdrawn = services.withdraw_consent(by=trial.coordinator, consent=consent, withdrawn_on=trial.today())
    assert withdrawn.status == ConsentStatus.WITHDRAWN


@pytest.mark.parametrize("days", [-20, 1])
def test_consent_is_withdrawn_neither_before_it_was_signed_nor_in_the_future(trial, days):
    consent = trial.registered(days_ago=7).consents.get()
    with pytest.raises(Refused) as refusal:
        services.withdraw_consent(
            by=trial.coordinator, consent=consent, withdrawn_on=trial.today() + timedelta(days=days)
        )
    assert refusal.value.field == "withdrawn_on"


def test_whoever_has_left_or_died_consents_to_nothing_more(trial):
    subject = trial.registered()
    services.withdraw(
        by=trial.investigator,
        subject=subject,
        ended_on=trial.today(),
        end_reason="WITHDRAWAL BY SUBJECT",
        extent="procedures",
    )
    with pytest.raises(Refused):
        again(trial, subject)
