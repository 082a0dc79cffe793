"""From the order to the count of what came back: coordinator, investigator, pharmacist, and the participant's phone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from medications.models import Distribution, MedicationOrder
from tests.journeys.steps import PHONE, dialog, listening, look, sign, sign_in
from tests.support.medications import pharmacy
from tests.support.messaging import participant_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]


def test_an_order_is_signed_its_kit_handed_out_acknowledged_taken_and_counted(page, second_page, trial, days_ago):
    days_ago(28)
    # Given Grace, who begins treatment, and a kit of 30 patches at her site
    subject = trial.on_treatment(full_name="Grace Okafor")
    grace = participant_of(subject)
    shop = pharmacy(trial)
    shop.kits("K-1001")
    chart = reverse("medications:subject-medication", args=[subject.pk])

    # When the coordinator drafts an order
    sign_in(page, trial.coordinator)
    page.goto(chart)
    draft(page, str(shop.product), trial.today() + timedelta(days=180))
    order = MedicationOrder.objects.get()
    # Then Grace does not read it yet, with her phone open at her medicine
    phone = second_page
    sign_in(phone, grace, PHONE)
    phone.get_by_role("navigation", name="Main").get_by_role("link", name="Medicine").click()
    expect(phone.get_by_text("No medicine at the moment")).to_be_visible()
    listening(phone)
    look(phone, "no medicine")

    # When the investigator signs it
    sign_in(page, trial.investigator)
    page.goto(order.get_absolute_url())
    dialog(page, "Sign")
    look(page, "order to sign")
    sign(page, trial.investigator)
    expect(page.get_by_text("Prescribed").first).to_be_visible()
    # Then it comes to her phone by itself
    expect(phone.get_by_text("One patch on the back each morning.")).to_be_visible()

    # When the pharmacist prepares and hands out a kit
    sign_in(page, trial.pharmacist)
    page.goto(order.get_absolute_url())
    hand_out(page)
    # Then Grace is asked by itself whether she has it, and says so
    phone.get_by_role("link", name="Did you receive kit K-1001?").click()
    look(phone, "receipt")
    phone.get_by_role("button", name="Yes, I have it").click()
    expect(page.locator("#distribution-body").get_by_text("acknowledged by the participant")).to_be_visible()

    # And notes her doses, 28 days later
    days_ago(0)
    sign_in(phone, grace, PHONE)
    note_doses(phone)
    assert sorted(order.logs.values_list("adherence_status", flat=True)) == ["missed", "taken"]

    # When the pharmacist counts what came back
    sign_in(page, trial.pharmacist)
    page.goto(Distribution.objects.get().get_absolute_url())
    count_four(page)
    # Then 26 of the 28 that were due were taken
    expect(page.locator("#distribution-body").get_by_text("92.9 %")).to_be_visible()
    look(page, "counted return")
    sign_in(page, trial.coordinator)
    page.goto(chart)
    expect(page.get_by_text("92.9 %").first).to_be_visible()
    look(page, "chart with adherence")


def draft(page, product, until):
    form = dialog(page, "Draft an order")
    form.get_by_label("Medicine").select_option(label=product)
    form.get_by_label("Dose", exact=True).fill("54")
    form.get_by_label("Form", exact=True).select_option("PATCH")
    form.get_by_label("How it is given").select_option("TRANSDERMAL")
    form.get_by_label("How often").select_option("QD")
    form.get_by_label("Until").fill(str(until))
    form.get_by_label("Instructions").fill("One patch on the back each morning.")
    look(page, "draft of an order")
    form.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()


def hand_out(page):
    """Prepare the kit that expires first, mistype its number, and hand it out."""
    form = dialog(page, "Prepare a kit")
    look(page, "kit to prepare")
    form.get_by_role("button", name="Prepare").click()
    expect(form).to_be_hidden()
    page.goto(Distribution.objects.get().get_absolute_url())
    form = dialog(page, "Hand out")
    form.get_by_label("Kit number").fill("K-1010")
    form.get_by_label("Instructions were given with it").check()
    form.get_by_role("button", name="Hand out").click()
    expect(form.get_by_label("Kit number")).to_have_attribute("aria-invalid", "true")
    look(page, "another kit's number")
    form.get_by_label("Kit number").fill("K-1001")
    form.get_by_role("button", name="Hand out").click()
    expect(page.locator("#distribution-body").get_by_text("Dispensed").first).to_be_visible()
    look(page, "kit handed out")


def note_doses(phone):
    """One dose taken, by one tap, and another one missed."""
    phone.goto(reverse("medications:my-medication"))
    look(phone, "medicine with doses to note")
    phone.get_by_role("button", name="Taken", exact=True).first.click()
    expect(phone.get_by_text("Thank you. It is noted.")).to_be_visible()
    phone.get_by_role("link", name="Something else").first.click()
    phone.get_by_text("Not taken", exact=True).click()
    phone.get_by_label("If you did not take it, why?").select_option("forgot")
    look(phone, "a missed dose")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_text("Thank you. It is noted.").first).to_be_visible()


def count_four(page):
    form = dialog(page, "Count return")
    form.get_by_label("Units returned").fill("4")
    look(page, "count of a return")
    form.get_by_role("button", name="Record the count").click()
