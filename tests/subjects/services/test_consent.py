"""Consent: which version, when, and what it supersedes."""

from datetime import date, timedelta

import pytest

from subjects import services
from subjects.domain.consent import ConsentStatus, VersionStatus
from subjects.domain.participation import age_on
from subjects.models import ConsentVersion, Signed
from tests.support.cast import BEGAN, BUILDER, at
from tests.support.days import in_days
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock
from trialcrm.core.decisions import Refused


@pytest.fixture(autouse=True)
def noon():
    """Days are counted from the middle of one, so that an hour before is the same day at the site."""
    with clock.frozen(at("2026-06-17 16:00")):
        yield


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


# --- a consent that was typed wrongly ---------------------------------------------------------------------------------

WHY = "The signed form says otherwise"


def corrected(trial, consent, days_ago, by=None, **facts):
    signed_at = in_days(-days_ago) - timedelta(hours=1)
    signed = Signed(**{"version": trial.consent_version, "signed_at": signed_at, "copy_given": True, **facts})
    return services.correct_consent(by=by or trial.coordinator, consent=consent, signed=signed, reason=WHY)


def day(trial, days_ago):
    return trial.today() - timedelta(days=days_ago)


def test_the_right_consent_stands_in_the_place_of_the_wrong_one(trial):
    wrong = trial.registered(days_ago=7).consents.get()
    right = corrected(trial, wrong, 5, by=trial.investigator, mode="remote")
    wrong.refresh_from_db()
    assert (wrong.status, wrong.signed_on) == ("invalid", day(trial, 7))
    assert (right.status, right.signed_on, right.mode) == ("active", day(trial, 5), "remote")
    assert (right.discussed_by_id, right.countersigned_by_id) == (trial.coordinator.pk, trial.coordinator.pk)
    assert right.countersigned_at == wrong.countersigned_at
    log = AuditLog.objects.get(action="consent.corrected")
    assert (log.entity_id, log.reason) == (str(right.pk), WHY)
    assert [item.status for item in wrong.history.order_by("history_id")] == ["active", "invalid"]


@pytest.mark.parametrize("days_ago", [5, 9])
def test_what_followed_from_the_wrong_day_follows_the_right_one(trial, days_ago):
    subject = trial.registered(days_ago=7, date_of_birth=day(trial, 6).replace(year=trial.today().year - 60))
    corrected(trial, subject.consents.get(), days_ago)
    subject.refresh_from_db()
    on = day(trial, days_ago)
    assert subject.consented_on == on
    assert subject.age == age_on(subject.identity.reveal().date_of_birth, on)
    assert subject.screenings.get().screening_date == on
    first, second, baseline = subject.visits.order_by("visit_num")[:3]
    assert (first.target_on, first.opens_on, first.closes_on) == (on, on, on + timedelta(days=3))
    assert (second.target_on, second.due_on) == (on + timedelta(days=7), on + timedelta(days=7))
    assert (baseline.target_on, baseline.due_on) == (None, on + timedelta(days=subject.study.max_screening_days))
    milestone = subject.dispositions.get(decoded="INFORMED CONSENT OBTAINED")
    assert (milestone.starts, milestone.starts_from, milestone.starts_until) == (on.isoformat(), on, on)


def test_a_visit_that_was_out_of_window_by_the_wrong_day_only_is_in_it(trial):
    subject = trial.registered(days_ago=9)
    visit = subject.visits.get(visit_num=1)
    services.complete_visit(by=trial.coordinator, visit=visit, started_on=day(trial, 4))
    visit.refresh_from_db()
    assert visit.deviation_days == 2
    corrected(trial, subject.consents.get(), 5)
    visit.refresh_from_db()
    assert (visit.target_on, visit.deviation_days, visit.status) == (day(trial, 5), 0, "completed")


def test_a_booked_visit_keeps_its_time_and_what_others_dated_stays(trial):
    subject = trial.on_treatment()
    before = dict(subject.visits.filter(visit_num__gte=3).values_list("visit_num", "target_on"))
    corrected(trial, subject.consents.get(), 9)
    assert dict(subject.visits.filter(visit_num__gte=3).values_list("visit_num", "target_on")) == before
    subject.refresh_from_db()
    assert subject.consented_on == day(trial, 9)


def test_the_first_day_stays_where_a_later_consent_was_typed_wrongly(trial):
    subject = trial.on_treatment(first_dose_days_ago=10)
    second = again(trial, subject, version=new_version(trial, BEGAN), signed_at=in_days(-5))
    right = corrected(trial, second, 3, version=second.version)
    subject.refresh_from_db()
    assert (right.signed_on, subject.consented_on) == (day(trial, 3), day(trial, 17))
    assert sorted(subject.consents.values_list("status", flat=True)) == ["active", "invalid", "superseded"]
    assert refusal_of(lambda: corrected(trial, right, 20, version=second.version)).field == "signed_at"


def refusal_of(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value


@pytest.mark.parametrize("reached", ["eligible", "on_treatment"])
def test_consent_after_what_was_done_with_it_is_a_departure_and_no_typing_error(trial, reached):
    with clock.frozen(clock.now() - timedelta(days=3)):
        subject = getattr(trial, reached)()
    consent = subject.consents.get()
    refusal = refusal_of(lambda: corrected(trial, consent, 2))
    assert refusal.field == "signed_at"


def test_consent_after_a_visit_that_took_place_is_refused_with_the_visit(trial):
    subject = trial.registered(days_ago=7)
    visit = subject.visits.get(visit_num=1)
    services.complete_visit(by=trial.coordinator, visit=visit, started_on=day(trial, 6))
    refusal = refusal_of(lambda: corrected(trial, subject.consents.get(), 5))
    assert "Screening 1" in str(refusal)
    assert corrected(trial, subject.consents.get(), 6).signed_on == day(trial, 6)


def test_what_a_consent_is_refused_for_a_correction_is_refused_for(trial):
    subject = trial.registered(days_ago=7)
    consent = subject.consents.get()
    for facts, field in (
        ({"signed_at": clock.now() + timedelta(minutes=1)}, "signed_at"),
        ({"discussed_at": clock.now()}, "discussed_at"),
        ({"version": new_version(trial, trial.today())}, "version"),
    ):
        assert refusal_of(lambda facts=facts: corrected(trial, consent, 5, **facts)).field == field
    assert subject.consents.get().status == ConsentStatus.ACTIVE


def test_the_reason_names_nobody(trial):
    consent = trial.registered(full_name="Grace Okafor").consents.get()
    signed = Signed(version=trial.consent_version, signed_at=in_days(-5))
    with pytest.raises(Refused):
        services.correct_consent(by=trial.coordinator, consent=consent, signed=signed, reason="Okafor signed later")


def test_only_an_active_consent_is_corrected_and_by_those_who_may_consent(trial):
    consent = trial.registered().consents.get()
    for part in ("monitor", "manager", "outsider", "pharmacist"):
        refusal_of(lambda part=part: corrected(trial, consent, 5, by=getattr(trial, part)))
    services.withdraw_consent(by=trial.coordinator, consent=consent, withdrawn_on=trial.today())
    refusal_of(lambda: corrected(trial, consent, 5))
