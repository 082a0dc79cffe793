"""Registering participants, consent, identity and coded facts."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from subjects import selectors, services
from subjects.domain.consent import ConsentStatus
from subjects.domain.participation import age_on
from subjects.domain.studies import SiteStatus
from subjects.models import Consent, Subject, SubjectIdentity
from subjects.services import Coded, Signed
from tests.support.days import in_days
from tests.support.messaging import participant_of
from trialcrm.audit.models import AuditLog
from trialcrm.core import clock

HTMX = {"HTTP_HX_REQUEST": "true"}


def local(trial, ago=timedelta(hours=1)):
    return clock.local(clock.now() - ago, trial.site.time_zone).strftime("%Y-%m-%dT%H:%M")


def consent(trial, **instead):
    return {
        "version": trial.consent_version.pk,
        "discussed_at": local(trial, timedelta(hours=2)),
        "signed_at": local(trial),
        "capacity": "self",
        "mode": "in_person",
        "method": "wet_ink",
        "copy_given": "on",
        **instead,
    }


def registration(trial, **instead):
    person = {"full_name": "Ada Whitfield", "date_of_birth": "1951-07-30", "medical_record_number": "H-48121"}
    coded = {"sex_at_birth": "F", "race": "WHITE", "coordinator": trial.coordinator.pk}
    return {**person, **coded, **consent(trial), **instead}


REGISTER = reverse("subjects:subject-register")


@pytest.fixture
def coordinator(client, trial):
    client.force_login(trial.coordinator)
    return client


def test_a_registered_participant_is_in_screening_under_a_new_id(coordinator, trial):
    response = coordinator.post(REGISTER, registration(trial))
    subject = Subject.objects.get()
    assert response.status_code == 303
    assert response["Location"] == subject.get_absolute_url()
    assert (subject.subject_id, subject.state) == ("701-001", "screening")
    assert subject.age == age_on(date(1951, 7, 30), trial.today())
    assert SubjectIdentity.objects.get().reveal().full_name == "Ada Whitfield"


def test_the_only_site_is_chosen_already_and_another_one_is_not_offered(coordinator, trial):
    response = coordinator.get(REGISTER)
    assert response.context["site"] == trial.site
    assert trial.outsider.name not in response.text


def test_another_site_does_not_exist_for_registering(coordinator, trial):
    for site in (trial.other_site.pk, "nonsense"):
        assert coordinator.post(f"{REGISTER}?site={site}", registration(trial)).status_code == 404
    assert not Subject.objects.exists()


def test_a_coordinator_of_another_site_is_not_a_valid_choice(coordinator, trial):
    response = coordinator.post(REGISTER, registration(trial, coordinator=trial.outsider.pk))
    assert response.status_code == 422
    assert "coordinator" in response.context["form"].errors


def test_nobody_is_registered_where_the_site_does_not_recruit(coordinator, trial):
    services.move_site(by=trial.manager, site=trial.site, to=SiteStatus.ON_HOLD, reason="Staff on leave")
    assert "No site recruits now" in coordinator.get(REGISTER).text
    response = coordinator.post(f"{REGISTER}?site={trial.site.pk}", registration(trial))
    assert response.status_code == 403
    assert "on hold" in response.text


def test_the_monitor_may_not_register(client, trial):
    client.force_login(trial.monitor)
    assert client.post(REGISTER, registration(trial)).status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("full_name", "", "This field is required"),
        ("date_of_birth", "31.02.1951", "Enter a valid date"),
        ("date_of_birth", "2999-01-01", "after the consent"),
        ("email", "nobody", "Enter a valid email"),
        ("phone", "call her", "in figures"),
        ("sex_at_birth", "X", "Select a valid choice"),
        ("version", "00000000-0000-0000-0000-000000000000", "Select a valid choice"),
        ("signed_at", "2999-01-01T10:00", "future"),
        ("discussed_at", "2999-01-01T10:00", "comes before the signature"),
        ("signed_at", "2026-03-08T02:30", "time zone"),
        ("signed_at", "2025-11-02T01:30", "time zone"),
        ("source", "Sister of Ada Whitfield", "participant id instead"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_lost(coordinator, trial, field, value, words):
    response = coordinator.post(REGISTER, registration(trial, **{field: value}))
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    assert "H-48121" in response.text
    assert not Subject.objects.exists()


def test_a_version_not_in_force_on_the_day_of_signing_is_refused(coordinator, trial):
    response = coordinator.post(REGISTER, registration(trial, discussed_at="", signed_at="2019-12-31T10:00"))
    assert response.status_code == 422
    response = coordinator.post(
        REGISTER, registration(trial, discussed_at="2019-12-31T09:00", signed_at="2019-12-31T10:00")
    )
    assert "was not in force on 31 Dec 2019" in str(response.context["form"].errors["version"])


def test_a_record_number_is_one_persons_at_a_site(coordinator, trial):
    trial.registered(medical_record_number="H-48121")
    response = coordinator.post(REGISTER, registration(trial))
    assert "another participant" in str(response.context["form"].errors["medical_record_number"]).lower()


def test_the_pre_screening_list_keeps_nothing_that_names_a_person(coordinator, trial):
    url = reverse("subjects:subject-prescreen")
    posted = {"source": "Memory clinic", "coordinator": trial.coordinator.pk, "full_name": "Ada Whitfield"}
    assert coordinator.post(url, posted).status_code == 303
    subject = Subject.objects.get()
    assert (subject.subject_id, subject.state) == ("701-P001", "prescreen")
    assert not SubjectIdentity.objects.exists()


def test_somebody_on_the_list_enters_screening_with_a_consent(coordinator, trial):
    listed = services.add_to_prescreening(
        by=trial.coordinator, site=trial.site, coordinator=trial.coordinator, coded=Coded(source="Memory clinic")
    )
    url = reverse("subjects:subject-enter-screening", args=[listed.pk])
    assert "Memory clinic" in coordinator.get(url).text
    assert coordinator.post(url, registration(trial, source="Memory clinic")).status_code == 303
    listed.refresh_from_db()
    assert (listed.subject_id, listed.state) == ("701-001", "screening")
    assert coordinator.post(url, registration(trial)).status_code == 403


def test_consent_is_recorded_again_and_the_earlier_one_is_superseded(coordinator, trial):
    subject = trial.registered(days_ago=3)
    url = reverse("subjects:subject-consent", args=[subject.pk])
    assert coordinator.get(url, **HTMX).text.strip().startswith('<div class="card">')
    assert coordinator.post(url, consent(trial)).status_code == 303
    statuses = Consent.objects.filter(subject=subject).order_by("signed_on").values_list("status", flat=True)
    assert list(statuses) == [ConsentStatus.SUPERSEDED, ConsentStatus.ACTIVE]


def test_consent_of_somebody_on_the_list_waits_for_screening(coordinator, trial):
    listed = services.add_to_prescreening(
        by=trial.coordinator, site=trial.site, coordinator=trial.coordinator, coded=Coded(source="Clinic")
    )
    response = coordinator.post(reverse("subjects:subject-consent", args=[listed.pk]), consent(trial))
    assert response.status_code == 403
    assert "when screening begins" in response.text


def test_a_consent_is_withdrawn_without_a_reason(coordinator, trial):
    subject = trial.registered()
    given = subject.consents.get()
    url = reverse("subjects:consent-withdraw", args=[given.pk])
    assert coordinator.post(url, {"withdrawn_on": trial.today()}).status_code == 303
    given.refresh_from_db()
    assert given.status == ConsentStatus.WITHDRAWN
    assert coordinator.post(url, {"withdrawn_on": trial.today()}).status_code == 403


def paper(trial, days_ago):
    """What stands in the form of a correction, with another day of signing."""
    signed = clock.local(in_days(-days_ago) - timedelta(hours=1), trial.site.time_zone).strftime("%Y-%m-%dT%H:%M")
    discussed = clock.local(in_days(-20), trial.site.time_zone).strftime("%Y-%m-%dT%H:%M")
    return consent(trial, discussed_at=discussed, signed_at=signed)


def test_a_consent_that_was_typed_wrongly_is_corrected_with_a_reason(coordinator, trial):
    given = trial.registered(days_ago=7).consents.get()
    url = reverse("subjects:consent-correct", args=[given.pk])
    tab = reverse("subjects:subject-screening", args=[given.subject_id])
    assert url in coordinator.get(tab).text
    form = coordinator.get(url, **HTMX).context["form"]
    assert (form.initial["version"], form.initial["signed_at"]) == (trial.consent_version, given.signed_at)
    assert "reason" in coordinator.post(url, paper(trial, 5)).context["form"].errors
    response = coordinator.post(url, {**paper(trial, 5), "reason": "The form says Monday"})
    assert (response.status_code, response["Location"]) == (303, tab)
    page = coordinator.get(tab)
    assert page.context["chart"].consent.status == ConsentStatus.ACTIVE
    assert "Invalid" in page.text
    assert reverse("trail:record", args=["subjects", "consent", given.pk]) in page.text
    assert coordinator.post(url, paper(trial, 5)).status_code == 403
    story = coordinator.get(reverse("trail:record", args=["subjects", "consent", given.pk]))
    assert "The form says Monday" in story.text


def test_a_consent_that_would_come_after_a_dose_is_not_corrected(coordinator, trial):
    given = trial.on_treatment(first_dose_days_ago=7).consents.get()
    url = reverse("subjects:consent-correct", args=[given.pk])
    response = coordinator.post(url, {**paper(trial, 3), "reason": "The form says Monday"})
    assert response.status_code == 422
    assert "signed_at" in response.context["form"].errors
    given.refresh_from_db()
    assert given.status == ConsentStatus.ACTIVE


def test_a_participant_reads_the_right_consent_only(coordinator, trial):
    subject = trial.registered(days_ago=7)
    services.correct_consent(
        by=trial.coordinator,
        consent=subject.consents.get(),
        signed=Signed(version=trial.consent_version, signed_at=in_days(-5)),
        reason="The form says Monday",
    )
    (read,) = selectors.own_consents(participant_of(subject))
    assert read.signed_on == subject.consents.get(status=ConsentStatus.ACTIVE).signed_on


def test_an_identity_is_shown_to_its_site_and_every_reading_is_logged(client, trial):
    subject = trial.registered(full_name="Canary Zebra")
    url = reverse("subjects:subject-identity", args=[subject.pk])
    for part, status in (("coordinator", 200), ("pharmacist", 200), ("outsider", 404), ("monitor", 403)):
        client.force_login(getattr(trial, part))
        response = client.get(url)
        assert response.status_code == status
        assert ("Canary" in response.text) == (status == 200)
    read = AuditLog.objects.filter(action="identity.read", payload__where="identity")
    assert {entry.actor_id for entry in read} == {trial.coordinator.pk, trial.pharmacist.pk}


def identity_form(**instead):
    return {"full_name": "Grace Okafor", "date_of_birth": "1955-04-02", **instead}


def test_an_identity_changes_with_a_reason_that_does_not_name_the_person(coordinator, trial):
    subject = trial.registered()
    url = reverse("subjects:subject-identity", args=[subject.pk])
    changed = identity_form(full_name="Grace Obi")
    assert "reason" in coordinator.post(url, changed).context["form"].errors
    for reason in ("Married, no longer Okafor", "Married, now called Obi"):
        response = coordinator.post(url, {**changed, "reason": reason})
        assert response.status_code == 422
        assert "reason" in response.context["form"].errors
    assert coordinator.post(url, {**changed, "reason": "Name changed by marriage"}).status_code == 303
    assert subject.identity.reveal().full_name == "Grace Obi"


def test_an_unchanged_identity_is_not_written_again(coordinator, trial):
    subject = trial.registered()
    response = coordinator.post(reverse("subjects:subject-identity", args=[subject.pk]), identity_form())
    assert response.status_code == 422
    assert "Nothing differs" in response.text


def test_only_who_keeps_an_identity_changes_it(client, trial):
    subject = trial.registered()
    url = reverse("subjects:subject-identity", args=[subject.pk])
    client.force_login(trial.investigator)
    posted = identity_form(full_name="Grace Obi", reason="Name changed by marriage")
    assert 'name="full_name"' not in client.get(url).text
    assert client.post(url, posted).status_code == 403
    client.force_login(trial.outsider)
    assert client.post(url, posted).status_code == 404


def test_coded_facts_change_with_a_reason(coordinator, trial):
    subject = trial.registered()
    url = reverse("subjects:subject-change", args=[subject.pk])
    posted = {"sex_at_birth": "F", "race": "ASIAN", "coordinator": trial.coordinator.pk}
    assert "reason" in coordinator.post(url, posted).context["form"].errors
    assert coordinator.post(url, {**posted, "reason": "Missed at registration"}).status_code == 303
    subject.refresh_from_db()
    assert subject.race == "ASIAN"
    entry = AuditLog.objects.get(action="subject.changed")
    assert entry.reason == "Missed at registration"


def test_a_participant_of_another_site_does_not_exist_for_any_act(client, trial):
    subject = trial.registered()
    client.force_login(trial.outsider)
    for name in ("enter-screening", "consent", "identity", "change"):
        url = reverse(f"subjects:subject-{name}", args=[subject.pk])
        assert client.get(url).status_code == 404
        assert client.post(url, {}).status_code == 404
    for name in ("consent-withdraw", "consent-correct"):
        assert client.post(reverse(f"subjects:{name}", args=[subject.consents.get().pk])).status_code == 404
