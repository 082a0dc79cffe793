"""A serious event, from the coordinator who hears of it to the investigator who signs and signs again."""

import pytest
from django.urls import reverse

from safety.models import AdverseEvent
from tests.journeys.steps import listening, look, sign, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]


def test_a_serious_event_is_reported_seen_assessed_signed_edited_and_signed_again(page, second_page, trial):
    subject = trial.on_treatment(first_dose_days_ago=20, full_name="Grace Okafor")
    # Given an investigator whose safety review is open
    doctor = second_page
    sign_in(doctor, trial.investigator)
    doctor.goto(reverse("safety:review"))
    doctor.get_by_role("heading", name="Nothing waits for your assessment").wait_for()
    listening(doctor)
    look(doctor, "empty safety review")

    # When the coordinator records an event and ticks what makes it serious
    sign_in(page, trial.coordinator)
    page.goto(reverse("safety:event-record", args=[subject.pk]))
    page.get_by_label("What happened?").fill("Syncope")
    page.get_by_label("Began").fill(trial.today().isoformat())
    page.get_by_text("Severe", exact=True).click()
    assert not page.get_by_label("Admitted to hospital").is_visible()
    page.get_by_label("Inpatient hospitalisation, new or prolonged").check()
    # Then the form asks at once for what a serious event needs
    page.get_by_label("Admitted to hospital").fill(trial.today().isoformat())
    page.get_by_label("How does it stand?").select_option(label="Not recovered")
    look(page, "entry of a serious event")
    page.get_by_role("button", name="Save event").click()
    page.get_by_role("heading", name="E01 · Syncope").wait_for()
    page.get_by_text("24 h to the sponsor").wait_for()
    look(page, "serious event")

    # And the investigator's open page shows it by itself
    doctor.get_by_role("link", name="Syncope", exact=True).wait_for(timeout=5000)
    look(doctor, "safety review")

    # When the investigator assesses and signs
    doctor.get_by_role("link", name="Assess 701-001 E01").click()
    doctor.get_by_text("Possibly", exact=True).click()
    doctor.get_by_label("Action taken with the study drug").select_option(label="Not changed")
    look(doctor, "medical assessment")
    doctor.get_by_role("button", name="Save and go on to sign").click()
    doctor.get_by_label("Password").wait_for()
    look(doctor, "signature")
    sign(doctor, trial.investigator)
    doctor.wait_for_url(f"**{reverse('safety:review')}")
    event = AdverseEvent.objects.get()
    assert (event.status, event.reports.count()) == ("follow_up", 1)

    # And the coordinator changes the term afterwards
    page.goto(reverse("safety:event-change", args=[event.pk]))
    page.get_by_label("What happened?").fill("Collapse")
    page.get_by_label("Reason", exact=True).fill("Letter of the hospital")
    page.get_by_role("button", name="Save change").click()
    # Then the signature is shown as changed, with what is different
    page.get_by_text("changed since signing").wait_for()
    assert page.locator("del", has_text="Syncope").count() == 1
    look(page, "event with a changed signature")

    # And the investigator is asked to sign again
    doctor.goto(reverse("safety:review"))
    doctor.get_by_text("Sign again").wait_for()
    look(doctor, "review with a changed signature")
